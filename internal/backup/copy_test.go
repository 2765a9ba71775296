package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"ibid/corpus"
	"ibid/internal/disk"
	"ibid/internal/disk/disktest"
)

// folder is the files of a folder by name; what a test expects to find in a copy.
type folder map[string]string

// put writes the folder below a path.
func (f folder) put(t testing.TB, dir string) {
	t.Helper()
	for name, text := range f {
		path := filepath.Join(dir, name)
		if err := errors.Join(disk.MkdirAll(filepath.Dir(path)), disk.Replace(path, []byte(text))); err != nil {
			t.Fatal(err)
		}
	}
}

// files lists the folder for Copy; names that begin with "log" grow.
func (f folder) files() (list []File) {
	for _, name := range slices.Sorted(maps.Keys(f)) {
		list = append(list, File{Name: name, Size: int64(len(f[name])), Grows: filepath.Base(name)[0] == 'l'})
	}
	return list
}

// read gives the files of a folder but for backup.json.
func read(t testing.TB, dir string) folder {
	t.Helper()
	out := folder{}
	var walk func(name string)
	walk = func(name string) {
		names, err := disk.List(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			n = filepath.ToSlash(filepath.Join(name, n))
			st, err := disk.Stat(filepath.Join(dir, n))
			if err != nil {
				t.Fatal(err)
			}
			if st.IsDir() {
				walk(n)
				continue
			}
			b, err := disk.ReadFile(filepath.Join(dir, n))
			if err != nil {
				t.Fatal(err)
			}
			if n != ManifestName {
				out[n] = string(b)
			}
		}
	}
	walk("")
	return out
}

// wantCopy demands that a copy is complete and equal.
func wantCopy(t *testing.T, dir string, want folder) {
	t.Helper()
	if got := read(t, dir); !maps.Equal(got, want) {
		t.Fatalf("the copy holds\n%v\nwant\n%v", got, want)
	}
	files, err := Files(dir)
	if err != nil || len(files) != len(want) {
		t.Fatalf("it lists %v, %v", files, err)
	}
	for _, f := range files {
		if f.Size != int64(len(want[f.Name])) || f.SHA256 != string(corpus.SnapshotIDOf([]byte(want[f.Name]))) {
			t.Errorf("it says of %s: %+v", f.Name, f)
		}
	}
}

// change does to a folder what happens to a corpus: files come, go, are replaced, and logs grow.
func (f folder) change(r *rand.Rand) {
	text := func() string { return fmt.Sprint(r.Uint64(), "\n") }
	for range 1 + r.IntN(4) {
		name := fmt.Sprintf("%c/%s%d", 'a'+rune(r.IntN(3)), []string{"log", "file"}[r.IntN(2)], r.IntN(4))
		switch r.IntN(5) {
		case 0:
			delete(f, name)
		case 1:
			f[name] = text()
		default:
			f[name] += text()
		}
	}
	f["config"] += "x"
}

// Whatever happened to a folder since, its copy made again is that folder.
func TestCopiesFollowChanges(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		r := rand.New(rand.NewPCG(seed, 1))
		from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
		f := folder{}
		for range 8 {
			f.change(r)
			if err := disk.Remove(from); err != nil {
				t.Fatal(err)
			}
			f.put(t, from)
			if _, err := Copy(t.Context(), Job{From: from, To: to, Files: f.files(), Whole: true}); err != nil {
				t.Fatal(err)
			}
			wantCopy(t, to, f)
		}
	}
}

// A large file that looks as it did is not read again, unless all are to be read.
func TestUnchangedFilesAreNotRead(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), t.TempDir()
	f := folder{"large": strings.Repeat("x", alwaysRead), "small": "x"}
	f.put(t, from)
	for i, want := range []int{2, 1, 2} {
		r, err := Copy(t.Context(), Job{From: from, To: to, Files: f.files(), Whole: i == 2})
		if err != nil || r.Copied != want || r.Files != 2 {
			t.Errorf("copy %d: %+v, %v; want %d copied", i, r, err, want)
		}
	}
	wantCopy(t, to, f)
}

// Of a file that grew only the end is written, and no more of it than was asked for.
func TestGrowth(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), t.TempDir()
	f := folder{"log": "one two "}
	f.put(t, from)
	copyAll := func(size int64) Report {
		t.Helper()
		r, err := Copy(t.Context(), Job{From: from, To: to, Files: []File{{Name: "log", Size: size, Grows: true}}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	copyAll(4)
	wantCopy(t, to, folder{"log": "one "})
	folder{"log": "one two three"}.put(t, from)
	if r := copyAll(8); r.Written != 4 {
		t.Errorf("%d bytes are written, want 4", r.Written)
	}
	wantCopy(t, to, folder{"log": "one two "})
	folder{"log": "not what it was"}.put(t, from)
	copyAll(15)
	wantCopy(t, to, folder{"log": "not what it was"})
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	from := t.TempDir()
	folder{"a": "text"}.put(t, from)
	for _, tt := range []struct {
		name string
		file File
		want corpus.Kind
	}{
		{"gone", File{Name: "b", Size: 1}, corpus.NotFound},
		{"shorter than it was", File{Name: "a", Size: 9}, corpus.Corrupt},
		{"another hash", File{Name: "a", Size: 4, SHA256: string(corpus.SnapshotIDOf([]byte("taxt")))}, corpus.Corrupt},
		{"outside", File{Name: "../a", Size: 4}, corpus.Invalid},
		{"rooted", File{Name: "/a", Size: 4}, corpus.Invalid},
		{"the manifest", File{Name: ManifestName, Size: 4}, corpus.Invalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			to := t.TempDir()
			if _, err := Copy(t.Context(), Job{From: from, To: to, Files: []File{tt.file}}); corpus.KindOf(err) != tt.want {
				t.Errorf("got %v, want kind %q", err, tt.want)
			}
			if _, err := Files(to); err == nil {
				t.Error("a copy that failed is complete")
			}
		})
	}
}

// Each operation of a copy fails, alone and with all after it. Made again on what a crash left, it
// is complete; before, it never says that it is what it is not.
func TestCopyMayFailAnywhere(t *testing.T) {
	t.Parallel()
	old := folder{"a/log1": "one ", "a/file": "x", "b/gone": "secret", "config": "1"}
	now := folder{"a/log1": "one two ", "a/file": "y", "c/new": "z", "config": "2"}
	start := func() *disktest.Memory {
		m := disktest.New(t)
		old.put(t, m.Path("from"))
		job := Job{From: m.Path("from"), To: m.Path("to"), Files: old.files()}
		if _, err := Copy(context.Background(), job); err != nil {
			t.Fatal(err)
		}
		if err := disk.Remove(m.Path("from")); err != nil {
			t.Fatal(err)
		}
		now.put(t, m.Path("from"))
		if err := disk.SyncDir(m.Path("")); err != nil {
			t.Fatal(err)
		}
		m.Fail(0, false)
		return m
	}
	again := func(m *disktest.Memory) error {
		_, err := Copy(context.Background(), Job{From: m.Path("from"), To: m.Path("to"), Files: now.files()})
		return err
	}
	m := start()
	if err := again(m); err != nil {
		t.Fatal(err)
	}
	operations := m.Operations()
	rng := rand.New(rand.NewPCG(2, 3))
	states := 0
	for i, name := range operations {
		for _, dead := range []bool{false, true} {
			m := start()
			m.Fail(i+1, dead)
			failed := again(m)
			m.Fail(0, false)
			for _, o := range disktest.Outcomes(rng, 2) {
				states++
				after := m.Crash(t, o)
				if _, err := Files(after.Path("to")); err == nil {
					for file, text := range now {
						if got := read(t, after.Path("to"))[file]; got != text && failed == nil {
							t.Fatalf("%s, %s: complete, and %s is %q", name, o.Name, file, got)
						}
					}
				}
				if err := again(after); err != nil {
					t.Fatalf("%s, dead %t, %s: %v", name, dead, o.Name, err)
				}
				wantCopy(t, after.Path("to"), now)
			}
		}
	}
	t.Logf("figure: each of %d operations of a copy failed, %d states after a crash", len(operations), states)
}

func FuzzManifest(f *testing.F) {
	f.Add([]byte(`{"format":1,"complete":true,"files":{"a/b":{"size":1,"sha256":"` +
		string(corpus.SnapshotIDOf(nil)) + `"}},"stale":["c"]}`))
	f.Add([]byte(`{"format":1,"files":{"../x":{}}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseManifest("x", b)
		if err != nil {
			return
		}
		for name := range m.Files {
			if !filepath.IsLocal(name) || bytes.ContainsRune([]byte(name), 0) {
				t.Errorf("%q leads out of the folder", name)
			}
		}
	})
}
