// Package searchtest is the contract of search.Backend in executable form.
//
// It owns an invented corpus in four languages, a backend that answers by looking at every
// passage for every question, and a run of requests in which any other backend must agree
// with it: totals, hits, marks, readings, every count of every facet, paging, and what cannot
// be found. It guarantees that the brute-force backend takes no short cut: a facet's count is
// the total of the request that a click on the value makes. It is slow on purpose and refuses
// to rank: relevance is the backend's own.
//
//	func TestConformance(t *testing.T) {
//		searchtest.Run(t, func(t *testing.T, items []searchtest.Item) search.Backend {
//			return openIndexOver(t, items)
//		})
//	}
package searchtest
