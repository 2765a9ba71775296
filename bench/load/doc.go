// Command load measures Ibid over HTTP, end to end: it starts the site over an index in a
// process of its own, asks it mixed questions from several clients on loopback for a while, and
// prints latencies, requests a second and the memory of the server.
//
//	go run ./load -n 100000 -clients 8
//
// Without -index it makes an index of generated passages. An index and a list of queries of a
// race do as well: -index OUT/1m/index/ours -queries OUT/1m/queries.jsonl.
package main
