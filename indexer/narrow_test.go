package indexer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"ibid/corpus"
)

func TestNarrowNumbersComeBack(t *testing.T) {
	t.Parallel()
	for top, width := range map[uint32]int{0: 0, 1: 1, 255: 1, 256: 2, 65535: 2, 65536: 4, math.MaxUint32: 4} {
		want := []uint32{top, 0, top / 2, top}
		b := narrowNumbers(want)
		if len(b) != width*len(want) {
			t.Errorf("up to %d: %d bytes for %d numbers", top, len(b), len(want))
		}
		path := filepath.Join(t.TempDir(), "x.col")
		if err := writeColumn(path, []section{{"n", b}}); err != nil {
			t.Fatal(err)
		}
		c, err := openColumn(path)
		if err != nil {
			t.Fatal(err)
		}
		p, err := loadNarrow(c, "n", len(want))
		for i, n := range want {
			if err != nil || p.at(uint32(i)) != n {
				t.Errorf("up to %d: number %d is %d, want %d (%v)", top, i, p.at(uint32(i)), n, err)
			}
		}
		if _, err := loadNarrow(c, "n", 3); width > 0 && err == nil {
			t.Error("a list of another length is taken")
		}
		c.close()
	}
}

func TestStartsOfListsComeBack(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	for _, longest := range []int{0, 1, 2, 9, 600, 70_000} {
		for _, n := range []int{0, 1, 63, 64, 65, 300} {
			offsets := []uint32{0}
			for range n {
				offsets = append(offsets, offsets[len(offsets)-1]+uint32(r.IntN(longest+1)))
			}
			checkStarts(t, fmt.Sprint(n, " lists of up to ", longest), offsets)
		}
	}
	checkStarts(t, "one each", []uint32{0, 1, 2, 3, 4})
}

// checkStarts writes beginnings and reads them back in every way.
func checkStarts(t *testing.T, name string, offsets []uint32) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.col")
	base, rel := packStarts(offsets)
	if err := writeColumn(path, []section{{"base", base}, {"starts", rel}}); err != nil {
		t.Fatal(err)
	}
	c, err := openColumn(path)
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	s, err := loadStarts(c, "base", "starts", len(offsets)-1)
	if err != nil {
		t.Fatal(err)
	}
	var which, want []uint32
	for i := range uint32(len(offsets) - 1) {
		if from, to := s.list(i); from != offsets[i] || to != offsets[i+1] {
			t.Fatalf("%s: list %d is %d to %d, want %d to %d", name, i, from, to, offsets[i], offsets[i+1])
		}
		if i%3 != 1 {
			which, want = append(which, i), append(want, offsets[i], offsets[i+1])
		}
	}
	got := make([]uint32, len(want))
	if s.lists(got, which); !s.single && !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}

// Each unit has the days that are of it, and no other day has it.
func TestUnitsHaveTheirDays(t *testing.T) {
	t.Parallel()
	ids := func(d corpus.Day) map[facetID]string {
		y, m, _ := d.Date()
		return map[facetID]string{decade: yearText(decadeOf(y)), year: yearText(y), month: monthText(y, m),
			day: d.String()}
	}
	for _, around := range []corpus.Day{corpus.DayOf(2019, 12, 31), corpus.DayOf(2016, 2, 29),
		corpus.DayOf(0, 1, 1), corpus.DayOf(-9, 1, 1), corpus.DayOf(-480, 8, 1), corpus.DayOf(10_000, 1, 1)} {
		for d := around - 800; d < around+800; d++ {
			here, before := ids(d), ids(d-1)
			for f, id := range here {
				u := unitDays(f, id)
				if d < u.first || d > u.last || before[f] != id && d != u.first ||
					before[f] == id && d == u.first {
					t.Fatalf("%v is of %s, which has the days %v to %v", d, id, u.first, u.last)
				}
			}
		}
	}
}

func TestFirstOfManyIsTheHeadOfTheSorted(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 9))
	for range 200 {
		list := make([]int, r.IntN(60))
		for i := range list {
			list[i] = r.IntN(20)
		}
		n := r.IntN(70)
		got := firstOfMany(list, n, func(a, b int) bool { return a < b })
		slices.Sort(list)
		if want := list[:min(n, len(list))]; !slices.Equal(got, want) {
			t.Fatalf("first %d: %v, want %v", n, got, want)
		}
	}
}
