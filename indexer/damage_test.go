package indexer

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/indexer/query"
)

// filesOf lists the files of an index that must be sound, relative to dir.
func filesOf(t testing.TB, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if rel, _ := filepath.Rel(dir, path); err == nil && !d.IsDir() && rel != lockName && rel != compactLock {
			out = append(out, rel)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// copyIndex copies an index to a folder of its own.
func copyIndex(t testing.TB, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "index")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	return to
}

// damage changes the bytes of a file in place.
func damage(t testing.TB, path string, change func(b []byte)) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	change(b)
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// harm changes bytes in one way; changed is false when the way does nothing to these bytes.
type harm struct {
	name string
	do   func(r *rand.Rand, b []byte) (out []byte, changed bool)
}

// harms are the ways a disk loses what was written.
func harms() []harm {
	return []harm{
		{"flip", func(r *rand.Rand, b []byte) ([]byte, bool) {
			b[r.IntN(len(b))] ^= 1 << r.IntN(8)
			return b, true
		}},
		{"truncate", func(r *rand.Rand, b []byte) ([]byte, bool) { return b[:r.IntN(len(b))], true }},
		{"zero", func(r *rand.Rand, b []byte) ([]byte, bool) {
			from := r.IntN(len(b))
			to := min(len(b), from+1+r.IntN(4096))
			changed := strings.Trim(string(b[from:to]), "\x00") != ""
			clear(b[from:to])
			return b, changed
		}},
		{"grow", func(r *rand.Rand, b []byte) ([]byte, bool) { return append(b, 0), true }},
	}
}

func TestDamageIsRefusedAndNamed(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(21, 60), 80)
	files := filesOf(t, dir)
	if len(files) < 20 {
		t.Fatalf("files %v", files)
	}
	r := rand.New(rand.NewPCG(21, 21))
	work := copyIndex(t, dir)
	rounds := 4
	if soak() {
		rounds = 40
	}
	for _, name := range files {
		path := filepath.Join(work, name)
		sound, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range harms() {
			for range rounds {
				bad, changed := h.do(r, append([]byte(nil), sound...))
				if !changed {
					continue
				}
				if err := os.WriteFile(path, bad, 0o644); err != nil {
					t.Fatal(err)
				}
				checkRefused(t, work, name, h.name)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		checkRefused(t, work, name, "remove")
		if err := os.WriteFile(path, sound, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if errs := Verify(t.Context(), work); len(errs) > 0 {
		t.Errorf("put back as it was, the index is refused: %v", errs)
	}
}

// checkRefused holds that opening and checking name the file.
func checkRefused(t *testing.T, dir, name, how string) {
	t.Helper()
	x, err := Open(dir, OpenOptions{Verify: VerifyFull})
	if err == nil {
		x.Close()
		t.Errorf("%s of %s: the index opens", how, name)
		return
	}
	if corpus.KindOf(err) != corpus.Corrupt || !strings.Contains(err.Error(), name) ||
		!strings.Contains(err.Error(), remedyRebuild) {
		t.Errorf("%s of %s: %v does not name the file as corrupt, with the remedy", how, name, err)
	}
	if errs := Verify(t.Context(), dir); len(errs) != 1 || !strings.Contains(errs[0].Error(), name) {
		t.Errorf("%s of %s: check says %v", how, name, errs)
	}
}

// Where hashing was put off, damage may open; it must never end the process, and what fails
// must fail as Corrupt.
func TestUnhashedDamageNeverPanics(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(22, 40), 0)
	work := copyIndex(t, dir)
	r := rand.New(rand.NewPCG(22, 22))
	opened, failed := 0, 0
	for _, name := range filesOf(t, dir) {
		if filepath.Base(name) == manifestName || !strings.HasPrefix(name, shardsName) {
			continue
		}
		path := filepath.Join(work, name)
		sound, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range 10 {
			bad := append([]byte(nil), sound...)
			for range 1 + r.IntN(8) {
				bad[r.IntN(len(bad))] ^= byte(1 + r.IntN(255))
			}
			if err := os.WriteFile(path, bad, 0o644); err != nil {
				t.Fatal(err)
			}
			err := useUnhashed(t, work)
			opened++
			if err != nil {
				failed++
				if corpus.KindOf(err) != corpus.Corrupt {
					t.Errorf("%s: %v is not Corrupt", name, err)
				}
			}
		}
		if err := os.WriteFile(path, sound, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d damaged indexes used without hashing, %d failed cleanly", opened, failed)
}

// useUnhashed opens an index without hashing and asks it things.
func useUnhashed(t *testing.T, dir string) error {
	x, err := Open(dir, OpenOptions{Verify: VerifyManifest})
	if err != nil {
		return err
	}
	defer x.Close()
	if i := x.Info(); i.Verified != VerifyManifest || i.Unhashed == 0 {
		t.Errorf("info does not say what was not hashed: %+v", i)
	}
	for _, tree := range []query.Node{
		nil, query.Phrase{Text: "the militants"}, query.Word{Text: "killed"},
		query.Word{Text: "at", Prefix: true}, query.Phrase{Text: "was", Verbatim: true},
	} {
		if _, err := x.search(t.Context(), query.Request{Size: 100}, reading{tree: tree}); err != nil {
			return err
		}
	}
	return nil
}

// A file cut short under a reader must not end the process either.
func TestTruncationUnderAReader(t *testing.T) {
	t.Parallel()
	for _, name := range shardFiles() {
		dir, _ := build(t, world(23, 60), 0)
		x := openDir(t, dir)
		paths, _ := filepath.Glob(filepath.Join(dir, shardsName, "*", name))
		if len(paths) != 1 {
			t.Fatalf("%s: %v", name, paths)
		}
		if err := os.Truncate(paths[0], 0); err != nil {
			t.Fatal(err)
		}
		var err error
		for _, text := range []string{"the militants", "was killed"} {
			for _, tree := range []query.Node{query.Phrase{Text: text}, query.Word{Text: "killed"}} {
				err = firstOf(err, func() error {
					_, err := x.Search(t.Context(), query.Request{Text: text, Size: 100})
					_, err2 := x.search(t.Context(), query.Request{Size: 100}, reading{tree: tree})
					return firstOf(err, err2)
				}())
			}
		}
		if err != nil && corpus.KindOf(err) != corpus.Corrupt {
			t.Errorf("%s: %v is not Corrupt", name, err)
		}
		if err == nil && name == textsCol {
			t.Errorf("%s: nothing was noticed", name)
		}
	}
}

func TestErrorsNameSectionOfAColumn(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(24, 20), 0)
	paths, _ := filepath.Glob(filepath.Join(dir, shardsName, "*", wordsCol))
	b, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	b[len(b)-1] ^= 1
	if err := os.WriteFile(paths[0], b, 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Open(dir, OpenOptions{})
	if want := `section "stems`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %s", err, want)
	}
}
