package timex

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSeedDump(t *testing.T) {
	fs, _ := filepath.Glob(filepath.Join(shared(t), "seed", "*.txt"))
	for _, f := range fs {
		b, _ := os.ReadFile(f)
		texts, _ := Paragraphs(string(b))
		for i, r := range Annotate(Document{Texts: texts}) {
			if len(texts[i].Text) > 60 {
				t.Log(texts[i].Kind, texts[i].Text[:60])
			} else {
				t.Log(texts[i].Kind, texts[i].Text)
			}
			for _, e := range r.Events {
				ev := ""
				for _, s := range e.Evidence {
					ev += "[" + texts[i].Text[s.Start:s.End] + "]"
				}
				t.Log("      ", e.EDTF, e.First, e.Last, e.Precision, e.Inference, e.Anchor, e.Primary, ev, e.Rule)
			}
		}
	}
}
