package evidence

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"ibid/internal/warc"
	"ibid/internal/warc/warctest"
)

// The reference implementation of WACZ holds a bundle to be a valid package, warcio its records to
// be whole, and our own reader of packages finds nothing wrong.
func TestPeersReadABundle(t *testing.T) {
	t.Parallel()
	data := mustWrite(t, bundle(t))
	p, err := warc.OpenPackage(bytes.NewReader(data), int64(len(data)), "a.wacz")
	if err != nil || len(p.Damages) > 0 {
		t.Errorf("OpenPackage: %v, %v", p.Damages, err)
	}
	path := filepath.Join(t.TempDir(), "a.wacz")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := warctest.Python(t, "-m", "wacz.main", "validate", "-f", path).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("Validation succeeded")) { // it ends with 0 in any case
		t.Errorf("wacz validate: %v\n%s", err, out)
	}
	members, _, err := unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if m.name == recordsName {
			path = filepath.Join(t.TempDir(), "records.warc.gz")
			if err := os.WriteFile(path, m.data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	out, err = warctest.Python(t, "-m", "warcio.cli", "check", path).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("fail")) {
		t.Errorf("warcio check: %v\n%s", err, out)
	}
}
