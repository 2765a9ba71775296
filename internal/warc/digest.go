package warc

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
)

// Digest is the labelled digest that Ibid writes: sha256 in lower-case hexadecimal, so that
// it reads like a snapshot id. Other tools read it as well as base 32.
func Digest(b []byte) string {
	h := sha256.Sum256(b)
	return "sha256:" + hex.EncodeToString(h[:])
}

// sum hashes b by a WARC algorithm label; nil for one that is not known.
func sum(algorithm string, b []byte) []byte {
	switch algorithm {
	case "sha256", "sha-256":
		h := sha256.Sum256(b)
		return h[:]
	case "sha1", "sha-1":
		h := sha1.Sum(b)
		return h[:]
	case "sha512", "sha-512":
		h := sha512.Sum512(b)
		return h[:]
	case "md5":
		h := md5.Sum(b)
		return h[:]
	}
	return nil
}

// verdict is the outcome of holding bytes against a labelled digest.
type verdict int

const (
	unknown verdict = iota // the algorithm is not known, nothing can be said
	holds
	fails
)

// errDigestForm says that a digest is no label, colon and value of a known length.
var errDigestForm = errors.New("is not an algorithm, a colon and a base 16, 32 or 64 value")

// Holds reports whether bytes have a labelled digest. One that cannot be read holds for none.
func Holds(digest string, b []byte) bool {
	v, err := holdsFor(digest, b)
	return err == nil && v == holds
}

// holdsFor compares b with a labelled digest in any of the encodings in use.
func holdsFor(digest string, b []byte) (verdict, error) {
	label, value, ok := strings.Cut(digest, ":")
	if !ok || label == "" {
		return unknown, errDigestForm
	}
	got := sum(strings.ToLower(label), b)
	if got == nil {
		return unknown, nil
	}
	want := decodeDigest(value, len(got))
	if want == nil {
		return unknown, errDigestForm
	}
	if string(want) != string(got) {
		return fails, nil
	}
	return holds, nil
}

// decodeDigest reads a value of n bytes. The encodings differ in length for each algorithm,
// so the length decides; md5 in padded base 32 shares its with base 16 and is told by "=".
func decodeDigest(value string, n int) []byte {
	bare := strings.TrimRight(value, "=")
	var b []byte
	var err error
	switch len(bare) {
	case hex.EncodedLen(n):
		b, err = hex.DecodeString(bare)
	case base32.StdEncoding.WithPadding(base32.NoPadding).EncodedLen(n):
		b, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(bare))
	case base64.RawStdEncoding.EncodedLen(n):
		bare = strings.NewReplacer("-", "+", "_", "/").Replace(bare)
		b, err = base64.RawStdEncoding.DecodeString(bare)
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	return b
}
