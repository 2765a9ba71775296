// Package fetch gets pages from their servers, politely and without being led astray.
//
// It owns the manners: robots.txt before the first page of a host (429, 5xx and silence mean
// wait, not allow), one request at a time to a host with a delay between two, conditional
// requests, retries that honour Retry-After, at most five redirects each asked for like a new
// page. Drive visits many addresses, several hosts side by side.
//
// It guarantees that no connection is made to an address that is not public, whatever name,
// redirect or spelling led there, unless the caller allows private ones: the guard stands at
// the dial, so a name that changes its address between two look-ups is caught too. Where clouds
// keep their secrets nothing is ever dialled. Bodies, what they unpack to, headers and waiting
// have caps. A Response holds the bytes of the message as they came from the connection.
//
// It refuses schemes other than http and https, credentials in addresses, numbers disguised as
// names, ports other than 80 and 443 on public hosts, and every proxy of the environment.
//
//	f := fetch.New(fetch.Options{UserAgent: "ibid/0.1 (desk@paper.example)", Delay: time.Second})
//	resp, err := f.Fetch(ctx, fetch.Request{URL: "https://wire.example/report"})
package fetch
