package intake

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"ibid/internal/archive"
	"ibid/internal/warc"
)

// The generator of damaged WARC files. Each has one damage in one of eight records, of a kind
// that a disk, a network or a careless or lying program makes. No digest of any tool covers the
// header of a record in a plain file, nor six bytes in the head of a gzip member; there the
// generator breaks the form alone, for what else it changed nobody could tell.

// damaged is a file with one damage.
type damaged struct {
	how  string
	gzip bool
	file []byte
	at   int64  // offset of the damage's record, where it must be reported
	lost []bool // by record: damaged, or not in the file any more
}

// wares are the records of a sound file, in plain form.
func wares(foreignTool bool) [][]byte {
	page := func(path, head, body string) string {
		return "https://a.example/" + path + "\x00" + head + "\r\n" + body
	}
	long := strings.Repeat("Officials said on Monday that the road was open again. ", 5)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write([]byte("<p>Zipped. " + long)) // into memory: cannot fail
	z.Close()
	var out [][]byte
	var last string
	for i, s := range []string{"", page("0", html, "<p>First. "+long), "GET /0 HTTP/1.1\r\nHost: a.example\r\nX: " + long + "\r\n\r\n",
		page("1", html+"Transfer-Encoding: chunked\r\n", "1f\r\n<p>Chunked. The road was open. \r\n0\r\n\r\n"),
		"via: https://a.example/\r\nnote: " + long + "\r\n", page("2", html+"Content-Encoding: gzip\r\n", zipped.String()),
		"A note in a file. " + long, page("3", html, "<p>Last. "+long)} {
		uri, block, isPage := strings.Cut(s, "\x00")
		r := &warc.Record{Date: time.Date(2024, 3, 2, 10, 0, i, 0, time.UTC), Block: []byte(s), TargetURI: "https://a.example/0"}
		beside := []warc.Field{{Name: "WARC-Concurrent-To", Value: "<" + last + ">"}}
		switch {
		case i == 0:
			r.Type, r.TargetURI, r.ContentType, r.Block = warc.Warcinfo, "", warc.WarcFields, []byte("software: x\r\nnote: "+long+"\r\n")
		case isPage:
			r.Type, r.TargetURI, r.ContentType, r.Block = warc.Response, uri, warc.HTTPResponse, []byte(block)
		case i == 2:
			r.Type, r.ContentType, r.Fields = warc.Request, warc.HTTPRequest, beside
		case i == 4:
			r.Type, r.ContentType, r.Fields, r.TargetURI = warc.Metadata, warc.WarcFields, beside, "https://a.example/1"
		default:
			r.Type, r.ContentType, r.TargetURI = warc.Resource, "text/plain", "file:note.txt"
		}
		b, err := warc.Marshal(r)
		if err != nil {
			panic(err)
		}
		if foreignTool {
			date := "WARC-Date: " + r.Date.Format(time.RFC3339)
			fields := []string{date}
			for _, f := range r.Fields {
				fields = append(fields, f.Name+": "+f.Value)
			}
			b = []byte(strings.Replace(foreign(string(r.Type), r.TargetURI, r.ContentType, string(r.Block), fields...),
				"WARC-Target-URI: <>\r\n", "", 1))
		}
		if last = strings.Trim(idOf(string(b)), "<>"); r.Type == warc.Metadata || r.Type == warc.Request {
			last = ""
		}
		out = append(out, b)
	}
	return out
}

// lay writes records one behind the other and gives where each begins, and the file's end.
func lay(records [][]byte, gz bool) (file []byte, starts []int64) {
	var out bytes.Buffer
	for _, r := range records {
		starts = append(starts, int64(out.Len()))
		if !gz {
			out.Write(r)
			continue
		}
		w := gzip.NewWriter(&out)
		_, _ = w.Write(r) // into memory: cannot fail
		w.Close()
	}
	return out.Bytes(), append(starts, int64(out.Len()))
}

// lies are changes of a record that its writer could have made; nil where a record has no such
// place. They are packed as a sound record would be.
func lies() map[string]func(r *rand.Rand, b string) string {
	swap := func(old, with string) func(*rand.Rand, string) string {
		return func(_ *rand.Rand, b string) string { return changed(b, old, with) }
	}
	line := func(name string, with func(value string) string) func(*rand.Rand, string) string {
		return func(_ *rand.Rand, b string) string {
			_, rest, ok := strings.Cut(b, "\r\n"+name+": ")
			value, _, _ := strings.Cut(rest, "\r\n")
			if !ok {
				return b
			}
			return changed(b, "\r\n"+name+": "+value+"\r\n", with(value))
		}
	}
	field := func(name string) func(string) func(string) string {
		return func(value string) func(string) string {
			return func(string) string { return "\r\n" + name + ": " + value + "\r\n" }
		}
	}
	length := field("Content-Length")
	m := map[string]func(*rand.Rand, string) string{
		"length too long": line("Content-Length", func(v string) string { return "\r\nContent-Length: 1" + v + "\r\n" }),
		"length too short": line("Content-Length", func(v string) string {
			return "\r\nContent-Length: " + v[:len(v)-1] + "\r\n"
		}),
		"length zero":     line("Content-Length", length("0")),
		"length huge":     line("Content-Length", length("99999999999999")),
		"length negative": line("Content-Length", length("-5")),
		"length of text":  line("Content-Length", length("many")),
		"no length":       line("Content-Length", func(string) string { return "\r\n" }),
		"length twice": line("Content-Length", func(v string) string {
			return "\r\nContent-Length: " + v + "\r\nContent-Length: " + v + "\r\n"
		}),
		"block digest of another": line("WARC-Block-Digest", field("WARC-Block-Digest")(warc.Digest([]byte("another")))),
		"block digest cut":        line("WARC-Block-Digest", func(v string) string { return "\r\nWARC-Block-Digest: " + v[:len(v)-3] + "\r\n" }),
		"block digest of no kind": line("WARC-Block-Digest", field("WARC-Block-Digest")("nothing")),
		"payload digest of another": func(r *rand.Rand, b string) string {
			if c := line("WARC-Payload-Digest", field("WARC-Payload-Digest")(warc.Digest([]byte("x"))))(r, b); c != b {
				return c
			}
			return changed(b, "\r\nContent-Length", "\r\nWARC-Payload-Digest: "+warc.Digest([]byte("x"))+"\r\nContent-Length")
		},
		"no type":           line("WARC-Type", func(string) string { return "\r\n" }),
		"no id":             line("WARC-Record-ID", func(string) string { return "\r\n" }),
		"no date":           line("WARC-Date", func(string) string { return "\r\n" }),
		"date of text":      line("WARC-Date", field("WARC-Date")("yesterday")),
		"id in no form":     line("WARC-Record-ID", func(v string) string { return "\r\nWARC-Record-ID: " + strings.Trim(v, "<>") + "\r\n" }),
		"version 2":         func(_ *rand.Rand, b string) string { return "WARC/2.0" + b[8:] },
		"LF alone":          func(_ *rand.Rand, b string) string { return strings.ReplaceAll(b, "\r\n", "\n") },
		"a line of nothing": swap("\r\nWARC-Date", "\r\nnothing\r\nWARC-Date"),
		"a NUL":             swap("\r\nWARC-Date", "\r\nX: \x00\r\nWARC-Date"),
		"no UTF-8":          swap("\r\nWARC-Date", "\r\nX: \xff\r\nWARC-Date"),
		"block cut": func(r *rand.Rand, b string) string {
			return b[:len(b)-4-1-r.IntN(20)] + "\r\n\r\n"
		},
		"block grown":   func(_ *rand.Rand, b string) string { return b[:len(b)-4] + "more\r\n\r\n" },
		"block changed": func(r *rand.Rand, b string) string { return flip(b, len(b)-5-r.IntN(60)) },
		"one line end":  func(_ *rand.Rand, b string) string { return b[:len(b)-2] },
		"no line end":   func(_ *rand.Rand, b string) string { return b[:len(b)-4] },
		"a wrong end":   func(_ *rand.Rand, b string) string { return b[:len(b)-4] + "\n\n\n\n" },
	}
	for _, typ := range []string{"metadata", "resource", "responze", "request", "response"} {
		m["type "+typ] = func(_ *rand.Rand, b string) string {
			if !strings.Contains(b, "application/http") {
				return b
			}
			return line("WARC-Type", field("WARC-Type")(typ))(nil, b)
		}
	}
	return m
}

// changed replaces the first place of old.
func changed(b, old, with string) string { return strings.Replace(b, old, with, 1) }

// flip changes a byte.
func flip(b string, at int) string { return b[:at] + string([]byte{b[at] ^ 0x15}) + b[at+1:] }

// blows are changes of a file where one record stands in it, [lo, hi). They may move what
// comes behind. From is where bytes are covered by a checksum or digest.
func blows(gz bool) map[string]func(r *rand.Rand, file string, from, lo, hi int) string {
	span := func(r *rand.Rand, from, hi int) (int, int) {
		a := from + r.IntN(max(hi-from-24, 1))
		return a, a + 2 + r.IntN(20)
	}
	m := map[string]func(r *rand.Rand, file string, from, lo, hi int) string{
		"cut off": func(r *rand.Rand, f string, _, lo, hi int) string { return f[:lo+1+r.IntN(hi-lo-1)] },
		"flipped": func(r *rand.Rand, f string, from, _, hi int) string { return flip(f, from+r.IntN(hi-from-8)) },
		"zeroed": func(r *rand.Rand, f string, from, _, hi int) string {
			a, b := span(r, from, hi)
			return flip(f[:a]+strings.Repeat("\x00", b-a)+f[b:], a)[:a] + "\xaa" + strings.Repeat("\x00", b-a-1) + f[b:]
		},
		"zeroed from its beginning": func(r *rand.Rand, f string, _, lo, hi int) string {
			return f[:lo] + strings.Repeat("\x00", hi-lo-30) + f[hi-30:]
		},
		"swapped": func(r *rand.Rand, f string, from, _, hi int) string {
			n := (hi - from - 8) / 2
			return f[:from] + f[from+n:from+2*n] + f[from:from+n] + f[from+2*n:]
		},
		"a piece gone": func(r *rand.Rand, f string, from, _, hi int) string {
			a, b := span(r, from, hi)
			return f[:a] + f[b:]
		},
		"a piece more": func(r *rand.Rand, f string, from, _, hi int) string {
			a, _ := span(r, from, hi)
			return f[:a] + "\x03garbage\x01" + f[a:]
		},
		"beginning gone":    func(_ *rand.Rand, f string, _, lo, _ int) string { return f[:lo] + f[lo+3:] },
		"beginning changed": func(_ *rand.Rand, f string, _, lo, _ int) string { return flip(f, lo+1) },
	}
	if gz {
		m["checksum wrong"] = func(_ *rand.Rand, f string, _, _, hi int) string { return flip(f, hi-7) }
		m["size wrong"] = func(_ *rand.Rand, f string, _, _, hi int) string { return flip(f, hi-3) }
	}
	return m
}

// damagedFiles makes n files, each kind of damage in turn on each form of file.
func damagedFiles(n int) (out []damaged) {
	rng := rand.New(rand.NewPCG(500, 127))
	for round := 0; len(out) < n; round++ {
		for style := range 4 {
			gz, records := style%2 == 0, wares(style >= 2)
			for _, how := range sortedNames(lies()) {
				out = appendLie(out, rng, how, records, gz)
			}
			for _, how := range sortedNames(blows(gz)) {
				out = appendBlow(out, rng, how, records, gz)
			}
			out = appendBetween(out, rng, records, gz)
		}
	}
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:n]
}

func sortedNames[V any](m map[string]V) (names []string) {
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// appendLie has one record lie.
func appendLie(out []damaged, rng *rand.Rand, how string, records [][]byte, gz bool) []damaged {
	for range 20 {
		k := rng.IntN(len(records))
		lie := lies()[how](rng, string(records[k]))
		if lie == string(records[k]) {
			continue // it has no such place, or says so already
		}
		file, starts := lay(slices.Concat(records[:k], [][]byte{[]byte(lie)}, records[k+1:]), gz)
		return append(out, damaged{how, gz, file, starts[k], lostOnly(len(records), k)})
	}
	return out
}

// appendBlow strikes the file where one record stands.
func appendBlow(out []damaged, rng *rand.Rand, how string, records [][]byte, gz bool) []damaged {
	k := rng.IntN(len(records))
	file, starts := lay(records, gz)
	lo, hi := int(starts[k]), int(starts[k+1])
	from := lo + 10
	if !gz {
		from = lo + bytes.Index(records[k], []byte("\r\n\r\n")) + 4
	}
	d := damaged{how, gz, []byte(blows(gz)[how](rng, string(file), from, lo, hi)), starts[k], lostOnly(len(records), k)}
	if how == "cut off" {
		for i := k; i < len(records); i++ {
			d.lost[i] = true
		}
	}
	return append(out, d)
}

// appendBetween puts what is no record in front of one, and two records into one member.
func appendBetween(out []damaged, rng *rand.Rand, records [][]byte, gz bool) []damaged {
	file, starts := lay(records, gz)
	for how, garbage := range map[string]string{"zeros between": strings.Repeat("\x00", 40),
		"garbage between": "\x05\x01 some bytes \xff\xfe", "an empty line between": "\r\n"} {
		k := 1 + rng.IntN(len(records)-1)
		at := starts[k]
		bad := string(file[:at]) + garbage + string(file[at:])
		out = append(out, damaged{how, gz, []byte(bad), at, make([]bool, len(records))})
	}
	if !gz {
		return out
	}
	k := rng.IntN(len(records) - 1)
	both := slices.Concat(records[k], records[k+1])
	file, starts = lay(slices.Concat(records[:k], [][]byte{both}, records[k+2:]), true)
	d := damaged{"two in one member", true, file, starts[k], lostOnly(len(records), k)}
	d.lost[k+1] = true
	junk := slices.Concat(records[k], []byte("and more"))
	file, starts = lay(slices.Concat(records[:k], [][]byte{junk}, records[k+1:]), true)
	return append(out, d, damaged{"more in its member", true, file, starts[k], lostOnly(len(records), k)})
}

func lostOnly(n, k int) []bool {
	lost := make([]bool, n)
	lost[k] = true
	return lost
}

// TestDamagedFiles takes 500 damaged files over. Each damage must be reported at its record,
// the sound records before and behind it are kept, and nothing else is.
//
// In a plain file a damage can leave open where its record ends. What is found behind it could
// be part of it, so it is told and held back until it is asked for.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	pages := map[int]string{1: "https://a.example/0", 3: "https://a.example/1", 5: "https://a.example/2",
		6: "file:note.txt", 7: "https://a.example/3"}
	bodies := map[string]string{}
	whole := newMemoryDesk(t)
	file, _ := lay(wares(false), true)
	if err := whole.warc("whole.warc.gz", file); err != nil {
		t.Fatal(err)
	}
	for _, url := range pages {
		bodies[url] = whole.body(url)
	}
	heldBack, kinds := 0, map[string]bool{}
	files := damagedFiles(500)
	for i, c := range files {
		kinds[c.how] = true
		label := fmt.Sprintf("file %d, %s, gzip %t", i, c.how, c.gzip)
		d := newMemoryDesk(t)
		err := d.warc("t.warc", c.file)
		if err == nil || !toldAt(d.refused, c.at) {
			t.Errorf("%s: the damage at byte %d is not reported: %v, %v", label, c.at, err, d.refused)
		}
		missing := checkPages(t, label, d, pages, bodies, c.lost)
		if len(missing) > 0 && c.gzip {
			t.Errorf("%s: sound records are not kept: %v; %v", label, missing, d.refused)
		}
		if heldBack += len(missing); len(missing) == 0 {
			continue
		}
		d.in.Salvaged = true
		_ = d.warc("t.warc", c.file) // the damage again
		if missing := checkPages(t, label, d, pages, bodies, c.lost); len(missing) > 0 {
			t.Errorf("%s: sound records are not kept when asked for: %v; %v", label, missing, d.refused)
		}
	}
	t.Logf("figure: %d damages of %d kinds reported at their record, nothing false accepted; %d sound pages of plain "+
		"files held back until asked for, no other lost", len(files), len(kinds), heldBack)
}

// toldAt reports whether an error names the file and an offset.
func toldAt(errs []error, at int64) bool {
	return slices.ContainsFunc(errs, func(err error) bool {
		return strings.HasPrefix(err.Error(), fmt.Sprintf("t.warc at byte %d: ", at))
	})
}

// checkPages demands that an archive holds nothing but pages of the file as they were, and none
// that is lost; it gives those that are missing.
func checkPages(t *testing.T, label string, d *desk, pages map[int]string, bodies map[string]string, lost []bool) (missing []string) {
	t.Helper()
	held := map[string]bool{}
	for _, c := range d.store.Latest() {
		held[c.URL] = true
		if got := d.body(c.URL); got != bodies[c.URL] || got == "" {
			t.Errorf("%s: %s has another body: %q", label, c.URL, got)
		}
	}
	for i, url := range pages {
		switch {
		case lost[i] && held[url]:
			t.Errorf("%s: the damaged record of %s was taken", label, url)
		case !lost[i] && !held[url]:
			missing = append(missing, url)
		}
		delete(held, url)
	}
	if len(held) > 0 {
		t.Errorf("%s: pages that were never there: %v", label, held)
	}
	return missing
}

// FuzzWARC takes anything over: the archive stays sound, and what it then holds are whole records.
func FuzzWARC(f *testing.F) {
	for style := range 4 {
		file, _ := lay(wares(style >= 2), style%2 == 0)
		f.Add(file)
	}
	first := answer("http://a.example/", html+"\r\nthe text")
	f.Add([]byte(first + foreign("revisit", "http://b.example/", "application/http;msgtype=response", "",
		"WARC-Profile: http://netpreserve.org/warc/1.0/revisit/identical-payload-digest", payload(first))))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := newMemoryDesk(t)
		d.in.Salvaged = len(b)%2 == 0
		_ = d.warc("t.warc", b)
		_ = d.in.Finish(t.Context())
		if r, err := archive.Verify(t.Context(), d.dir, nil); err != nil || len(r.Findings) > 0 {
			t.Errorf("not sound: %v, %v", r.Findings, err)
		}
	})
}
