package indexer

import (
	"container/heap"
	"sort"
)

// firstOfMany gives the first n of a list in an order. The list stays as it is. It costs one
// comparison for each entry that is not among the first met so far.
func firstOfMany[T any](list []T, n int, before func(a, b T) bool) []T {
	h := &lastFirst[T]{before: before}
	for _, k := range list {
		switch {
		case len(h.list) < n:
			heap.Push(h, k)
		case n > 0 && before(k, h.list[0]):
			h.list[0] = k
			heap.Fix(h, 0)
		}
	}
	sort.Slice(h.list, func(i, j int) bool { return before(h.list[i], h.list[j]) })
	return h.list
}

// lastFirst is a heap with the last of an order on top.
type lastFirst[T any] struct {
	list   []T
	before func(a, b T) bool
}

// Len, Less, Swap, Push and Pop make it a heap.Interface.
func (h *lastFirst[T]) Len() int           { return len(h.list) }
func (h *lastFirst[T]) Less(i, j int) bool { return h.before(h.list[j], h.list[i]) }
func (h *lastFirst[T]) Swap(i, j int)      { h.list[i], h.list[j] = h.list[j], h.list[i] }
func (h *lastFirst[T]) Push(k any)         { h.list = append(h.list, k.(T)) }
func (h *lastFirst[T]) Pop() any {
	k := h.list[len(h.list)-1]
	h.list = h.list[:len(h.list)-1]
	return k
}
