package extract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
	"time"

	"ibid/corpus"
)

// Hostile pages from a seed: each is a row of parts that cost time, break the parser or carry
// script, with sentences between. Whatever stands in markup, and nothing else, says canary.

// canary is the word of markup, script and style: no output may have it.
const canary = "zqcanary"

// hostileWriter writes one page.
type hostileWriter struct {
	bytes.Buffer
	rng   *rand.Rand
	scale int // how often a part repeats, at most
}

// hostilePage is page number n.
func hostilePage(n uint64) []byte {
	w := &hostileWriter{rng: rand.New(rand.NewPCG(6, n)), scale: 400}
	if n%20 == 0 {
		w.scale = 60_000
	}
	parts := []func(*hostileWriter){(*hostileWriter).nest, (*hostileWriter).attributes, (*hostileWriter).entities,
		(*hostileWriter).comments, (*hostileWriter).broken, (*hostileWriter).bomb, (*hostileWriter).script,
		(*hostileWriter).notes, (*hostileWriter).metadata, (*hostileWriter).foreign}
	if w.rng.IntN(3) > 0 {
		w.WriteString("<!DOCTYPE html><html><head><title>A page</title></head><body><h1>A page</h1>")
	}
	for range 2 + w.rng.IntN(8) {
		parts[w.rng.IntN(len(parts))](w)
		w.WriteString("</title></textarea></style></script></select></template></svg></math>--></a>")
		if w.rng.IntN(2) == 0 {
			w.sentence()
		}
	}
	return w.Bytes()[:min(w.Len(), MaxBody)]
}

// pick is one of some texts.
func (w *hostileWriter) pick(of ...string) string { return of[w.rng.IntN(len(of))] }

// times is a number of repetitions.
func (w *hostileWriter) times() int { return 1 + w.rng.IntN(w.scale) }

func (w *hostileWriter) sentence() {
	w.WriteString("<p>The court said on Monday that the case of the " + w.pick("bridge", "мост", "köprü", "جسر") +
		" would be heard again in the spring, when the judges return.</p>")
}

// tag is the name of an element.
func (w *hostileWriter) tag() string {
	return w.pick("div", "p", "b", "font", "table", "td", "tr", "ul", "li", "a", "span", "h2", "form", "button", "sup",
		"blockquote", "select", "option", "ruby", "rt", "nobr", "center", "article", "section", "dl", "dd", "pre",
		"frameset", "body", "html", "head", "col", "caption", "details", "dialog", "object", "marquee")
}

func (w *hostileWriter) nest() {
	a, b := w.tag(), w.tag()
	n := w.times()
	for i := range n {
		fmt.Fprintf(w, "<%s>", a)
		if i%3 == 0 {
			fmt.Fprintf(w, "<%s>x", b)
		}
	}
	if w.rng.IntN(2) == 0 {
		w.WriteString(strings.Repeat("</"+a+">", n))
	}
}

func (w *hostileWriter) attributes() {
	fmt.Fprintf(w, "<%s ", w.tag())
	for i := range w.times() {
		fmt.Fprintf(w, `%s%d="%s" `, w.pick("onload", "data-", "class", "style", "aria-label"), i, w.pick(canary, "<b>"+canary, "&quot;"+canary, "a b c"))
	}
	w.WriteString(w.pick(">", "/>", " x='"+canary+">'>", "=>"))
}

func (w *hostileWriter) entities() {
	for range w.times() {
		w.WriteString(w.pick("&", "&amp;", "&#0;", "&#x110000;", "&#xD800;", "&notin", "&nosuch;", "&#", "&#x;", "&lt", "&Zopf;", "&#150;", "&zwnj;", "&#8238;"))
	}
}

func (w *hostileWriter) comments() {
	for range w.times() {
		w.WriteString(w.pick("<!-- "+canary+" -->", "<!-->", "<!--->", "<!"+canary+">", "<?"+canary+">", "</"+canary+" x>",
			"<!--[if IE]>"+canary+"<![endif]-->", "<!--"+canary+"--!>", "x"))
	}
}

func (w *hostileWriter) broken() {
	for range w.times() {
		w.WriteString(w.pick("\xff", "\xc3", "\xe2\x82", "\xf0\x9f", "\x00", "\xed\xa0\x80", "\xc0\xaf", "a", "\u202e", "\uFEFF", "\uE000", "\uE001", "\r", "ы"))
	}
}

func (w *hostileWriter) bomb() {
	s := w.pick("<br>", "<p>", " \n", "word ", "a<sup>[1]</sup>", "<li>x", "<table><tr><td>", "<h2>x</h2>", "<img alt="+canary+">",
		"<div class='comments related sidebar'>", "<a href=x>y</a>", "x&shy;", "<font><p>", "<div hidden>x", "<template id=B:1></template>")
	w.WriteString(strings.Repeat(s, 4*w.times()))
}

func (w *hostileWriter) script() {
	for range min(w.times(), 500) {
		code := w.pick("<script>"+canary+"</script>", "<style>"+canary+"</style>", "<img src=x onerror="+canary+">",
			"<a href='javascript:"+canary+"'>link</a>", "<a href='data:text/html,"+canary+"'>link</a>", "<iframe srcdoc='"+canary+"'></iframe>",
			"<base href='javascript:"+canary+"'>", "<link rel=canonical href='javascript:"+canary+"'>", "<noscript>"+canary+"</noscript>",
			"<object data='"+canary+"'></object>", "<form action="+canary+"></form>", "<script type=application/ld+json>{\"x\":\""+canary+"\"}</script>",
			"<svg onload="+canary+"><script>"+canary+"</script></svg>", "<template>"+canary+"</template>", "<input value="+canary+">")
		where := w.pick("p", "td", "li", "h1", "sup", "cite", "blockquote", "figcaption", "pre", "math", "option", "dt")
		fmt.Fprintf(w, "<%s>a%sb</%s>", where, code, where)
	}
}

func (w *hostileWriter) notes() {
	n := w.times()
	for i := range n {
		fmt.Fprintf(w, "<p>x<sup class=reference><a href=#cite_note-%d>[%d]</a></sup>", i, i)
	}
	w.WriteString("<ol class=references>")
	for i := range n {
		fmt.Fprintf(w, "<li id=cite_note-%d><cite>T <a href='javascript:%s'>x</a></cite><span class=Z3988 title='rft.title=%%3Cscript%%3E%s%%3C/script%%3Ex&amp;rft_id=javascript:%[2]s'></span>",
			i, canary, canary)
	}
}

func (w *hostileWriter) metadata() {
	w.WriteString(w.pick("<meta property=og:title content='<script>"+canary+"</script>Title'>",
		"<meta name=author content='<img src=x onerror="+canary+">'>", "<link rel=canonical href='javascript:"+canary+"'>",
		"<meta property=og:url content='javascript:"+canary+"'>", "<meta http-equiv=refresh content='0;url=javascript:"+canary+"'>",
		`<script type=application/ld+json>{"@type":"Article","headline":"<style>`+canary+`<\/style>x","author":"<b `+canary+`>n<\/b>"}</script>`,
		"<meta charset="+w.pick("utf-16", "utf-7", "x-user-defined", "windows-1251", "nosuch")+">"))
}

func (w *hostileWriter) foreign() {
	for range min(w.times(), 500) {
		w.WriteString(w.pick("<svg><desc>x</desc>", "<math><mi>x", "<svg><foreignObject>", "<math><annotation-xml encoding=text/html>",
			"<svg><![CDATA[x]]></svg>", "</svg>", "</math>", "<svg><style>"+canary+"</style>", "<table><svg>"))
	}
}

// TestPagesOfAHostileSeed reads 1,000 generated pages (50 without IBID_SOAK): none panics, takes
// more than 2 s of processor time or 256 MiB, and nothing of their markup is in what comes out.
func TestPagesOfAHostileSeed(t *testing.T) {
	n := uint64(50)
	switch {
	case soak():
		n = 1000
	case raceEnabled:
		n = 10
	}
	refused, most, slowest := 0, uint64(0), time.Duration(0)
	for i := range n {
		body := hostilePage(i)
		var d *corpus.Document
		var err error
		before := cpuTime(t)
		peak, _ := watch(func() {
			d, err = Extract(capture("https://page.example/", "text/html", body), body, Options{})
		})
		took := cpuTime(t) - before
		most, slowest = max(most, peak), max(slowest, took)
		if (took > 2*time.Second || peak > 256<<20) && !raceEnabled {
			t.Errorf("page %d of %d bytes: %v, %d MiB", i, len(body), took, peak>>20)
		}
		if err != nil {
			refused++
			if corpus.KindOf(err) == corpus.Internal {
				t.Errorf("page %d: an error without a kind: %v", i, err)
			}
			continue
		}
		if err := prove(d, body); err != nil {
			t.Errorf("page %d: %v", i, err)
		}
		out, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if at := bytes.Index(out, []byte(canary)); at >= 0 {
			t.Errorf("page %d: markup in the output: %s", i, out[max(0, at-80):min(len(out), at+40)])
		}
		if bytes.Contains(out, []byte(`"javascript:`)) {
			t.Errorf("page %d: a link that is script", i)
		}
	}
	t.Logf("figure: %d hostile pages, %d refused, at most %v and %d MiB", n, refused, slowest.Round(time.Millisecond), most>>20)
}

// cpuTime is the processor time of this process.
func cpuTime(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
