package extract

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
)

// rep repeats a text up to a size.
func rep(s string, size int) string { return strings.Repeat(s, scaled(size)/len(s)) }

// scaled is a sixteenth of a size where the race detector makes all slow.
func scaled(n int) int {
	if raceEnabled {
		return n / 16
	}
	return n
}

// numbered repeats a format n times, with the number twice.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range scaled(n) {
		fmt.Fprintf(&b, format, i, i)
	}
	return b.String()
}

// hostile makes pages of up to 10 MiB that are built to cost time or memory.
func hostile() map[string]string {
	big := 2 << 20
	if soak() {
		big = MaxBody - 1024
	}
	const (
		mark  = "<p>x<sup class=reference><a href=#cite_note-1>1</a></sup>"
		notes = "<ol class=references>"
		note  = notes + "<li id=cite_note-1>"
		row   = "<table><tr><td>"
	)
	return map[string]string{
		"div nested ten thousand deep": rep("<div>", 800_000) + "deep text" + rep("</div>", 960_000),
		"a million open elements":      rep("<b>x", 4<<20),
		"text between paragraphs":      rep("a<p>", big),
		"line breaks":                  rep("<br>", big),
		"formatting never closed":      numbered("<font size=%d color=%d>x<p>", 20_000),
		"attributes in one tag":        "<p " + numbered("a%d=b%d ", 190_000) + ">text",
		"attributes in a huge tag":     "<p " + rep("a=b ", big) + ">text",
		"ampersands":                   "<p>" + rep("&", big),
		"references":                   "<p>" + rep("&amp;", big),
		"half references":              "<p>" + rep("&notin", big),
		"numbered references":          "<p>" + rep("&#x26;&#1;", big),
		"comments":                     rep("<!-- x -->", big),
		"an open comment":              "<p>text<!--" + rep("x", big),
		"an open tag":                  "<p>text<a href='" + rep("x", big),
		"nested tables":                rep(row+"x", 400_000),
		"nested tables with text":      rep(row, 1500) + rep("word ", big),
		"superscripts in superscripts": rep("<sup>", 2000) + rep("text ", big),
		"one word":                     "<p>" + rep("x", big),
		"white space":                  "<p>" + rep(" \n\t", big) + "x",
		"many notes": "<p>" + numbered("<sup class=reference><a href=#cite_note-%d>%d</a></sup>", 30_000) +
			notes + numbered("<li id=cite_note-%d>x%d</li>", 30_000),
		"marks of one note": "<p>x" + rep("<a href=#fn1>1</a>", big) + "<p id=fn1>note",
		"many footnotes": numbered("<p><a id=r%d href=#n%[1]d>1</a>text", 20_000) +
			numbered("<p id=n%d>1 <a href=#r%d>^</a>", 20_000),
		"headings":              numbered("<h2>Heading %d</h2><p>Text of it %d.", 60_000),
		"names of furniture":    rep("<div class='comments sidebar related'>x</div>", big),
		"class of a megabyte":   "<div class='" + rep("nav ", 1<<20) + "'><p>text",
		"lists in lists":        rep("<ul><li>x", 300_000),
		"json-ld nested":        "<script type='application/ld+json'>" + rep("[", 500_000) + "</script><p>x",
		"script in every place": rep("<p>a<script>var x='<p>';</script>b</p>", big),
		"citations in a note":   mark + note + rep("<cite>x</cite><span class=Z3988 title='a=b'></span>", big),
		"short references": mark + note + numbered("<a href=#CITEREFa%d>x%d</a>", 30_000) +
			"</ol>" + numbered("<cite id=CITEREFa%d>y%d</cite>", 30_000),
		"table cells":             "<table>" + rep("<tr><td>a<td>b", big),
		"text in the wrong place": "<table>" + rep("x<tr>y<td>z", big),
		"cut in a tag":            "<html><body><p>Some text that stands.<p class=",
		"nul bytes":               "<p>" + rep("a\x00b ", big),
		"selects":                 rep("<select><option>x", big),
		"svg and math":            rep("<svg><desc><math><mi>x", 300_000),
		"broken utf-8":            "<p>" + rep("a\xff\xc3 ", big),
		"windows-1251":            "<meta charset=windows-1251><p>" + rep("\xcf\xf0\xe8\xe2\xe5\xf2 ", big),
		"shift_jis":               "<meta charset=shift_jis><p>" + rep("\x82\xa0\x82\xa2 ", big),
	}
}

// TestHostilePages reads each hostile page within 2 seconds and 256 MiB, with a sound
// document or an error that names what is wrong.
func TestHostilePages(t *testing.T) {
	for name, page := range hostile() {
		t.Run(name, func(t *testing.T) {
			body := []byte(page)
			peak, took := watch(func() {
				d, err := Extract(capture("file:"+name, "text/html", body), body, Options{})
				switch {
				case err != nil && corpus.KindOf(err) == corpus.Internal:
					t.Errorf("an error without a kind: %v", err)
				case err == nil && d.Validate() != nil:
					t.Error(d.Validate())
				}
			})
			t.Logf("%d KiB: %v, %d MiB", len(body)>>10, took.Round(time.Millisecond), peak>>20)
			if took > 2*time.Second && soak() { // a machine with other work is slower
				t.Errorf("took %v, want at most 2 s", took)
			}
			if most := uint64(256 << 20); peak > most && !raceEnabled {
				t.Errorf("took %d MiB, want at most 256", peak>>20)
			}
		})
	}
}

// watch runs a function and samples the growth of the heap meanwhile.
func watch(f func()) (peak uint64, took time.Duration) {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done, sampled := make(chan bool), make(chan uint64)
	go func() {
		most := uint64(0)
		for {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
			select {
			case <-done:
				sampled <- most
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	start := time.Now()
	f()
	took = time.Since(start)
	close(done)
	return <-sampled, took
}
