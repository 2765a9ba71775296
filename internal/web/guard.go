package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
)

// pagePolicy lets a page use its own style sheet and images and nothing else: no script, no
// frame, no request to anywhere.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard stands before all addresses: it sets the headers that every answer has, and refuses
// what is no read.
func (s *site) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Request-Id", strconv.FormatUint(s.opt.Number(), 10))
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			s.fail(w, r, problem{Type: "/about#method", Title: "Method not allowed",
				Status: http.StatusMethodNotAllowed, Instance: r.URL.Path,
				Detail: r.Method + " is not served: this server only reads.",
				Remedy: "use GET or HEAD"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

// slot waits for leave to search; the returned function gives it back.
func (s *site) slot(r *http.Request) (context.Context, func(), error) {
	select {
	case s.slots <- struct{}{}:
	default:
		return nil, nil, errBusy
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.opt.Timeout)
	return ctx, func() { cancel(); <-s.slots }, nil
}

// fresh sets the validators of an answer that depends on the corpus, the program and the
// canonical address alone, and reports whether the client has it already. An answer whose
// corpus has no version is never called fresh.
func (s *site) fresh(w http.ResponseWriter, r *http.Request, canonical string) bool {
	version := s.svc.Version()
	w.Header().Set("Cache-Control", "no-cache")
	if version == "" {
		return false
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{s.opt.Info().Program, s.view.version, version,
		r.URL.Path, canonical}, "\x00")))
	// Weak, because the time it took is part of the body and differs.
	tag := `W/"` + hex.EncodeToString(sum[:12]) + `"`
	w.Header().Set("ETag", tag)
	return notModified(w, r, tag)
}

// notModified answers 304 when the client names the tag, compared weakly.
func notModified(w http.ResponseWriter, r *http.Request, tag string) bool {
	for _, t := range strings.Split(r.Header.Get("If-None-Match"), ",") {
		t = strings.TrimSpace(t)
		if t == "*" || t != "" && strings.TrimPrefix(t, "W/") == strings.TrimPrefix(tag, "W/") {
			w.WriteHeader(http.StatusNotModified)
			return true
		}
	}
	return false
}

// stack is the stack of the goroutine that panicked.
func stack() string { return string(debug.Stack()) }
