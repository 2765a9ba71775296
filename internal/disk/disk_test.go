package disk_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"ibid/internal/disk"
	"ibid/internal/disk/disktest"
)

// places are the file systems that the same code must work on.
func places(t *testing.T) map[string]string {
	return map[string]string{"machine": t.TempDir(), "memory": disktest.New(t).Path("top")}
}

func TestTheSameOnEveryFileSystem(t *testing.T) {
	t.Parallel()
	for name, top := range places(t) {
		path := filepath.Join(top, "a", "b", "f")
		if err := disk.MkdirAll(filepath.Dir(path)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, content := range []string{"first", ""} {
			if err := disk.Replace(path, []byte(content)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			holds(t, name, path, content)
		}
		err := disk.WriteSynced(path, func(disk.File) error { return nil })
		if !errors.Is(err, fs.ErrExist) {
			t.Errorf("%s: a file that is there is written anew: %v", name, err)
		}
		f, err := disk.Open(path, disk.ForAppend)
		if err != nil {
			t.Fatal(err)
		}
		if err := disk.AppendAndClose(f, []byte("more")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		holds(t, name, path, "more")
		if names, err := disk.List(filepath.Dir(path)); err != nil || !slices.Equal(names, []string{"f"}) {
			t.Errorf("%s: %v, %v", name, names, err)
		}
		if err := errors.Join(disk.Rename(path, path+"2"), disk.Remove(path)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		holds(t, name, path+"2", "more")
		for _, err := range []error{missing(path), missing(filepath.Join(top, "x", "f"))} {
			if !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s: of what is not there: %v", name, err)
			}
		}
	}
}

func missing(path string) error {
	_, err := disk.ReadFile(path)
	return err
}

// holds reads a file in every way there is.
func holds(t *testing.T, name, path, want string) {
	t.Helper()
	b, err := disk.ReadFile(path)
	m, release, errM := disk.Map(path)
	local, forget, errL := disk.Local(path)
	if err := errors.Join(err, errM, errL); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	l, err := os.ReadFile(local)
	st, errS := disk.Stat(path)
	if string(b) != want || string(m) != want || string(l) != want || errors.Join(err, errS) != nil ||
		st.Size() != int64(len(want)) {
		t.Errorf("%s: %s holds %q, %q, %q, want %q; %v, %v", name, path, b, m, l, want, err, errS)
	}
	release()
	forget()
}

func TestALockIsOnes(t *testing.T) {
	t.Parallel()
	for name, top := range places(t) {
		path := filepath.Join(top, "lock")
		if err := disk.MkdirAll(top); err != nil {
			t.Fatal(err)
		}
		l, err := disk.Lock(path)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var held *disk.Held
		if _, err := disk.Lock(path); !errors.As(err, &held) {
			t.Errorf("%s: a second lock: %v", name, err)
		}
		if name == "machine" {
			me := strconv.Itoa(os.Getpid())
			if pid, ok := disk.Holder(path); !ok || pid != me || !strings.Contains(held.Error(), me) {
				t.Errorf("the holder is %q, %t, and %v; want %s", pid, ok, held, me)
			}
		}
		if err := l.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if pid, ok := disk.Holder(path); ok {
			t.Errorf("%s: let go and held by %q", name, pid)
		}
		if l, err = disk.Lock(path); err != nil {
			t.Errorf("%s: after it was let go: %v", name, err)
		} else {
			l.Close()
		}
	}
}

// What Replace returned is there after every crash; what it did not return is the old content
// or the new, whole.
func TestReplaceOutlastsACrash(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	whole := disktest.New(t)
	whole.Fail(0, false)
	work := func(m *disktest.Memory) (done int) {
		path := m.Path("a/b/f")
		if disk.MkdirAll(filepath.Dir(path)) != nil {
			return 0
		}
		for _, content := range []string{"old", "newer"} {
			if disk.Replace(path, []byte(content)) != nil {
				return done
			}
			done++
		}
		return done
	}
	if done := work(whole); done != 2 {
		t.Fatalf("without a fault %d of 2", done)
	}
	contents := []string{"", "old", "newer"}
	for i, name := range whole.Operations() {
		for _, dead := range []bool{false, true} {
			m := disktest.New(t)
			m.Fail(i+1, dead)
			done := work(m)
			for _, o := range disktest.Outcomes(rng, 5) {
				b, err := disk.ReadFile(m.Crash(t, o).Path("a/b/f"))
				next := contents[min(done+1, 2)]
				if string(b) != contents[done] && string(b) != next || done > 0 && err != nil {
					t.Errorf("%s failed, dead %t, on disk: %s: %d returned, found %q, %v", name, dead, o.Name, done, b, err)
				}
			}
		}
	}
}

// The disk in memory forgets: without it the tests that rest on it would test nothing.
func TestACrashForgetsWhatWasNotSynced(t *testing.T) {
	t.Parallel()
	m := disktest.New(t)
	f, err := disk.Open(m.Path("f"), disk.ForNew)
	if err != nil {
		t.Fatal(err)
	}
	_, errW := f.Write([]byte("kept"))
	if err := errors.Join(errW, f.Sync(), disk.SyncDir(m.Path(""))); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte("lost")); err != nil {
		t.Fatal(err)
	}
	want := []string{"kept", "keptlost", "kept", "kept\x00\x00\x00\x00", "keptlost"}
	for i, o := range disktest.Outcomes(nil, 0) {
		if b, err := disk.ReadFile(m.Crash(t, o).Path("f")); err != nil || !bytes.Equal(b, []byte(want[i])) {
			t.Errorf("%s: %q, %v; want %q", o.Name, b, err, want[i])
		}
	}
	if err := disk.Rename(m.Path("f"), m.Path("g")); err != nil {
		t.Fatal(err)
	}
	lost := m.Crash(t, disktest.Outcomes(nil, 0)[0])
	if names, err := disk.List(lost.Path("")); err != nil || !slices.Equal(names, []string{"f"}) {
		t.Errorf("a name that was not synced: %v, %v", names, err)
	}
}
