package indexer

import (
	"encoding/binary"
	"math"
	"slices"

	"ibid/corpus"
)

// events.col holds when the events of each passage were and in which places each one counts,
// so that a search can ask one event for both. Its decades, years, months and days follow from
// its days and need not be stored. Over n passages with e events:
//
//	base   where the events of each passage begin, as narrow.go says; both of no bytes where
//	starts each passage has exactly one
//	epoch  int32: the first day of all events, counted from 1 January 1970
//	first  narrow × e: first day of each event, counted from the epoch
//	kind   narrow × e: number of the event's kind
//	kinds  uint32 × 3 a kind: days from the first to the last; number of its precision in
//	       facets.col, all ones for none; flags: 1 its date names a month, 2 it is known to
//	       the day, 4 the passage is sorted by its first day
//	place  narrow × e: number of the event's list of places
//	listat uint32 × (lists+1): where each list begins, and the end; list 0 is empty
//	lists  uint32: facet in the upper 8 bits, the value's number in facets.col in the lower 24,
//	       rising within a list
//
// Kinds and lists are numbered by first sight. Most events last a day and most places recur,
// so an event takes four or five bytes.

// noDay is the day of a passage without an event in the order by date.
const noDay = corpus.Day(math.MinInt32)

// maxEventValue bounds the number of a value that an event can point to.
const maxEventValue = 1 << 24

// Flags of a kind of event.
const (
	flagMonthly = 1 << iota
	flagDaily
	flagKey
)

// eventKindRow is one entry of "kinds".
type eventKindRow struct{ days, precision, flags uint32 }

// eventWriter gathers the column. Values are kept by their ids until the end.
type eventWriter struct {
	offsets []uint32
	events  []eventFacts
	key     []bool // of each event: the passage is sorted by it
	known   map[string]uint32
	lists   [][]eventValue
	place   []uint32
	scratch []byte
}

// newEventWriter returns an empty column.
func newEventWriter() *eventWriter {
	return &eventWriter{offsets: []uint32{0}, known: map[string]uint32{"": 0},
		lists: make([][]eventValue, 1)}
}

// add appends a passage.
func (w *eventWriter) add(f *facts) {
	for i, e := range f.events {
		w.place = append(w.place, w.list(e.places))
		e.places = nil
		w.events = append(w.events, e)
		w.key = append(w.key, i == f.key)
	}
	w.offsets = append(w.offsets, uint32(len(w.events)))
}

// list numbers a list of values.
func (w *eventWriter) list(vs []eventValue) uint32 {
	w.scratch = w.scratch[:0]
	for _, v := range vs {
		w.scratch = binary.AppendUvarint(append(w.scratch, byte(v.facet)), uint64(len(v.id)))
		w.scratch = append(w.scratch, v.id...)
	}
	k, ok := w.known[string(w.scratch)]
	if !ok {
		k = uint32(len(w.lists))
		w.known[string(w.scratch)] = k
		w.lists = append(w.lists, vs)
	}
	return k
}

// sections closes the column; number gives a value's number in facets.col.
func (w *eventWriter) sections(number func(eventValue) uint32) ([]section, error) {
	var lists []uint32
	listAt := []uint32{0}
	for _, vs := range w.lists {
		var list []uint32
		for _, v := range vs {
			k := number(v)
			if k >= maxEventValue {
				return nil, corpus.Errorf(corpus.Invalid, v.id, "a shard holds %d values of a facet", k).
					WithRemedy("build with smaller shards")
			}
			list = append(list, uint32(v.facet)<<24|k)
		}
		slices.Sort(list)
		lists = append(lists, slices.Compact(list)...)
		listAt = append(listAt, uint32(len(lists)))
	}
	epoch, first := w.days()
	kind, kinds := w.kinds(number)
	base, rel := packStarts(w.offsets)
	return []section{
		{"base", base}, {"starts", rel}, {"epoch", rawNumbers([]int32{epoch})},
		{"first", narrowNumbers(first)}, {"kind", narrowNumbers(kind)}, {"kinds", rawNumbers(kinds)},
		{"place", narrowNumbers(w.place)}, {"listat", rawNumbers(listAt)}, {"lists", rawNumbers(lists)},
	}, nil
}

// days gives the earliest first day, and each first day counted from it.
func (w *eventWriter) days() (epoch int32, first []uint32) {
	for i, e := range w.events {
		if i == 0 || int32(e.first) < epoch {
			epoch = int32(e.first)
		}
	}
	for _, e := range w.events {
		first = append(first, uint32(int64(e.first)-int64(epoch)))
	}
	return epoch, first
}

// kinds numbers what the events are like.
func (w *eventWriter) kinds(number func(eventValue) uint32) (kind, kinds []uint32) {
	known := map[eventKindRow]uint32{}
	for i, e := range w.events {
		row := eventKindRow{uint32(int64(e.last) - int64(e.first)), math.MaxUint32, 0}
		if e.precision != "" {
			row.precision = number(eventValue{precision, e.precision})
		}
		for flag, set := range map[uint32]bool{flagMonthly: e.monthly, flagDaily: e.daily,
			flagKey: w.key[i]} {
			if set {
				row.flags |= flag
			}
		}
		k, ok := known[row]
		if !ok {
			k = uint32(len(known))
			known[row] = k
			kinds = append(kinds, row.days, row.precision, row.flags)
		}
		kind = append(kind, k)
	}
	return kind, kinds
}

// eventColumn is the open column.
type eventColumn struct {
	col     *column
	starts  starts
	epoch   int64
	start   narrow // first days, from the epoch
	kinds   []uint32
	kind    narrow
	longest int64 // days from the first to the last, of any event
	place   narrow
	listAt  []uint32
	lists   []uint32
}

// openEvents opens the column of n passages.
func openEvents(path string, n int) (*eventColumn, error) {
	col, err := openColumn(path)
	if err != nil {
		return nil, err
	}
	e := &eventColumn{col: col}
	if err := e.load(n); err != nil {
		col.close()
		return nil, err
	}
	return e, nil
}

// load finds the sections.
func (e *eventColumn) load(n int) (err error) {
	if e.starts, err = loadStarts(e.col, "base", "starts", n); err != nil {
		return err
	}
	events := int(e.starts.at(uint32(n)))
	epoch, err := numbers[int32](e.col, "epoch", 1)
	if err != nil {
		return err
	}
	e.epoch = int64(epoch[0])
	for _, s := range []struct {
		name string
		to   *narrow
	}{{"first", &e.start}, {"kind", &e.kind}, {"place", &e.place}} {
		if *s.to, err = loadNarrow(e.col, s.name, events); err != nil {
			return err
		}
	}
	if e.kinds, err = numbers[uint32](e.col, "kinds", -1); err != nil {
		return err
	}
	if e.listAt, err = numbers[uint32](e.col, "listat", -1); err != nil {
		return err
	}
	if len(e.listAt) < 2 || len(e.kinds)%3 != 0 || events > 0 && len(e.kinds) == 0 {
		return damaged(e.col.path, "its events have no kinds or places")
	}
	e.setLongest()
	e.lists, err = numbers[uint32](e.col, "lists", int(e.listAt[len(e.listAt)-1]))
	return err
}

// setLongest finds the longest kind of event.
func (e *eventColumn) setLongest() {
	for k := 0; k < len(e.kinds); k += 3 {
		e.longest = max(e.longest, int64(e.kinds[k]))
	}
}

// of gives the range of a passage's events.
func (e *eventColumn) of(i uint32) (from, to uint32) { return e.starts.list(i) }

// first is the first day of an event.
func (e *eventColumn) first(event uint32) corpus.Day {
	return corpus.Day(e.epoch + int64(e.start.at(event)))
}

// days gives first and last day of an event.
func (e *eventColumn) days(event uint32) (first, last corpus.Day) {
	first = e.first(event)
	return first, corpus.Day(int64(first) + int64(e.kinds[3*e.kind.at(event)]))
}

// like gives what an event is like beside its days.
func (e *eventColumn) like(event uint32) (precision, flags uint32) {
	k := 3 * e.kind.at(event)
	return e.kinds[k+1], e.kinds[k+2]
}

// places gives the places of an event, as packed in "lists".
func (e *eventColumn) places(event uint32) []uint32 {
	k := e.place.at(event)
	return e.lists[e.listAt[k]:e.listAt[k+1]]
}

// key is the day a passage is sorted by; noDay for none.
func (e *eventColumn) key(i uint32) corpus.Day {
	from, to := e.of(i)
	for ; from < to; from++ {
		if _, flags := e.like(from); flags&flagKey != 0 {
			return e.first(from)
		}
	}
	return noDay
}
