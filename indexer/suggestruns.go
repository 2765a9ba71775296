package indexer

import (
	"slices"
	"sort"
)

// The parts of a phrase that occur are found in one pass over the passages that hold two of
// its neighbouring words. A passage is run through the suffix automaton of the phrase: each
// state stands for the runs of the phrase that end at the same places, and after each word of
// the passage the automaton knows the longest run that ends there. The longest run seen at
// each state gives, for each word of the phrase, the longest run that ends with it and occurs.
// Runs of one word are known from the postings.

// runFinder is the suffix automaton of a phrase over the numbers 1 to width-1 of its distinct
// words; 0 is every other word. State 0 is the empty run, and no step leads back to it.
type runFinder struct {
	width  int
	step   []int32 // state × width + word: the next state, 0 for none
	link   []int32 // the state of the longest suffix that ends at more places
	length []int32 // of the longest run of a state
	prefix []int32 // the state of each beginning of the phrase
	seen   []int32 // the longest run of a state that was met
}

// newRunFinder builds the automaton word by word.
func newRunFinder(words []uint16, width int) *runFinder {
	f := &runFinder{width: width, step: make([]int32, width), link: []int32{-1}, length: []int32{0}}
	last := int32(0)
	for _, w := range words {
		last = f.extend(last, int(w))
		f.prefix = append(f.prefix, last)
	}
	f.seen = make([]int32, len(f.link))
	return f
}

// extend adds a word behind the run of state last and gives the state of the longer one.
func (f *runFinder) extend(last int32, w int) int32 {
	now := f.state(f.length[last]+1, nil)
	p := last
	for ; p >= 0 && f.step[int(p)*f.width+w] == 0; p = f.link[p] {
		f.step[int(p)*f.width+w] = now
	}
	if p < 0 {
		f.link[now] = 0
		return now
	}
	q := f.step[int(p)*f.width+w]
	if f.length[q] == f.length[p]+1 {
		f.link[now] = q
		return now
	}
	twin := f.state(f.length[p]+1, f.step[int(q)*f.width:(int(q)+1)*f.width])
	f.link[twin] = f.link[q]
	for ; p >= 0 && f.step[int(p)*f.width+w] == q; p = f.link[p] {
		f.step[int(p)*f.width+w] = twin
	}
	f.link[q], f.link[now] = twin, twin
	return now
}

// state adds a state with the steps of another.
func (f *runFinder) state(length int32, steps []int32) int32 {
	if steps == nil {
		steps = make([]int32, f.width)
	}
	f.step = append(f.step, slices.Clone(steps)...)
	f.link, f.length = append(f.link, 0), append(f.length, length)
	return int32(len(f.link) - 1)
}

// read runs a passage through the automaton; number gives each word of a shard its number.
func (f *runFinder) read(text []uint32, number []uint16) {
	v, n := int32(0), int32(0)
	for _, t := range text {
		w := int(number[t])
		if w == 0 {
			v, n = 0, 0
			continue
		}
		for v != 0 && f.step[int(v)*f.width+w] == 0 {
			v = f.link[v]
			n = f.length[v]
		}
		if to := f.step[int(v)*f.width+w]; to != 0 {
			v, n = to, n+1
		}
		f.seen[v] = max(f.seen[v], n)
	}
}

// longest gives for each word of the phrase how long the longest run is that ends with it and
// was met.
func (f *runFinder) longest() []int {
	order := make([]int32, len(f.link))
	for i := range order {
		order[i] = int32(i)
	}
	sort.Slice(order, func(i, j int) bool { return f.length[order[i]] > f.length[order[j]] })
	for _, v := range order {
		if u := f.link[v]; u > 0 && f.seen[v] > 0 {
			f.seen[u] = f.length[u]
		}
	}
	out := make([]int, len(f.prefix))
	for i, v := range f.prefix {
		for v > 0 && f.seen[v] == 0 {
			v = f.link[v]
		}
		if v > 0 {
			out[i] = int(f.seen[v])
		}
	}
	return out
}
