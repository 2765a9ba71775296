// Package source reads where pages are named: lists of addresses, sitemaps, feeds, and the links
// of a page.
//
// It owns the forms: a text file with an address a line; sitemaps and their indexes as XML, as
// text and under gzip; RSS 0.9 to 2.0 and Atom; a, area and base of HTML. It owns how far a crawl
// goes (Scope).
//
// It guarantees that every address it gives is absolute, http or https, without credentials and
// fragment, in UTF-8 and of a length that the archive takes. It reads without recursion and expands
// nothing: no external entity, no nesting and no bomb costs more than the bytes that are there.
// What is no address is counted, not dropped in silence.
//
// It refuses to fetch anything, and to guess addresses that are not written down.
//
//	found, err := source.Read("https://wire.example/sitemap.xml", body)
//	for _, u := range found.Pages { … }
package source
