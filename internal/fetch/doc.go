// Package fetch gets pages from their servers, politely and without being led astray.
//
// It owns the manners: robots.txt after RFC 9309 (429, 5xx and silence mean wait, not allow),
// one request at a time to a host with a delay between two, conditional requests, retries that
// honour Retry-After, at most five redirects each asked for like a new page.
//
// It guarantees that no connection is made to an address that is not public, whatever name,
// redirect or spelling led there, unless the caller allows it: the guard stands at the dial, so
// a name that changes its address between two look-ups is caught too. Bodies, headers and
// waiting have caps.
//
// It refuses schemes other than http and https, credentials in addresses, ports other than 80
// and 443 on public hosts, and every proxy of the environment. It does not decode: a Response
// holds the message as received, for the archive.
//
//	f := fetch.New(fetch.Options{UserAgent: "ibid/0.1 (desk@paper.example)", Delay: time.Second})
//	resp, err := f.Fetch(ctx, fetch.Request{URL: "https://wire.example/report"})
package fetch
