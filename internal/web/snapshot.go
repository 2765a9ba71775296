package web

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"ibid/corpus"
)

// snapshotPolicy gives archived bytes an origin of their own and no right to do anything.
const snapshotPolicy = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; " +
	"frame-ancestors 'none'"

// snapshot serves archived bytes as they are: text as plain text, never as the markup it may
// be, all else as a file to save. The bytes are hashed before they leave.
func (s *site) snapshot(w http.ResponseWriter, r *http.Request) error {
	id := corpus.SnapshotID(mux.Vars(r)["id"])
	if err := noKeys(r); err != nil {
		return err
	}
	if err := id.Validate(); err != nil {
		return err
	}
	body, err := s.body(r.Context(), id)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", snapshotPolicy)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	tag := `"` + string(id) + `"`
	h.Set("ETag", tag)
	if notModified(w, r, tag) {
		return nil
	}
	sum := sha256.Sum256(body.Bytes)
	digest := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
	h.Set("Content-Digest", digest)
	h.Set("Repr-Digest", digest)
	if isText(body.MediaType) {
		h.Set("Content-Type", plainType(body.Charset))
		h.Set("Content-Disposition", `inline; filename="`+string(id)+`.txt"`)
	} else {
		h.Set("Content-Type", "application/octet-stream")
		h.Set("Content-Disposition", `attachment; filename="`+string(id)+`.bin"`)
	}
	h.Set("Content-Length", strconv.Itoa(len(body.Bytes)))
	_, _ = w.Write(body.Bytes) // the client may have gone
	return nil
}

// body reads a snapshot and proves that it is the one asked for.
func (s *site) body(ctx context.Context, id corpus.SnapshotID) (Body, error) {
	body, err := s.opt.Snapshot(ctx, id)
	if err != nil {
		return Body{}, err
	}
	sum := sha256.Sum256(body.Bytes)
	if got := hex.EncodeToString(sum[:]); got != string(id) {
		return Body{}, corpus.Errorf(corpus.Corrupt, "snapshot "+string(id),
			"the stored bytes hash to %s", got)
	}
	return body, nil
}

// isText reports whether a media type is text that a person can read as it stands.
func isText(media string) bool {
	switch media {
	case "application/xhtml+xml", "application/xml", "application/json", "application/ld+json":
		return true
	}
	return strings.HasPrefix(media, "text/")
}

// plainType is text/plain with a charset, where that is a name that may stand in a header.
func plainType(charset string) string {
	if charset == "" {
		return "text/plain"
	}
	if t := mime.FormatMediaType("text/plain", map[string]string{"charset": charset}); t != "" {
		return t
	}
	return "text/plain"
}
