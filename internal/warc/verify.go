package warc

import (
	"fmt"
	"strings"
)

// verify holds the digests of a header against the block, and reports the first that fails.
//
// What a payload is differs among tools: some hash the message as it was sent, some without
// the chunked coding (the letter of the standard), some the decoded content. Any of these
// shows that the bytes are those that were hashed. The payload digest of a revisit record
// speaks of another record, and one of a segment of the whole; neither can be held here.
func verify(r *Record) (reason string) {
	if r.BlockDigest != "" {
		v, err := holdsFor(r.BlockDigest, r.Block)
		if err != nil {
			return fmt.Sprintf("WARC-Block-Digest %s %v", clip(r.BlockDigest), err)
		}
		if v == fails && r.Type == Revisit && Holds(r.BlockDigest, nil) {
			v = unknown // wget hashes the block of a revisit when it has read past it: no bytes
		}
		if v == fails {
			return fmt.Sprintf("the block is not the one whose digest is %s", clip(r.BlockDigest))
		}
		r.Verified = v == holds
	}
	if r.PayloadDigest == "" || r.Type == Revisit || r.Field("WARC-Segment-Number") != "" {
		return ""
	}
	v, err := payloadHolds(r)
	switch {
	case err != nil:
		return fmt.Sprintf("WARC-Payload-Digest %s %v", clip(r.PayloadDigest), err)
	case v == fails:
		return fmt.Sprintf("the payload is not the one whose digest is %s", clip(r.PayloadDigest))
	}
	r.Verified = r.Verified || v == holds
	return ""
}

// PayloadIs reports whether the payload of an HTTP response block has a labelled digest, in
// any reading of what a payload is. A digest that cannot be read holds for nothing.
func PayloadIs(digest string, block []byte) bool {
	r := &Record{Type: Response, ContentType: HTTPResponse, Block: block, PayloadDigest: digest}
	v, err := payloadHolds(r)
	return err == nil && v == holds
}

// payloadHolds tries the readings of "payload" in turn.
func payloadHolds(r *Record) (verdict, error) {
	v, err := holdsFor(r.PayloadDigest, payloadOf(r.Type, r.ContentType, r.Block))
	if err != nil || v != fails || !isHTTP(r.Type, r.ContentType) {
		return v, err
	}
	m, err := ParseResponse(r.Block)
	if err != nil {
		return fails, nil
	}
	if b, err := m.unchunked(Limits{}.withDefaults()); err == nil {
		if v, _ := holdsFor(r.PayloadDigest, b); v == holds {
			return holds, nil
		}
	}
	if b, err := m.Body(Limits{}); err == nil {
		if v, _ := holdsFor(r.PayloadDigest, b); v == holds {
			return holds, nil
		}
	}
	return fails, nil
}

// isHTTP reports whether a block is an HTTP message.
func isHTTP(t Type, contentType string) bool {
	return (t == Response || t == Request || t == Revisit) &&
		strings.HasPrefix(strings.ToLower(contentType), "application/http")
}

// payloadOf is the part of a block behind the HTTP header, or the whole block when it is no
// HTTP message.
func payloadOf(t Type, contentType string, block []byte) []byte {
	if !isHTTP(t, contentType) {
		return block
	}
	_, payload := splitHead(block)
	return payload
}
