package archive

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sort"
	"sync"
)

// memory is a file system that forgets what was not synced when it crashes, and that fails
// when it is told to. Each operation that changes something counts.
type memory struct {
	mu     sync.Mutex
	root   *node
	ops    int
	failAt int  // the operation that fails; 0 for none
	dead   bool // from the failing operation on nothing is done any more: the power is gone
}

// errDevice is what a failing operation returns.
var errDevice = errors.New("input/output error")

// node is a file or a folder, as it is and as it would be found after a crash.
type node struct {
	data, synced []byte
	live, safe   map[string]*node // of a folder
}

func folder() *node { return &node{live: map[string]*node{}, safe: map[string]*node{}} }

// newMemory has one folder, "disk".
func newMemory() *memory {
	m := &memory{root: folder()}
	top := folder()
	m.root.live["disk"], m.root.safe["disk"] = top, top
	return m
}

// step counts an operation and says whether it fails.
func (m *memory) step() error {
	m.ops++
	if m.failAt > 0 && (m.ops == m.failAt || m.dead && m.ops > m.failAt) {
		return errDevice
	}
	return nil
}

// at finds the folder of a path and the last name.
func (m *memory) at(path string) (*node, string, error) {
	n := m.root
	dir, name := filepath.Split(filepath.Clean(path))
	for _, step := range bytes.Split([]byte(filepath.ToSlash(dir)), []byte{'/'}) {
		if len(step) == 0 {
			continue
		}
		if n = n.live[string(step)]; n == nil || n.live == nil {
			return nil, "", fs.ErrNotExist
		}
	}
	return n, name, nil
}

func (m *memory) open(path string, flag int) (file, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.at(path)
	if err != nil {
		return nil, err
	}
	n := dir.live[name]
	switch {
	case n == nil && flag&os.O_CREATE == 0:
		return nil, fs.ErrNotExist
	case n != nil && flag&os.O_EXCL != 0:
		return nil, fs.ErrExist
	}
	if flag&(os.O_CREATE|os.O_TRUNC) != 0 {
		if err := m.step(); err != nil {
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
	return &memoryFile{m, n}, nil
}

func (m *memory) mkdir(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.at(path)
	if err != nil {
		return err
	}
	if dir.live[name] != nil {
		return nil
	}
	if err := m.step(); err != nil {
		return err
	}
	dir.live[name] = folder()
	return nil
}

func (m *memory) list(path string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.at(path)
	if err != nil {
		return nil, err
	}
	n := dir.live[name]
	if n == nil {
		return nil, fs.ErrNotExist
	}
	var names []string
	for name := range n.live {
		names = append(names, name)
	}
	sort.Strings(names)
	return names, nil
}

func (m *memory) rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, old, err := m.at(from)
	if err != nil {
		return err
	}
	b, name, err := m.at(to)
	if err != nil {
		return err
	}
	if err := m.step(); err != nil {
		return err
	}
	b.live[name] = a.live[old]
	delete(a.live, old)
	return nil
}

func (m *memory) remove(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.at(path)
	if err != nil || dir.live[name] == nil {
		return nil
	}
	if err := m.step(); err != nil {
		return err
	}
	delete(dir.live, name)
	return nil
}

func (m *memory) syncDir(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, name, err := m.at(path)
	if err != nil {
		return err
	}
	if err := m.step(); err != nil {
		return err
	}
	n := dir.live[name]
	n.safe = map[string]*node{}
	for name, child := range n.live {
		n.safe[name] = child
	}
	return nil
}

func (m *memory) lock(string) (io.Closer, error) { return io.NopCloser(nil), nil }

func (m *memory) held(string) (string, bool) { return "", false }

// memoryFile is an open file of a memory.
type memoryFile struct {
	m *memory
	n *node
}

func (f *memoryFile) ReadAt(p []byte, off int64) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return bytes.NewReader(f.n.data).ReadAt(p, off)
}

// Write appends; when it fails, half of it has been written.
func (f *memoryFile) Write(p []byte) (int, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if len(p) == 0 {
		return 0, nil
	}
	err := f.m.step()
	if err != nil {
		p = p[:len(p)/2]
		if f.m.dead && f.m.ops > f.m.failAt {
			p = nil
		}
	}
	f.n.data = append(bytes.Clone(f.n.data), p...)
	return len(p), err
}

func (f *memoryFile) Sync() error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if err := f.m.step(); err != nil {
		return err
	}
	f.n.synced = f.n.data
	return nil
}

func (f *memoryFile) Truncate(size int64) error {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	if err := f.m.step(); err != nil {
		return err
	}
	f.n.data = bytes.Clone(f.n.data[:size])
	return nil
}

func (f *memoryFile) size() (int64, error) {
	f.m.mu.Lock()
	defer f.m.mu.Unlock()
	return int64(len(f.n.data)), nil
}

func (f *memoryFile) Close() error { return nil }

// crashed is the file system as it may be found after the power went: of each name that was
// not synced, and of each piece of data, chance decides what had reached the disk.
func (m *memory) crashed(rng *rand.Rand) *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &memory{root: m.root.crashed(rng, map[*node]*node{})}
}

func (n *node) crashed(rng *rand.Rand, done map[*node]*node) *node {
	if c := done[n]; c != nil {
		return c
	}
	c := &node{}
	done[n] = c
	if n.live == nil {
		c.data = n.survivor(rng)
		c.synced = c.data
		return c
	}
	c.live, c.safe = map[string]*node{}, map[string]*node{}
	for _, name := range namesOf(n.live, n.safe) {
		child := n.safe[name]
		if rng.IntN(2) == 0 {
			child = n.live[name]
		}
		if child != nil {
			c.live[name] = child.crashed(rng, done)
			c.safe[name] = c.live[name]
		}
	}
	return c
}

// survivor is the data of a file after a crash: what was synced, with some of what came
// after, perhaps as zeros.
func (n *node) survivor(rng *rand.Rand) []byte {
	if len(n.data) < len(n.synced) || !bytes.HasPrefix(n.data, n.synced) {
		if rng.IntN(2) == 0 {
			return bytes.Clone(n.synced)
		}
		return bytes.Clone(n.data)
	}
	more := len(n.data) - len(n.synced)
	out := bytes.Clone(n.data[:len(n.synced)+rng.IntN(more+1)])
	if rng.IntN(3) == 0 {
		clear(out[len(n.synced):])
	}
	return out
}

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
