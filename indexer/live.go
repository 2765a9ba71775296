package indexer

import (
	"sync"
	"sync/atomic"

	"ibid/corpus"
)

// Live is the index of a folder for readers that come and go while generations follow each
// other. It is safe for concurrent use.
//
// A reader acquires the generation in force and gives it back; all it asks in between is
// answered by that one generation. A swap waits for nobody: readers that come afterwards get the
// new generation, and the old one is closed when the last of its readers has gone. Shards that
// two generations share are open once.
type Live struct {
	dir     string
	opt     OpenOptions
	refresh sync.Mutex // one at a time
	now     atomic.Pointer[held]
	fault   atomic.Pointer[error]
}

// held is an open generation and how many hold it, Live itself among them while it is in force.
type held struct {
	x     *Index
	users atomic.Int64
}

// OpenLive opens the generation in force in dir as Open does.
func OpenLive(dir string, opt OpenOptions) (*Live, error) {
	x, err := Open(dir, opt)
	if err != nil {
		return nil, err
	}
	l := &Live{dir: dir, opt: opt}
	l.put(x)
	return l, nil
}

// put makes a generation the one that readers get; nil ends that.
func (l *Live) put(x *Index) {
	var h *held
	if x != nil {
		h = &held{x: x}
		h.users.Store(1)
	}
	if old := l.now.Swap(h); old != nil {
		old.release()
	}
}

// Acquire gives the generation that answers now and the call that gives it back, which must be
// made once. The index must not be closed. After Close it is one that refuses every call.
func (l *Live) Acquire() (x *Index, release func()) {
	for {
		h := l.now.Load()
		if h == nil {
			return &Index{closed: true}, func() {}
		}
		if n := h.users.Load(); n > 0 && h.users.CompareAndSwap(n, n+1) {
			return h.x, sync.OnceFunc(h.release)
		}
	}
}

// release gives a generation back and closes it after the last.
func (h *held) release() {
	if h.users.Add(-1) == 0 {
		_ = h.x.Close() // read-only: nothing can be lost by it
	}
}

// Refresh looks whether another generation is in force in the folder, opens and verifies it and
// puts it in the place of the old one; swapped says whether it did. On any error the old
// generation goes on answering, and Degraded gives the error until a Refresh succeeds. Shards
// that are open already are not hashed again unless their files changed.
func (l *Live) Refresh() (swapped bool, err error) {
	l.refresh.Lock()
	defer l.refresh.Unlock()
	swapped, err = l.swap()
	if err == nil {
		l.fault.Store(nil)
	} else if l.now.Load() != nil {
		l.fault.Store(&err)
	}
	return swapped, err
}

// swap is Refresh without what it remembers.
func (l *Live) swap() (bool, error) {
	h := l.now.Load()
	if h == nil {
		return false, errClosed()
	}
	number, sum, err := readCurrent(l.dir)
	if corpus.KindOf(err) == corpus.NotFound && err != nil {
		return false, damaged(l.dir, "the index is gone")
	}
	if err != nil {
		return false, err
	}
	if i := h.x.info; number == i.Generation && sum == h.x.file {
		return false, nil
	}
	have := map[string]*openFiles{}
	for _, s := range h.x.shards {
		have[s.manifest] = s.openFiles
	}
	x, err := openCurrent(l.dir, l.opt, have)
	if err != nil {
		return false, err
	}
	l.put(x)
	return true, nil
}

// Degraded is why the generation in force in the folder is not the one that answers: the error
// of the last Refresh; nil when it is.
func (l *Live) Degraded() error {
	if err := l.fault.Load(); err != nil {
		return *err
	}
	return nil
}

// Close ends the index once its last reader has gone. It does not wait for them.
func (l *Live) Close() error {
	l.refresh.Lock()
	defer l.refresh.Unlock()
	l.put(nil)
	return nil
}
