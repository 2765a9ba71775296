package indexer

import (
	"math"

	"ibid/corpus"
)

// events.col holds when the events of each passage were, and in which years, months and
// places each one counts, so that a search can ask one event for both:
//
//	offsets uint32 × (n+1): the first event of each passage, and the end
//	first   int32 × e: first day of each event, counted from 1 January 1970
//	last    int32 × e: last day, inclusive
//	valueat uint32 × (e+1): where the values of each event begin, and the end
//	values  uint32: facet in the upper 8 bits, the value's number in facets.col in the lower 24
//	key     int32 × n: the day a passage is sorted by; noDay for none

// noDay stands in "key" for a passage without an event.
const noDay = corpus.Day(math.MinInt32)

// maxEventValue bounds the number of a value that an event can point to.
const maxEventValue = 1 << 24

// eventWriter gathers the column. Values are kept by the facet writers' numbers of first
// sight until the end.
type eventWriter struct {
	offsets     []uint32
	first, last []int32
	valueAt     []uint32
	values      []eventValue
	key         []int32
}

// newEventWriter returns an empty column.
func newEventWriter() *eventWriter {
	return &eventWriter{offsets: []uint32{0}, valueAt: []uint32{0}}
}

// add appends a passage.
func (w *eventWriter) add(f *facts) {
	for _, e := range f.events {
		w.first, w.last = append(w.first, int32(e.first)), append(w.last, int32(e.last))
		w.values = append(w.values, e.values...)
		w.valueAt = append(w.valueAt, uint32(len(w.values)))
	}
	w.offsets = append(w.offsets, uint32(len(w.first)))
	day := noDay
	if f.dated {
		day = f.day
	}
	w.key = append(w.key, int32(day))
}

// sections closes the column; number gives a value's number in facets.col.
func (w *eventWriter) sections(number func(eventValue) uint32) ([]section, error) {
	packed := make([]uint32, len(w.values))
	for i, v := range w.values {
		k := number(v)
		if k >= maxEventValue {
			return nil, corpus.Errorf(corpus.Invalid, v.id, "a shard holds %d values of a facet", k).
				WithRemedy("build with smaller shards")
		}
		packed[i] = uint32(v.facet)<<24 | k
	}
	return []section{
		{"offsets", rawNumbers(w.offsets)}, {"first", rawNumbers(w.first)},
		{"last", rawNumbers(w.last)}, {"valueat", rawNumbers(w.valueAt)},
		{"values", rawNumbers(packed)}, {"key", rawNumbers(w.key)},
	}, nil
}

// eventColumn is the open column.
type eventColumn struct {
	col     *column
	offsets []uint32
	first   []corpus.Day
	last    []corpus.Day
	valueAt []uint32
	values  []uint32
	key     []corpus.Day
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
	if e.offsets, err = numbers[uint32](e.col, "offsets", n+1); err != nil {
		return err
	}
	events := int(e.offsets[n])
	if e.first, err = numbers[corpus.Day](e.col, "first", events); err != nil {
		return err
	}
	if e.last, err = numbers[corpus.Day](e.col, "last", events); err != nil {
		return err
	}
	if e.valueAt, err = numbers[uint32](e.col, "valueat", events+1); err != nil {
		return err
	}
	if e.values, err = numbers[uint32](e.col, "values", int(e.valueAt[events])); err != nil {
		return err
	}
	e.key, err = numbers[corpus.Day](e.col, "key", n)
	return err
}

// of gives the range of a passage's events.
func (e *eventColumn) of(i uint32) (from, to uint32) { return e.offsets[i], e.offsets[i+1] }

// carries reports whether an event has a value, given as packed in "values".
func (e *eventColumn) carries(event, packed uint32) bool {
	for _, v := range e.values[e.valueAt[event]:e.valueAt[event+1]] {
		if v == packed {
			return true
		}
	}
	return false
}
