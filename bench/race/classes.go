package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"ibid/bench/engine"
)

// counted reports whether a class has facets.
func counted(class string) bool {
	return strings.HasSuffix(class, "facets") || strings.HasPrefix(class, "drill")
}

// row is one line of a query list, as lists are written.
type row struct {
	ID       int    `json:"id"`
	Phrase   string `json:"phrase"`
	Band     string `json:"band"`
	DF       int    `json:"df"` // passages with the phrase among those the list was made from
	Republic string `json:"republic"`
	Actor    string `json:"actor"`
	YearFrom int    `json:"year_from"`
	YearTo   int    `json:"year_to"`
}

// asked is the queries of a class, in the order in which they are asked: a stride through the
// list, so that a race that is cut short has met all bands of frequency. The random filters
// are drawn from the actors of the list and the years 2000 to 2026, the same in each race.
func asked(class string, rows []row) []*engine.Query {
	rng := rand.New(rand.NewPCG(24, uint64(len(rows))))
	out := make([]*engine.Query, len(rows))
	for i := range rows {
		r := rows[i*stride(len(rows))%len(rows)]
		q := &engine.Query{ID: r.ID, Phrase: r.Phrase, Band: r.Band, Republic: r.Republic, Actor: r.Actor,
			From: newYear(r.YearFrom), To: newYear(r.YearTo + 1)}
		if class == "random_filter_facets" {
			for len(q.Actors) < 3 {
				q.Actors = add(q.Actors, rows[rng.IntN(len(rows))].Actor)
			}
			q.From = newYear(2000) + int64(rng.IntN(26*365))*86400
			q.To = q.From + int64(30+rng.IntN(4*365))*86400
		}
		out[i] = q
	}
	return out
}

// stride is a step that meets each of n places once.
func stride(n int) int {
	for s := 37; ; s++ {
		a, b := s, n
		for b > 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return s
		}
	}
}

// add appends a value that is not there yet.
func add(list []string, v string) []string {
	for _, x := range list {
		if x == v {
			return list
		}
	}
	return append(list, v)
}

func newYear(y int) int64 { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Unix() }

// known are sums on which all engines agreed before: passages in the generated corpus of the
// shared texts to the totals of all phrases, and of all phrases with republic and years.
var known = map[int]map[string]int{
	100_000:   {"phrase_top10": 115_294, "phrase_filter": 1_317},
	1_000_000: {"phrase_top10": 1_151_157, "phrase_filter": 11_622},
}

// checkKnown compares the sum of a class with what is known of it.
func checkKnown(passages int, class string, sum int) error {
	want, ok := known[passages][class]
	if ok && sum != want {
		return fmt.Errorf("%s: %d hits in all, known are %d", class, sum, want)
	}
	return nil
}
