package timex

import (
	"strings"
	"testing"

	"ibid/corpus"
)

// benchText is a document of about 100 kB with a date in every other sentence.
func benchText() Document {
	p := "On 3 May 2019, four men crossed the river near the old mill and were seen by nobody. " +
		"The water stood high, and the ferry that had been promised in the spring never came. " +
		"Two days later a shepherd found their coats, dry and folded, under the stone bridge. "
	d := Document{Language: "en"}
	for range 400 {
		d.Texts = append(d.Texts, Text{Kind: corpus.Paragraph, Text: p})
	}
	return d
}

// Speed in bytes a second on one core.
func BenchmarkAnnotate(b *testing.B) {
	d := benchText()
	n := 0
	for _, t := range d.Texts {
		n += len(t.Text)
	}
	b.SetBytes(int64(n))
	for b.Loop() {
		Annotate(d)
	}
}

func BenchmarkAnnotateRussian(b *testing.B) {
	p := strings.Repeat("Вечером 3 мая 2019 года четверо перешли реку. "+
		"Вода стояла высоко, и паром так и не пришёл. ", 5)
	d := Document{Language: "ru"}
	for range 300 {
		d.Texts = append(d.Texts, Text{Kind: corpus.Paragraph, Text: p})
	}
	b.SetBytes(int64(300 * len(p)))
	for b.Loop() {
		Annotate(d)
	}
}
