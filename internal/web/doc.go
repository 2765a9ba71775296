// Package web serves a corpus over HTTP: the JSON interface under /v1 and plain pages.
//
// It owns addresses, status codes, headers and pages. A handler reads its request, asks
// internal/search once, and renders; what is found and counted is decided elsewhere. JSON and
// pages read the same query strings, so an address on one is an address on the other.
//
// It guarantees that no byte from outside reaches a page unescaped, that pages work without
// script and load nothing from elsewhere, that archived bytes are served so that they can do
// no harm and only when their hash is the one asked for, that every failure is a problem
// document (RFC 9457) or a page with the remedy, and that no panic ends the server. It
// refuses every method but GET and HEAD.
//
//	handler := web.New(service, web.Options{Snapshot: archive.Body, Logger: log})
//	err := web.Server("127.0.0.1:8080", handler).ListenAndServe()
package web
