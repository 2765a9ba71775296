// Package search turns the answer of any backend into the answer that the world sees.
//
// It owns what every backend shares: reading a request from URL values and writing it back,
// names of the registers resolved to ids, snippets, footnotes attached to hits, and the JSON
// shape of all of it. The backend finds, counts and ranks; search never changes a total.
//
// It guarantees that a snippet is a piece of the text that holds the first phrase found, that
// every note mark of a hit is there with its record or said to be unresolved, and that a value
// which neither the registers nor the index know is named in a notice. It refuses unknown
// keys and values out of bounds, and names the key and the remedy.
//
//	svc := search.New(backend, search.Options{Resolve: registers.Resolve})
//	r, err := search.ParseValues(url.Values{"q": {`"nine militants"`}, "republic": {"Dagestan"}})
//	if err != nil {
//		return err
//	}
//	answer, err := svc.Search(ctx, r)
package search
