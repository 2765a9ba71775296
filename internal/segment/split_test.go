package segment

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

// update has the golden files written anew.
var update = flag.Bool("update", false, "write the golden files anew")

// page is the address of every document of these tests.
const page = "https://wire.example/a"

// document makes a document of paragraphs whose text is its own UTF-8 body.
func document(language string, texts ...string) (*corpus.Document, string) {
	d := &corpus.Document{ID: corpus.DocumentIDOf(page), URL: page, Language: language,
		Snapshot: corpus.SnapshotIDOf(nil), Captured: time.Unix(0, 0).UTC()}
	body := ""
	for _, text := range texts {
		d.Blocks = append(d.Blocks, corpus.Block{Kind: corpus.Paragraph, Section: []string{"History"}, Text: text,
			Runs: []corpus.Run{{Text: [2]int{0, len(text)}, Bytes: [2]int{len(body), len(body) + len(text)}}}})
		body += text + "\n"
	}
	return d, body
}

// sentence makes a sentence of n words that begins with a number of its own.
func sentence(n, id int) string {
	words := []string{fmt.Sprintf("Word%d", id)}
	for len(words) < n {
		words = append(words, "patrol")
	}
	return strings.Join(words, " ") + "."
}

func TestSplitCutsLongBlocksAtSentenceEnds(t *testing.T) {
	t.Parallel()
	many := func(n, words int) string {
		var s []string
		for i := range n {
			s = append(s, sentence(words, i))
		}
		return strings.Join(s, " ")
	}
	for _, c := range []struct {
		name, text string
		want       []int // words of each passage
	}{
		{"one word", "Yes", []int{1}},
		{"120 words stay whole", many(6, 20), []int{120}},
		{"121 words become two even parts", many(6, 20) + " End.", []int{60, 61}},
		{"a sentence up to 240 words stays whole", sentence(200, 1), []int{200}},
		{"a longer one is cut at an even space", sentence(250, 1), []int{125, 125}},
		{"500 words in 25 sentences", many(25, 20), []int{100, 100, 100, 100, 100}},
		{"a long sentence behind short ones", many(3, 10) + " " + sentence(130, 9), []int{30, 130}},
	} {
		d, _ := document("en", c.text)
		var got []int
		for _, p := range Split(d) {
			got = append(got, len(strings.Fields(p.Text)))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: words of the passages (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestSentenceEndsPassOverAbbreviations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, text string }{
		{"en", "Dr. Ames met Col. J. R. Poole of the U.S. Army near Mt. Bell.| He left at noon.| Nobody saw him."},
		{"ru", "В 2019 г. Рамзан А. Дудов и др. Жили в с. Верхнее.| Потом они ушли."},
		{"de", "Am 3. Oktober traf Hr. Bauer z.B. Frau Dr. Kern.| Danach ging er."},
		{"fr", "M. Duval et Mme. Roy, cf. Annexe, sont là.| Ils partent."},
		{"tr", "Prof. Dr. Ali Kaya 5. Tugay ile geldi.| Sonra gitti."},
		{"az", "Prof. Rza Bağır 3. Korpusa gəldi.| Sonra getdi."},
		{"ar", "وصل د. علي إلى المدينة.| ثم غادر في المساء.| هل عاد؟| نعم."},
		{"", "He asked why! \"Because it rained.\"| Then he went."},
	} {
		text := strings.ReplaceAll(c.text, "|", "")
		var want []int
		for i, rest := 0, c.text; ; {
			before, after, ok := strings.Cut(rest, "|")
			if !ok {
				break
			}
			i += len(before)
			want, rest = append(want, i), after
		}
		if c.lang == "" {
			want = append([]int{len("He asked why!")}, want...)
		}
		if diff := cmp.Diff(want, sentenceEnds(text, c.lang)); diff != "" {
			t.Errorf("%s: %q: sentence ends (-want +got):\n%s", c.lang, text, diff)
		}
	}
}

func TestSplitKeepsHeadingsOutAndCountsRepeats(t *testing.T) {
	t.Parallel()
	d, _ := document("en", "No change.", "No  change.", "***", "Over.")
	d.Blocks = append(d.Blocks, corpus.Block{Kind: corpus.Heading, Text: "History"})
	d.Blocks[2].Marks = nil
	d.Blocks[1].Text = "No change."
	d.Blocks[1].Runs[0].Text[1], d.Blocks[1].Runs[0].Bytes[1] = 10, d.Blocks[1].Runs[0].Bytes[1]-1
	got := Split(d)
	if len(got) != 3 {
		t.Fatalf("%d passages, want 3: headings and signs give none", len(got))
	}
	if want := corpus.PassageIDOf(page, "No change.", 1); got[1].ID != want {
		t.Errorf("the second of two equal texts has id %s, want %s", got[1].ID, want)
	}
	if got[2].Ordinal != 2 {
		t.Errorf("ordinal %d, want 2", got[2].Ordinal)
	}
	d.Blocks[2].Marks = []corpus.NoteMark{{At: 3, Note: "cite_note-1"}}
	if n := len(Split(d)); n != 4 {
		t.Errorf("%d passages, want 4: a text with a note mark is kept", n)
	}
}

// TestSplitLosesNothing cuts documents of random sentences with random runs, references and
// marks: the parts give the text again, every run slices back, every mark is kept in place.
func TestSplitLosesNothing(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 16))
	for range 300 {
		d, body := randomDocument(r)
		before := fmt.Sprint(d)
		checkCover(t, d, body, Split(d))
		if fmt.Sprint(d) != before {
			t.Fatal("the document was changed")
		}
	}
}

// randomDocument makes a block of words, some written as character references, with its body.
func randomDocument(r *rand.Rand) (*corpus.Document, string) {
	d, _ := document("en")
	var text, body strings.Builder
	b := corpus.Block{Kind: corpus.Paragraph, Section: []string{}}
	run := func(s, src string, ref bool) {
		b.Runs = append(b.Runs, corpus.Run{Text: [2]int{text.Len(), text.Len() + len(s)}, Bytes: [2]int{body.Len(), body.Len() + len(src)}, Ref: ref})
		text.WriteString(s)
		body.WriteString(src)
	}
	words := []string{"alpha", "Beta", "ущелье", "Карабулак.", "ended.", "Mr.", "3.", "\"Why?\"", "ثم"}
	for i := range 1 + r.IntN(700) {
		marked := strings.HasSuffix(body.String(), ">")
		if i > 0 && !marked && r.IntN(4) > 0 { // a space of the page, inside the run
			last := &b.Runs[len(b.Runs)-1]
			text.WriteByte(' ')
			body.WriteByte(' ')
			if !last.Ref {
				last.Text[1]++
				last.Bytes[1]++
			}
		} else if i > 0 {
			text.WriteByte(' ')
			body.WriteString(" \n ")
		}
		if r.IntN(9) == 0 {
			run("&", "&amp;", true)
		}
		w := words[r.IntN(len(words))]
		run(w, w, false)
		if r.IntN(12) == 0 {
			b.Marks = append(b.Marks, corpus.NoteMark{At: text.Len(), Note: fmt.Sprint("n", i)})
			body.WriteString("<sup>1</sup>")
		}
	}
	b.Text = text.String()
	d.Blocks = []corpus.Block{b}
	return d, body.String()
}

// checkCover holds passages against the one block they were cut from.
func checkCover(t *testing.T, d *corpus.Document, body string, ps []*corpus.Passage) {
	t.Helper()
	b := d.Blocks[0]
	var texts []string
	var marks []corpus.NoteMark
	at := 0
	for _, p := range ps {
		if err := p.Validate(); err != nil {
			t.Fatalf("%v in %q", err, b.Text)
		}
		for _, run := range p.Runs {
			got := body[run.Bytes[0]:run.Bytes[1]]
			if want := p.Text[run.Text[0]:run.Text[1]]; !run.Ref && got != want || run.Ref && got != "&amp;" {
				t.Fatalf("run %v: bytes say %q, text says %q", run, got, want)
			}
		}
		for _, m := range p.Notes {
			marks = append(marks, corpus.NoteMark{At: m.At + at, Note: m.Note})
		}
		if n := len(strings.Fields(p.Text)); n > HardWords {
			t.Fatalf("a passage of %d words", n)
		}
		texts = append(texts, p.Text)
		at += len(p.Text) + 1
	}
	if diff := cmp.Diff(b.Text, strings.Join(texts, " ")); diff != "" {
		t.Fatalf("the joined passages are not the block (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(b.Marks, marks); diff != "" {
		t.Fatalf("marks (-want +got):\n%s", diff)
	}
}

func TestSplitCutsRunsOfSingleByteCharsets(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("Отряд ушёл. ", 100) + "Всё."
	d, _ := document("ru", text)
	d.Blocks[0].Runs[0].Bytes = [2]int{7, 7 + len([]rune(text))}
	for _, p := range Split(d) {
		for _, r := range p.Runs {
			if n := len([]rune(p.Text[r.Text[0]:r.Text[1]])); r.Bytes[1]-r.Bytes[0] != n {
				t.Errorf("run %v of %d characters has %d bytes", r, n, r.Bytes[1]-r.Bytes[0])
			}
		}
		if p.Untraced {
			t.Error("a passage is untraced")
		}
	}
}

func TestUntracedBlocksStayUntraced(t *testing.T) {
	t.Parallel()
	d, _ := document("en", sentence(100, 1)+" "+sentence(100, 2))
	d.Blocks[0].Untraced, d.Blocks[0].Runs = true, nil
	ps := Split(d)
	if len(ps) != 2 || !ps[0].Untraced || !ps[1].Untraced || len(ps[0].Runs) != 0 {
		t.Errorf("got %d passages, want two that are untraced and without runs", len(ps))
	}
}

// TestGolden cuts each text of testdata, a paragraph a line, and compares the passages.
func TestGolden(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no texts in testdata: %v", err)
	}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lang, _, _ := strings.Cut(filepath.Base(name), ".")
		d, _ := document(lang, strings.Split(strings.TrimSpace(string(raw)), "\n")...)
		var b strings.Builder
		for _, p := range Split(d) {
			fmt.Fprintf(&b, "%d %s\n%s\n", p.Ordinal, p.ID, p.Text)
		}
		golden := strings.TrimSuffix(name, ".txt") + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestAbbreviationsAreSortedAndComplete(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(abbreviationsTSV), "\n")[1:]
	for i, line := range lines {
		f := strings.Split(line, "\t")
		if len(f) != 3 || !strings.HasSuffix(f[0], ".") || f[0] != strings.ToLower(f[0]) || f[1] == "" || f[2] == "" {
			t.Errorf("line %d: %q", i+2, line)
		}
		if i > 0 && lines[i-1] >= line {
			t.Errorf("line %d: %q is not behind %q", i+2, line, lines[i-1])
		}
	}
}

// FuzzSplit cuts any text, brought to single spaces, and looks for loss.
func FuzzSplit(f *testing.F) {
	f.Add("One. Two.", "en")
	f.Add(strings.Repeat("слово ", 400), "ru")
	f.Add(strings.Repeat("End. ", 300), "")
	f.Fuzz(func(t *testing.T, text, lang string) {
		text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "?")), " ")
		if !strings.ContainsFunc(text, isWordRune) {
			return
		}
		d, _ := document(lang, text)
		var texts []string
		for _, p := range Split(d) {
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
			texts = append(texts, p.Text)
		}
		kept := strings.Join(texts, " ")
		for _, w := range strings.Fields(text) {
			if strings.ContainsFunc(w, isWordRune) && !strings.Contains(kept, w) {
				t.Fatalf("%q is lost from %q", w, text)
			}
		}
	})
}
