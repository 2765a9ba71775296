package disktest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ibid/internal/disk"
)

// ErrDevice is what a failing operation returns.
var ErrDevice = errors.New("input/output error")

// Memory is a mounted file system. It may be used side by side.
type Memory struct {
	mu     sync.Mutex
	mount  string
	root   *node
	locks  map[string]bool
	done   []string // the operations that changed something, or would have
	failAt int      // the operation that fails; 0 for none
	dead   bool     // from the failing operation on nothing is done any more: the power is gone
}

// node is a file or a folder, as it is and as it was last synced.
type node struct {
	data, synced []byte
	live, safe   map[string]*node // of a folder
}

func folder() *node { return &node{live: map[string]*node{}, safe: map[string]*node{}} }

// mounted counts the file systems, so that each has a name of its own.
var mounted atomic.Int64

// New mounts an empty file system for a test.
func New(t testing.TB) *Memory { return mount(t, folder()) }

func mount(t testing.TB, root *node) *Memory {
	m := &Memory{root: root, locks: map[string]bool{}}
	path, release := disk.Mount(fmt.Sprint("memory", mounted.Add(1)), m)
	m.mount = path
	t.Cleanup(release)
	return m
}

// Path is the path of a name in the top folder.
func (m *Memory) Path(name string) string { return filepath.Join(m.mount, name) }

// Fail lets an operation fail, counted from 1 and from here on, and with dead all after it.
// Zero ends all failing.
func (m *Memory) Fail(operation int, dead bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failAt, m.dead, m.done = operation, dead, nil
}

// Operations are those done since the last Fail, for messages: "sync corpus/archive/journal".
func (m *Memory) Operations() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.done
}

// step counts an operation and says whether it fails.
func (m *Memory) step(deed, path string) error {
	m.done = append(m.done, deed+" "+strings.TrimPrefix(path, m.mount+string(os.PathSeparator)))
	if n := len(m.done); m.failAt > 0 && (n == m.failAt || m.dead && n > m.failAt) {
		return &fs.PathError{Op: deed, Path: path, Err: ErrDevice}
	}
	return nil
}

// gone reports whether the power went before this operation.
func (m *Memory) gone() bool { return m.failAt > 0 && m.dead && len(m.done) > m.failAt }

// parent finds the folder of a path, and the path's last name; of the top folder itself "".
func (m *Memory) parent(path string) (*node, string, error) {
	rest := strings.Trim(strings.TrimPrefix(filepath.ToSlash(filepath.Clean(path)), m.mount), "/")
	steps := strings.Split(rest, "/")
	n := m.root
	for _, step := range steps[:len(steps)-1] {
		if n = n.live[step]; n == nil || n.live == nil {
			return nil, "", absent("find", path)
		}
	}
	return n, steps[len(steps)-1], nil
}

// find is the node at a path.
func (m *Memory) find(path string) (*node, error) {
	dir, name, err := m.parent(path)
	switch {
	case err != nil:
		return nil, err
	case name == "":
		return m.root, nil
	case dir.live[name] == nil:
		return nil, absent("find", path)
	}
	return dir.live[name], nil
}

func absent(deed, path string) error {
	return &fs.PathError{Op: deed, Path: path, Err: fs.ErrNotExist}
}

// Open opens a file.
func (m *Memory) Open(path string, flag int) (disk.File, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.parent(path)
	if err != nil {
		return nil, err
	}
	n := dir.live[name]
	switch {
	case n == nil && flag&os.O_CREATE == 0:
		return nil, absent("open", path)
	case n != nil && flag&os.O_EXCL != 0:
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrExist}
	case n != nil && n.live != nil:
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.New("is a folder")}
	}
	if n == nil || flag&os.O_TRUNC != 0 {
		if err := m.step("open", path); err != nil {
			return nil, err
		}
	}
	if n == nil {
		n = &node{}
		dir.live[name] = n
	}
	if flag&os.O_TRUNC != 0 {
		n.data = nil
	}
	return &file{m, n, path}, nil
}

// Stat looks at a file or folder. Times are zero: two files are never taken for one.
func (m *Memory) Stat(path string) (fs.FileInfo, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(path)
	if err != nil {
		return nil, err
	}
	return info{filepath.Base(path), n}, nil
}

// Mkdir makes a folder in one that is there.
func (m *Memory) Mkdir(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.parent(path)
	if err != nil {
		return err
	}
	if dir.live[name] != nil || name == "" {
		return nil
	}
	if err := m.step("mkdir", path); err != nil {
		return err
	}
	dir.live[name] = folder()
	return nil
}

// List gives the names in a folder.
func (m *Memory) List(path string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(path)
	if err != nil {
		return nil, err
	}
	return namesOf(n.live), nil
}

// Rename moves a file or folder; as on a real disk a folder with content is not replaced.
func (m *Memory) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, old, err := m.parent(from)
	if err != nil {
		return err
	}
	b, name, err := m.parent(to)
	if err != nil {
		return err
	}
	there := b.live[name]
	switch {
	case a.live[old] == nil:
		return absent("rename", from)
	case there != nil && there.live != nil && len(there.live) > 0:
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	if err := m.step("rename", from); err != nil {
		return err
	}
	b.live[name] = a.live[old]
	delete(a.live, old)
	return nil
}

// Remove removes a file, or a folder with all below.
func (m *Memory) Remove(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.parent(path)
	if err != nil || dir.live[name] == nil {
		return nil
	}
	if err := m.step("remove", path); err != nil {
		return err
	}
	delete(dir.live, name)
	return nil
}

// Sync makes the names in a folder last.
func (m *Memory) Sync(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(path)
	if err != nil {
		return err
	}
	if err := m.step("sync folder", path); err != nil {
		return err
	}
	n.safe = map[string]*node{}
	for name, child := range n.live {
		n.safe[name] = child
	}
	return nil
}

// Lock takes a lock, which is no file here.
func (m *Memory) Lock(path string) (io.Closer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.locks[path] {
		return nil, &disk.Held{}
	}
	m.locks[path] = true
	return &lock{m, path}, nil
}

// lock is a held lock.
type lock struct {
	m    *Memory
	path string
}

func (l *lock) Close() error {
	l.m.mu.Lock()
	defer l.m.mu.Unlock()
	delete(l.m.locks, l.path)
	return nil
}

// file is an open file.
type file struct {
	m    *Memory
	n    *node
	path string
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return bytes.NewReader(f.n.data).ReadAt(p, off)
}

// Write appends; when it fails, half of it has been written.
func (f *file) Write(p []byte) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	err := f.m.step("write", f.path)
	if f.m.gone() {
		return 0, err
	}
	if err != nil {
		p = p[:len(p)/2]
	}
	f.n.data = append(f.n.data, p...) // what shares the bytes before sees none of it
	return len(p), err
}

func (f *file) Sync() error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if err := f.m.step("sync", f.path); err != nil {
		return err
	}
	f.n.synced = f.n.data
	return nil
}

func (f *file) Truncate(size int64) error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if err := f.m.step("truncate", f.path); err != nil {
		return err
	}
	f.n.data = f.n.data[:size:size]
	return nil
}

func (f *file) Size() (int64, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return int64(len(f.n.data)), nil
}

func (f *file) Close() error { return nil }

// info is what Stat gives.
type info struct {
	name string
	n    *node
}

func (i info) Name() string     { return i.name }
func (i info) Size() int64      { return int64(len(i.n.data)) }
func (i info) IsDir() bool      { return i.n.live != nil }
func (info) ModTime() time.Time { return time.Time{} }
func (info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.IsDir() {
		return fs.ModeDir | 0o755
	}
	return 0o644
}

// namesOf lists the names in folders, sorted.
func namesOf(maps ...map[string]*node) []string {
	seen := map[string]bool{}
	var names []string
	for _, m := range maps {
		for name := range m {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	sort.Strings(names)
	return names
}
