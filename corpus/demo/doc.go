// Package demo holds the demonstration corpus: pages in our own words about the events of
// Ibid's first domain, embedded with a manifest that says where each is supposed to stand.
//
// Every page says that it is a demonstration text. Its outlets are invented and live on
// hosts that end in .example; the works its notes cite are other pages of this corpus. The
// pages hold what real ones do: footnotes in three markups, a degraded mirror, syndicated
// copies, five languages, an undeclared-by-transport windows-1251 page, figures that differ.
//
//	for _, p := range pages { store.Put(p.URL, p.Body) } // pages, err := demo.Pages()
package demo
