package web

import (
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/internal/search"
)

// view of a text whose bytes stand at places of a body.
func traced(text string, runs ...corpus.Run) search.PassageView {
	return search.PassageView{Text: text, Source: search.Source{Runs: runs}}
}

func TestProve(t *testing.T) {
	t.Parallel()
	run := func(a, b, c, d int) corpus.Run {
		return corpus.Run{Text: [2]int{a, b},
			Bytes: [2]int{c, d}}
	}
	ref := func(a, b, c, d int) corpus.Run {
		r := run(a, b, c, d)
		r.Ref = true
		return r
	}
	tests := []struct {
		name, body, media, charset string
		view                       search.PassageView
		checked, sound             bool
		fault                      string
	}{
		{"literal", "<p>abc</p>", "text/html", "utf-8", traced("abc", run(0, 3, 3, 6)), true, true,
			""},
		{"reference", "a&amp;b", "text/html", "utf-8",
			traced("a&b", run(0, 1, 0, 1), ref(1, 2, 1, 6), run(2, 3, 6, 7)), true, true, ""},
		{"other bytes", "<p>abd</p>", "text/html", "utf-8", traced("abc", run(0, 3, 3, 6)), true,
			false, "“abd”"},
		{"a literal that would need decoding", "a&amp;b", "text/html", "utf-8",
			traced("a&b", run(0, 3, 0, 7)), true, false, "“a&amp;b”"},
		{"beyond the end", "abc", "text/html", "utf-8", traced("abcd", run(0, 4, 0, 4)), true,
			false, "beyond"},
		{"windows-1251", "\xcf\xee\xf0\xf2", "text/html", "windows-1251",
			traced("Порт", run(0, 8, 0, 4)), true, true, ""},
		{"wrong encoding", "\xcf\xee\xf0\xf2", "text/html", "utf-8",
			traced("Порт", run(0, 8, 0, 4)), true, false, "Порт"},
		{"no text", "%PDF", "application/pdf", "", traced("abc", run(0, 3, 0, 3)), false, false,
			""},
		{"no runs", "abc", "text/html", "utf-8", traced("abc"), false, false, ""},
	}
	for _, tt := range tests {
		p := prove(Body{[]byte(tt.body), tt.media, ""}, tt.charset, tt.view)
		if p.Checked != tt.checked || p.Sound != tt.sound || !strings.Contains(p.Fault, tt.fault) {
			t.Errorf("%s: %+v", tt.name, p)
		}
	}
}

// Far text between two runs is left out and counted; what is shown and left out is all bytes.
func TestExcerpt(t *testing.T) {
	t.Parallel()
	body := strings.Repeat("x", 1000) + "first" + strings.Repeat("ж", 500) + "second" +
		strings.Repeat("z", 1000)
	view := traced("first second", corpus.Run{Text: [2]int{0, 5}, Bytes: [2]int{1000, 1005}},
		corpus.Run{Text: [2]int{6, 12}, Bytes: [2]int{2005, 2011}})
	p := prove(Body{[]byte(body), "text/html", ""}, "utf-8", view)
	n, skipped := 0, 0
	var runs []string
	for _, x := range p.Pieces {
		n += len(x.Text) + x.Skipped
		skipped += x.Skipped
		if x.Run {
			runs = append(runs, x.Text)
		}
		if strings.Contains(x.Text, "\uFFFD") {
			t.Errorf("a character is cut: %q", x.Text)
		}
	}
	if want := 400 + 1011 + 400; n != want || skipped == 0 ||
		strings.Join(runs, " ") != "first second" {
		t.Errorf("%d bytes of %d, %d left out, runs %q", n, want, skipped, runs)
	}
	if got := shown(nil, []byte("a\x00\x1b[31m\r\nb")); got != "a␀␛[31m\nb" {
		t.Errorf("control characters are shown as %q", got)
	}
}
