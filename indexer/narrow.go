package indexer

// Lists of numbers are stored in as few bytes a number as the greatest of them needs: none
// when all are zero, else 1, 2 or 4. The width is not written down: it is the length of the
// section over the number of entries.
//
// Where each of many lists begins in their common section is stored as two sections, so that
// an entry takes one byte as a rule and is still found without a search:
//
//	base   uint32 × (n/64+1): where lists 0, 64, 128 … begin
//	starts narrow × (n+1): where each list begins, counted from its base, and the end
//
// An empty starts stands for lists of exactly one entry each.

// startsBlock is how many lists share a base.
const startsBlock = 64

// narrow is an open list of numbers; its zero value holds zeros.
type narrow struct {
	one  []uint8
	two  []uint16
	four []uint32
}

// at gives a number.
func (p *narrow) at(i uint32) uint32 {
	switch {
	case p.one != nil:
		return uint32(p.one[i])
	case p.two != nil:
		return uint32(p.two[i])
	case p.four != nil:
		return p.four[i]
	}
	return 0
}

// loadNarrow finds a section of n narrow numbers.
func loadNarrow(c *column, name string, n int) (p narrow, err error) {
	b, err := c.bytes(name)
	switch {
	case err != nil || len(b) == 0:
	case len(b) == n:
		p.one = b
	case len(b) == 2*n:
		p.two = castNumbers[uint16](b)
	case len(b) == 4*n:
		p.four = castNumbers[uint32](b)
	default:
		err = damaged(c.path, "section %q has %d bytes, not %d narrow numbers", name, len(b), n)
	}
	return p, err
}

// narrowNumbers gives numbers as their section.
func narrowNumbers(v []uint32) []byte {
	top := uint32(0)
	for _, n := range v {
		top = max(top, n)
	}
	switch {
	case top == 0:
		return nil
	case top < 1<<8:
		return narrowed[uint8](v)
	case top < 1<<16:
		return narrowed[uint16](v)
	}
	return rawNumbers(v)
}

// narrowed gives numbers that fit T as their bytes.
func narrowed[T uint8 | uint16](v []uint32) []byte {
	out := make([]T, len(v))
	for i, n := range v {
		out[i] = T(n)
	}
	return rawNumbers(out)
}

// starts says where each of n lists begins.
type starts struct {
	single bool // each list has exactly one entry
	base   []uint32
	rel    narrow
}

// at gives the beginning of list i; at(n) is the end of the last.
func (s *starts) at(i uint32) uint32 {
	if s.single {
		return i
	}
	return s.base[i/startsBlock] + s.rel.at(i)
}

// list gives the range of list i.
func (s *starts) list(i uint32) (from, to uint32) { return s.at(i), s.at(i + 1) }

// lists puts the ranges of several lists end to end: from and to of each.
func (s *starts) lists(to, which []uint32) {
	switch {
	case s.rel.one != nil:
		rangesOf(to, s.base, s.rel.one, which)
	case s.rel.two != nil:
		rangesOf(to, s.base, s.rel.two, which)
	default:
		for i, k := range which {
			to[2*i], to[2*i+1] = s.list(k)
		}
	}
}

// rangesOf is lists for one width.
func rangesOf[T uint8 | uint16](to, base []uint32, rel []T, which []uint32) {
	for i, k := range which {
		to[2*i] = base[k/startsBlock] + uint32(rel[k])
		to[2*i+1] = base[(k+1)/startsBlock] + uint32(rel[k+1])
	}
}

// loadStarts finds the sections of n lists.
func loadStarts(c *column, base, rel string, n int) (s starts, err error) {
	if s.base, err = numbers[uint32](c, base, -1); err != nil {
		return s, err
	}
	if s.rel, err = loadNarrow(c, rel, n+1); err != nil {
		return s, err
	}
	s.single = len(s.base) == 0
	if !s.single && len(s.base) != n/startsBlock+1 {
		return s, damaged(c.path, "section %q has %d entries for %d lists", base, len(s.base), n)
	}
	return s, nil
}

// packStarts gives beginnings, with the end, as the two sections.
func packStarts(offsets []uint32) (base, rel []byte) {
	single := true
	var bases []uint32
	rels := make([]uint32, len(offsets))
	for i, at := range offsets {
		if i%startsBlock == 0 {
			bases = append(bases, at)
		}
		rels[i] = at - bases[i/startsBlock]
		single = single && at == uint32(i)
	}
	if single {
		return nil, nil
	}
	return rawNumbers(bases), narrowNumbers(rels)
}
