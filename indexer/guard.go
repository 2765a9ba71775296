package indexer

import (
	"fmt"
	"runtime/debug"

	"ibid/corpus"
)

// guard runs f and turns a panic into an error about item. A page of a mapped file that cannot
// be read any more is Corrupt. So is any other panic while the bytes read were not hashed
// first; once they were, it is a defect of ours, and Internal.
func guard(item string, hashed bool, f func() error) (err error) {
	old := debug.SetPanicOnFault(true) // of this goroutine only
	defer debug.SetPanicOnFault(old)
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		e := &corpus.Error{Kind: corpus.Corrupt, Item: item, Remedy: remedyRebuild,
			Err: fmt.Errorf("reading it broke down: %v", p)}
		if _, fault := p.(interface{ Addr() uintptr }); hashed && !fault {
			e.Kind, e.Remedy = corpus.Internal, "report it: this is a defect of Ibid"
		}
		err = e
	}()
	return f()
}
