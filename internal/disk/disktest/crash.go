package disktest

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// Outcome says what of the work that was not synced has reached the disk when the power goes.
type Outcome struct {
	Name  string
	names func() bool          // whether a change of a name has
	data  func(more int) int   // how many of the bytes behind the synced ones have
	zeros func() bool          // whether these are zeros: the size was written, the bytes were not
	whole func() (synced bool) // of a file that was cut or rewritten: the old content
}

// Outcomes are the plain ones: nothing, all, names without content, content as zeros, content
// without names; and then so many that chance puts together name by name and file by file.
func Outcomes(rng *rand.Rand, random int) []Outcome {
	yes, no := func() bool { return true }, func() bool { return false }
	all, none := func(n int) int { return n }, func(int) int { return 0 }
	list := []Outcome{
		{"nothing", no, none, no, yes},
		{"all", yes, all, no, no},
		{"names alone", yes, none, no, yes},
		{"names, zeros", yes, all, yes, no},
		{"content alone", no, all, no, no},
	}
	chance := func(n int) func() bool { return func() bool { return rng.IntN(n) == 0 } }
	for range random {
		list = append(list, Outcome{"by chance", chance(2), func(n int) int { return rng.IntN(n + 1) },
			chance(3), chance(2)})
	}
	return list
}

// Crash mounts the file system as it may be found after the power went. Nothing fails there
// and no lock is held; m stays as it is.
func (m *Memory) Crash(t testing.TB, o Outcome) *Memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return mount(t, m.root.crashed(o, map[*node]*node{}))
}

// Kill mounts the file system as it is found after the process alone ended: all that was done
// is there.
func (m *Memory) Kill(t testing.TB) *Memory { return m.Crash(t, Outcomes(nil, 0)[1]) }

func (n *node) crashed(o Outcome, done map[*node]*node) *node {
	if c := done[n]; c != nil {
		return c
	}
	c := &node{}
	done[n] = c
	if n.live == nil {
		b := n.survivor(o)
		c.data = b[:len(b):len(b)]
		c.synced = c.data
		return c
	}
	c.live, c.safe = map[string]*node{}, map[string]*node{}
	for _, name := range namesOf(n.live, n.safe) {
		child := n.safe[name]
		if child != n.live[name] && o.names() {
			child = n.live[name]
		}
		if child != nil {
			c.live[name] = child.crashed(o, done)
			c.safe[name] = c.live[name]
		}
	}
	return c
}

// survivor is the content of a file after a crash.
func (n *node) survivor(o Outcome) []byte {
	more := len(n.data) - len(n.synced)
	switch {
	case more == 0 && bytes.Equal(n.data, n.synced):
		return n.data
	case more < 0 || !bytes.HasPrefix(n.data, n.synced):
		if o.whole() {
			return n.synced
		}
		return n.data
	}
	out := bytes.Clone(n.data[:len(n.synced)+o.data(more)])
	if o.zeros() {
		clear(out[len(n.synced):])
	}
	return out
}
