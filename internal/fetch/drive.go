package fetch

import "context"

// outcome is what a visit gave.
type outcome[T any] struct {
	host  string
	found []T
	err   error
}

// Drive visits items, several hosts side by side and one item at a time of each host, in the
// order that they came in. host names the host of an item. visit may return further items; it
// is called from several goroutines. hosts is how many are visited at a time. The first error
// of a visit ends the whole: what is under way is cancelled and waited for.
func Drive[T any](ctx context.Context, hosts int, first []T, host func(T) string,
	visit func(context.Context, T) ([]T, error)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	q := &queues[T]{host: host, waiting: map[string][]T{}, busy: map[string]bool{}}
	q.add(first)
	done := make(chan outcome[T])
	running := 0
	var failed error
	for {
		for failed == nil && running < hosts && len(q.ready) > 0 {
			h, item := q.take()
			running++
			go func() {
				found, err := visit(ctx, item)
				done <- outcome[T]{h, found, err}
			}()
		}
		if running == 0 {
			return failed
		}
		o := <-done
		running--
		q.free(o.host)
		if failed == nil && o.err != nil {
			failed = o.err
			cancel()
		}
		q.add(o.found)
	}
}

// queues holds the items of each host in their order.
type queues[T any] struct {
	host    func(T) string
	waiting map[string][]T
	busy    map[string]bool
	ready   []string // hosts that have items and are not busy, longest waiting first
}

// add appends items to the queues of their hosts.
func (q *queues[T]) add(items []T) {
	for _, item := range items {
		h := q.host(item)
		q.waiting[h] = append(q.waiting[h], item)
		if len(q.waiting[h]) == 1 && !q.busy[h] {
			q.ready = append(q.ready, h)
		}
	}
}

// take gives the next item of the host that has waited longest, which is busy from then on.
func (q *queues[T]) take() (string, T) {
	h := q.ready[0]
	q.ready = q.ready[1:]
	item := q.waiting[h][0]
	q.waiting[h] = q.waiting[h][1:]
	q.busy[h] = true
	return h, item
}

// free says that a host is not busy any more.
func (q *queues[T]) free(h string) {
	delete(q.busy, h)
	if len(q.waiting[h]) > 0 {
		q.ready = append(q.ready, h)
	} else {
		delete(q.waiting, h)
	}
}
