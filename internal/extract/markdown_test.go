package extract

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// TestMarkdownOfRandomSigns proves documents of random rows of signs, and reads rows that are
// built to cost time.
func TestMarkdownOfRandomSigns(t *testing.T) {
	t.Parallel()
	signs := strings.Split("# |## |> |- |* |1. |word|a_b|**|*|_|__|`|```\n|[|]|(u)|![|[^1]|[x]: |<b>|<br>|<!--|-->|<http://x>|"+
		"&amp;|&|\\|\\*|\n|\n\n|\r\n| |\t|| a | b |\n| - | - |\n|---\n|===\n|title: x\n|\xff|ы", "|")
	rng := rand.New(rand.NewPCG(6, 1))
	for range 3000 {
		var b strings.Builder
		b.WriteString("text ")
		for range rng.IntN(40) {
			b.WriteString(signs[rng.IntN(len(signs))])
		}
		must(t, "file:a.md", "text/markdown", []byte(b.String()))
	}
	for _, sign := range []string{"[", "[a](", "![", "<", "<a ", "`", "*", "**a ", "_", "> ", "- a\n", "|a|\n|-|\n", "\\", "<!-- ", "# \n"} {
		body := []byte("text\n" + rep(sign, 1<<20))
		before := time.Now()
		must(t, "file:a.md", "text/markdown", body)
		if took := time.Since(before); soak() && took > 2*time.Second {
			t.Errorf("%d bytes of %q took %v", len(body), sign, took)
		}
	}
}
