// Package robots reads robots.txt and says what it allows.
//
// It owns the text of RFC 9309: groups of the same crawler are one group, a crawler that is
// named obeys its own group and no other, the longest rule that matches counts and of two
// equally long ones the one that allows. It knows Crawl-delay and Sitemap besides.
//
// It guarantees that any bytes are read without an error, as the standard asks, in time linear
// in their number, and that a match takes time in proportion to rules and path. At most the
// first 500 KiB count.
//
// It refuses to fetch: what an answer other than 200 means is internal/fetch's to know.
//
//	rules := robots.Parse(body, robots.Token("ibid/0.1 (desk@paper.example)"))
//	if rules.Allows("/report?page=2") { … }
package robots
