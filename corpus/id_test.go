package corpus

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestNormalizeURL(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"HTTPS://Wire.Example/A?b=C", "https://wire.example/A?b=C"},
		{"https://wire.example:443/a", "https://wire.example/a"},
		{"http://wire.example:80", "http://wire.example/"},
		{"http://wire.example:8080/", "http://wire.example:8080/"},
		{"https://wire.example/a#part", "https://wire.example/a"},
		{"  https://wire.example/a ", "https://wire.example/a"},
		{"https://wire.example/%D0%9A", "https://wire.example/%D0%9A"},
		{"file:saved/page.html", "file:saved/page.html"},
		{"file:Page #2.html", "file:Page #2.html"},
		{"::", "::"},
	}
	for _, tt := range tests {
		got := NormalizeURL(tt.in)
		if got != tt.want {
			t.Errorf("%q gives %q, want %q", tt.in, got, tt.want)
		}
		if again := NormalizeURL(got); again != got {
			t.Errorf("%q changes again to %q", got, again)
		}
	}
}

func TestPassageID(t *testing.T) {
	t.Parallel()
	base := PassageIDOf("https://wire.example/a", "Two people were hurt.", 0)
	same := []PassageID{
		PassageIDOf("https://WIRE.example:443/a#x", "Two people were hurt.", 0),
		PassageIDOf("https://wire.example/a", " Two  people\nwere hurt. ", 0),
	}
	for _, id := range same {
		if id != base {
			t.Errorf("%s is not %s though only spelling differs", id, base)
		}
	}
	other := []PassageID{
		PassageIDOf("https://wire.example/b", "Two people were hurt.", 0),
		PassageIDOf("https://wire.example/a", "Two people were not hurt.", 0),
		PassageIDOf("https://wire.example/a", "Two people were hurt.", 1),
		PassageID(DocumentIDOf("https://wire.example/a")),
	}
	for i, id := range other {
		if id == base {
			t.Errorf("case %d has the same id though it is another passage", i)
		}
	}
	if a, b := PassageIDOf("u", "e\u0301t\u00e9", 0), PassageIDOf("u", "\u00e9te\u0301", 0); a != b {
		t.Error("composed and decomposed letters give two ids")
	}
	if err := base.Validate(); err != nil {
		t.Error(err)
	}
}

func TestIDsAreChecked(t *testing.T) {
	t.Parallel()
	if err := SnapshotIDOf(nil).Validate(); err != nil {
		t.Error(err)
	}
	if SnapshotIDOf(nil) != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Error("a snapshot id is not the sha256 of its bytes")
	}
	for _, err := range []error{SnapshotID("e3b0").Validate(), DocumentID("XY").Validate(),
		PassageID("E3B0C44298FC1C149AFBF4C8996FB924").Validate()} {
		if KindOf(err) != Invalid {
			t.Errorf("%v, want a fault of kind %s", err, Invalid)
		}
	}
}

// A text that is passed through is what cutting it at white space and joining it gives.
func TestPlainTextIsItsOwnNormalForm(t *testing.T) {
	for _, s := range []string{"", " ", "a", " a", "a ", "a b", "a  b", "a\tb", "a\nb", "a\rb", "a\vb", "a\fb", "é", "e\u0301",
		"a\u00a0b", "a\x00b", "a\x1fb", "a\x1cb", "a \u2003 b"} {
		if got, want := NormalizeText(s), strings.Join(strings.Fields(norm.NFC.String(s)), " "); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
}
