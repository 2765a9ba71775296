// Package disktest is a file system in memory for tests of what must outlast a crash.
//
// It owns the model of a disk: what was written and not synced, names and data alike, may be
// there or not after the power went. Each operation that changes something is counted, can be
// made to fail, alone or with all after it, and Crash gives the states in which the next
// process may find the disk.
//
//	m := disktest.New(t)
//	m.Fail(7, true)          // the power goes at the seventh operation
//	work(m.Path("corpus"))   // through package disk
//	for _, c := range disktest.Outcomes(rng, 3) {
//		check(m.Crash(t, c).Path("corpus"))
//	}
package disktest
