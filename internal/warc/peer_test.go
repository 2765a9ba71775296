package warc

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/internal/warc/warctest"
)

func TestWarcioReadsWhatIsWritten(t *testing.T) {
	t.Parallel()
	rs := append(sample(3), &Record{Type: Resource, Date: sample(1)[0].Date,
		TargetURI: "file:note.txt", ContentType: "text/plain", Block: []byte("A note.\n")})
	for name, marshal := range forms {
		file, _ := join(t, marshal, rs)
		path := filepath.Join(t.TempDir(), "a.warc")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := warctest.Python(t, "-m", "warcio.cli", "check", "-v", path).CombinedOutput()
		if n := strings.Count(string(out), "digest pass"); err != nil || n != len(rs) {
			t.Errorf("%s: %v, %d digests pass, want %d:\n%s", name, err, n, len(rs), out)
		}
		out, err = warctest.Python(t, "-m", "warcio.cli", "index", "-f", "offset,warc-type", path).Output()
		if err != nil || strings.Count(string(out), "\n") != len(rs) {
			t.Errorf("%s: %v, warcio counts other records than %d:\n%s", name, err, len(rs), out)
		}
	}
}

func TestWhatWarcioWritesIsRead(t *testing.T) {
	t.Parallel()
	for _, args := range [][2]string{{"gzip", "1.1"}, {"plain", "1.1"}, {"gzip", "1.0"}} {
		path := filepath.Join(t.TempDir(), "a.warc")
		cmd := warctest.Python(t, "testdata/peer.py", path, args[0], "WARC/"+args[1])
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		rs, damages := readAll(t, file)
		if len(rs) != 6 || len(damages) != 0 {
			t.Fatalf("%v: %d records, want 6; %v", args, len(rs), damages)
		}
		for i, want := range map[int]string{1: "<p>One.</p>", 2: "<p>Two.</p>"} {
			m, err := ParseResponse(rs[i].Block)
			if err != nil {
				t.Fatalf("%v: %v", args, err)
			}
			if b, err := m.Body(Limits{}); err != nil || string(b) != want || !rs[i].Verified {
				t.Errorf("%v: record %d: got %q, %v, verified %t; want %q", args, i, b, err, rs[i].Verified, want)
			}
		}
		if rs[0].Version != args[1] || rs[4].Type != Revisit || string(rs[5].Block) != "20240302\n" {
			t.Errorf("%v: other records than were written: %+v", args, rs)
		}
		checkStricter(t, file)
	}
}

// checkStricter cuts the file off within its last record, which the peer's own reader does
// not notice (its issue 138).
func checkStricter(t *testing.T, file []byte) {
	t.Helper()
	_, damages := readAll(t, bytes.Clone(file[:len(file)-3]))
	if len(damages) != 1 || corpus.KindOf(damages[0]) != corpus.Corrupt {
		t.Errorf("cut off: got %v, want one damage", damages)
	}
}
