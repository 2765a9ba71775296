package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"
)

// question is an address with the kind that figures are given for.
type question struct{ kind, path string }

// answered is one answer: its kind, how long it took and its bytes.
type answered struct {
	kind string
	took time.Duration
	size int64
}

// asked is a phrase with filters that fit it, as lists of queries have them.
type asked struct {
	Phrase   string `json:"phrase"`
	Republic string `json:"republic"`
	YearFrom int    `json:"year_from"`
	YearTo   int    `json:"year_to"`
}

// questions makes the mix: of each phrase one question of every kind, so that none is asked
// more often than another.
func questions(o options) (mix []question, err error) {
	var list []asked
	if o.queries != "" {
		if list, err = readAsked(o.queries); err != nil {
			return nil, err
		}
	} else {
		for i, p := range phrasesOf(200) {
			list = append(list, asked{Phrase: p, Republic: fmt.Sprintf("XX-%02d", i%20), YearFrom: 2015 + i%5, YearTo: 2018 + i%5})
		}
	}
	for _, a := range list {
		quoted, span := `"`+a.Phrase+`"`, fmt.Sprintf("%d..%d", a.YearFrom, a.YearTo)
		for _, k := range []struct {
			kind, path string
			v          url.Values
		}{
			{"phrase, no facets", "/v1/search", url.Values{"q": {quoted}, "facet": {"none"}}},
			{"phrase, all facets", "/v1/search", url.Values{"q": {quoted}}},
			{"phrase, republic, years", "/v1/search", url.Values{"q": {quoted}, "republic": {a.Republic}, "date": {span}}},
			{"loose words", "/v1/search", url.Values{"q": {a.Phrase}}},
			{"republic, no text", "/v1/search", url.Values{"republic": {a.Republic}}},
			{"concordance", "/v1/search", url.Values{"q": {quoted}, "view": {"kwic"}, "facet": {"none"}}},
			{"page of a phrase", "/", url.Values{"q": {quoted}}},
		} {
			mix = append(mix, question{k.kind, k.path + "?" + k.v.Encode()})
		}
	}
	return mix, nil
}

func readAsked(path string) (list []asked, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var a asked
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		list = append(list, a)
	}
	return list, nil
}

// ask lets the clients ask for so many seconds, each from its own place in the mix. A server
// that says it is busy (503) is an error: more clients than it takes are no measurement.
func ask(base string, mix []question, o options, seconds float64) ([]answered, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: o.clients}}
	until := time.Now().Add(time.Duration(seconds * float64(time.Second)))
	all := make([][]answered, o.clients)
	failed := make([]error, o.clients)
	var wg sync.WaitGroup
	for c := range o.clients {
		wg.Go(func() {
			for i := c * len(mix) / o.clients; time.Now().Before(until) && failed[c] == nil; i++ {
				q := mix[i%len(mix)]
				a, err := get(client, base, q)
				all[c], failed[c] = append(all[c], a), err
			}
		})
	}
	wg.Wait()
	for _, err := range failed {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(all...), nil
}

// get asks once and reads the whole answer.
func get(client *http.Client, base string, q question) (answered, error) {
	from := time.Now()
	res, err := client.Get(base + q.path)
	if err != nil {
		return answered{}, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: status %d", q.path, res.StatusCode)
	}
	return answered{q.kind, time.Since(from), n}, err
}

// report prints the latencies of each kind and of all.
func report(o options, answers []answered) {
	fmt.Printf("%d clients, %g seconds, %d requests: %.0f a second\n\n", o.clients, o.seconds, len(answers),
		float64(len(answers))/o.seconds)
	fmt.Print("| question | requests | p50 ms | p95 ms | p99 ms | bytes, mean |\n| --- | --- | --- | --- | --- | --- |\n")
	byKind := map[string][]answered{}
	for _, a := range answers {
		byKind[a.kind] = append(byKind[a.kind], a)
		byKind["all"] = append(byKind["all"], a)
	}
	kinds := make([]string, 0, len(byKind))
	for k := range byKind {
		kinds = append(kinds, k)
	}
	slices.Sort(kinds)
	for _, k := range kinds {
		list, bytes := byKind[k], int64(0)
		slices.SortFunc(list, func(a, b answered) int { return int(a.took - b.took) })
		for _, a := range list {
			bytes += a.size
		}
		at := func(share float64) string {
			ms := float64(list[int(share*float64(len(list)-1))].took.Microseconds()) / 1000
			return strconv.FormatFloat(ms, 'f', 2, 64)
		}
		fmt.Printf("| %s | %d | %s | %s | %s | %d |\n", k, len(list), at(0.5), at(0.95), at(0.99), bytes/int64(len(list)))
	}
}
