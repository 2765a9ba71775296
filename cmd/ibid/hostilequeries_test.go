package main

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
)

// hostileQuery is the query string of one request that was made to do harm.
type hostileQuery struct{ family, raw string }

// hostileFamilies make the text of a query, or a whole query string where raw is set. Each
// draws from r, so that no two of a family are alike.
func hostileFamilies() []hostileFamily {
	return append(hostileTexts(), hostileKeys()...)
}

type hostileFamily struct {
	name string
	raw  bool
	make func(r *rand.Rand) string
}

// q makes a family of query texts.
func q(name string, f func(r *rand.Rand) string) hostileFamily { return hostileFamily{name, false, f} }

// pick draws one of several texts.
func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

// storm repeats random picks up to n bytes.
func storm(r *rand.Rand, n int, of ...string) string {
	var b strings.Builder
	for b.Len() < n {
		b.WriteString(pick(r, of...))
	}
	return b.String()
}

// repeat joins a text to itself n times.
func repeat(s string, n int) string { return strings.TrimSpace(strings.Repeat(s+" ", n)) }

func hostileTexts() []hostileFamily {
	marks := strings.Split("\" “ ” „ « » ' ‘ ’ 「 」 《 ＂ `` ''", " ")
	return []hostileFamily{
		q("unbalanced quotes", func(r *rand.Rand) string {
			return storm(r, 8+r.IntN(200), append(marks, "was ", "killed ", " ", "5", "~3")...)
		}),
		q("quotes alone", func(r *rand.Rand) string { return storm(r, 1+r.IntN(8000), pick(r, marks...), pick(r, marks...)) }),
		q("unbalanced brackets", func(r *rand.Rand) string {
			return storm(r, 8+r.IntN(300), "(", ")", "（", "）", "was ", " OR ", "-", "[", "]", "{")
		}),
		q("deep nesting", func(r *rand.Rand) string {
			n := 1 + r.IntN(2000)
			return strings.Repeat(pick(r, "(", "-(", "NOT (", "(a OR "), n) + "killed" + strings.Repeat(")", r.IntN(n+2))
		}),
		q("many words", func(r *rand.Rand) string { return repeat(pick(r, "a", "killed", "ab cd"), 10+r.IntN(10000)) }),
		q("control characters", func(r *rand.Rand) string {
			return storm(r, 1+r.IntN(500), "\x00", "\x01", "\x1b[31m", "\x7f", "\u0085", "\u2028", "\r\n", "was", "killed")
		}),
		q("surrogates in escapes", func(r *rand.Rand) string {
			return storm(r, 6+r.IntN(60), `\ud800`, `\udfff`, `\u0000`, `&#xD800;`, `"`, ` killed `)
		}),
		q("bidi overrides", func(r *rand.Rand) string {
			return storm(r, 3+r.IntN(800), "\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "police", " ", `"`, "~3", "-", "قتل")
		}),
		q("zero width", func(r *rand.Rand) string {
			return pick(r, "", `"`) + "ki" + strings.Repeat(pick(r, "\u200b", "\u200d", "\ufeff", "\u00ad"), 1+r.IntN(2600)) + "lled"
		}),
		q("combining marks", func(r *rand.Rand) string {
			return pick(r, "", `"`, "'") + "kille" + strings.Repeat(pick(r, "\u0301", "\u0308", "\u0489", "\u20dd"), 1+r.IntN(4000)) + "d"
		}),
		q("wildcards", func(r *rand.Rand) string {
			return storm(r, 1+r.IntN(40), "*", "?", "*a", "ab*", "a*b", "**", " ", "kil*", ".*")
		}),
		q("prefixes", func(r *rand.Rand) string {
			var b strings.Builder
			for range 60 + r.IntN(6) {
				b.WriteString(pick(r, "the* ", "kil* ", "was* ", "dis* ", "w0* ", "w00* ", "in1* ") + pick(r, "", "OR ", "-"))
			}
			return b.String() + "the*"
		}),
		q("long phrase of one word", func(r *rand.Rand) string {
			return `"` + repeat(pick(r, "ha", "the", "ho", "killed"), 200+r.IntN(80)) + `"`
		}),
		q("slop storm", func(r *rand.Rand) string {
			return `"` + repeat(pick(r, "ha", "the", "ho", "a"), 2+r.IntN(255)) + `"~` + pick(r, "99", "1", "50", "٩٩")
		}),
		q("OR of NOTs", func(r *rand.Rand) string {
			return strings.TrimSuffix(repeat(pick(r, "-killed OR", "NOT ha OR", `-"was killed" OR`, "-republic:none OR"), 1+r.IntN(64)), "OR") + pick(r, "", "ha")
		}),
		q("verbatim storm", func(r *rand.Rand) string {
			return repeat(pick(r, `'ha-ha'`, `'e'`, `exact:"ha-ha-ha"`, `'a b'`, `'-'`), 1+r.IntN(64))
		}),
		q("huge fields", func(r *rand.Rand) string {
			return pick(r, "republic:", "section:", "actor:", "date:", "place:") + pick(r, "", `"`) + storm(r, 1+r.IntN(8000), "x", "é", "/", "!")
		}),
		q("bad dates", func(r *rand.Rand) string {
			return "date:" + pick(r, "2018-13", "2018-02-30", "9999..0000", "0000", "-9999", "XXXX", "2018/2019/2020", "[2018 TO", "[TO]",
				"[2020 TO 2018]", "..", "soon", "99999999999999999999", "2018-00", "{2018 TO 2020}", "20XX-04", "+018") + pick(r, "", " a", "..", "~", "?", "/..")
		}),
		q("one long word", func(r *rand.Rand) string {
			return pick(r, "", `"`, "'") + strings.Repeat(pick(r, "x", "ж", "5", "ha-"), 1+r.IntN(2700))
		}),
		q("no spaces", func(r *rand.Rand) string {
			return pick(r, "", `"`, "「") + storm(r, r.IntN(8190), "天", "地", "かな", "ไทย", "မြန်မာ")
		}),
		q("ligatures", func(r *rand.Rand) string {
			return pick(r, "", `"`, "'") + strings.Repeat(pick(r, "ﷺ", "ﷲ", "ﬃ", "㍿"), 1+r.IntN(2700))
		}),
		q("patterns", func(r *rand.Rand) string {
			return pick(r, `/(a+)+$/`, `^(([a-z])+.)+[A-Z]([a-z])+$`, `(?=.*){99}`, `[^a]*`, `a{1,99999}`, `\p{L}+`) + storm(r, r.IntN(200), "a", "!")
		}),
		q("injection", func(r *rand.Rand) string {
			return pick(r, `'; DROP TABLE passages;--`, `" OR 1=1 --`, `<script>alert(1)</script>`, `{{.}}{{template "x"}}`, `${jndi:ldap://x}`,
				`%0d%0aSet-Cookie: a=b`, `../../etc/passwd`, `"><svg onload=1>`, `$(id)`, "`id`", `{"$ne":null}`, `a" AND sleep(9)#`) + pick(r, "", " killed", `"`)
		}),
		q("clauses", func(r *rand.Rand) string {
			return repeat(pick(r, `"was killed"`, `"ha ha"~9`, "killed OR ha", "(a OR b)", `"the"`, "-ha the"), 20+r.IntN(50))
		}),
		q("numbers", func(r *rand.Rand) string {
			return pick(r, "", `"`) + storm(r, 1+r.IntN(3000), "1", "1 1", "1,145", "1.1.1", "1\u00a0145", "١", "²")
		}),
	}
}

// hostileKeys are families of whole query strings.
func hostileKeys() []hostileFamily {
	set := func(name string, f func(r *rand.Rand) (key, value string)) hostileFamily {
		return hostileFamily{name, true, func(r *rand.Rand) string {
			k, v := f(r)
			return url.Values{"q": {pick(r, "", "killed", `"was killed"`)}, k: {v}}.Encode()
		}}
	}
	junk := func(r *rand.Rand) string {
		return storm(r, 1+r.IntN(600), "A", "eyJ2IjoxfQ", "=", "/", "\x00", "é", "-1", "9999999999", "\u202e", `"`)
	}
	return []hostileFamily{
		{"percent-encoding", true, func(r *rand.Rand) string {
			return "q=" + storm(r, 3+r.IntN(90), "%ED%A0%80", "%ED%BF%BF", "%C0%AF", "%FF", "%00", "%22", "a", "%F4%90%80%80") + pick(r, "", "%", "%z", "%ud800")
		}},
		{"broken query string", true, func(r *rand.Rand) string {
			return storm(r, 1+r.IntN(60), "&", ";", "=", "q", "%", "a", "+", "-republic")
		}},
		set("cursor", func(r *rand.Rand) (string, string) { return "cursor", junk(r) }),
		set("facet name", func(r *rand.Rand) (string, string) { return "facet", pick(r, "", "year:", "x:") + junk(r) }),
		set("unknown key", func(r *rand.Rand) (string, string) { return pick(r, "find.x", "q[]", "Q", junk(r)), junk(r) }),
		set("sizes", func(r *rand.Rand) (string, string) {
			return pick(r, "size", "snippet"), pick(r, "-1", "1e9", "0x10", "NaN", "99999999999999999999", "١٠", junk(r))
		}),
		set("values", func(r *rand.Rand) (string, string) {
			return pick(r, "republic", "-place", "actor", "section", "find.group", "date", "mode", "sort"), junk(r)
		}),
		{"mode with storm", true, func(r *rand.Rand) string {
			text := storm(r, 1+r.IntN(8000), "ha ", "ho-", "killed ", `"`, "\u0301", "(")
			return url.Values{"q": {text}, "mode": {pick(r, "quote", "verbatim", "words")}, "explain": {"1"}}.Encode()
		}},
	}
}

// hostileQueries draws n requests, the families in turn, always the same ones.
func hostileQueries(n int) []hostileQuery {
	families := hostileFamilies()
	out := make([]hostileQuery, n)
	for i := range out {
		f := families[i%len(families)]
		text := f.make(rand.New(rand.NewPCG(uint64(i), 1000)))
		if !f.raw {
			text = "q=" + url.QueryEscape(text)
		}
		out[i] = hostileQuery{fmt.Sprintf("%s %d", f.name, i), text}
	}
	return out
}
