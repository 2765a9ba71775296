package corpus

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// SnapshotID is the sha256 of a body: 64 lower-case hexadecimal digits.
type SnapshotID string

// DocumentID names what stands at a URL, across captures: 32 lower-case hexadecimal digits.
type DocumentID string

// PassageID names a text at a URL, across captures and indexings: 32 lower-case hexadecimal digits.
type PassageID string

// SnapshotIDOf hashes a body: the bytes of a file or of a message without transfer and
// content coding, before any charset is decoded.
func SnapshotIDOf(body []byte) SnapshotID {
	h := sha256.Sum256(body)
	return SnapshotID(hex.EncodeToString(h[:]))
}

// DocumentIDOf hashes a normalised URL.
func DocumentIDOf(rawURL string) DocumentID {
	return DocumentID(digest("document", NormalizeURL(rawURL)))
}

// PassageIDOf hashes the normalised URL that was asked for, the text after NormalizeText,
// and how many equal texts stand before it in the same document (0 for the first).
// Neither the snapshot nor the offsets enter it, so it outlives a new capture.
func PassageIDOf(rawURL, text string, repeat int) PassageID {
	return PassageID(digest("passage", NormalizeURL(rawURL), NormalizeText(text), strconv.Itoa(repeat)))
}

// NormalizeURL gives one spelling to addresses that name the same page without asking it:
// scheme and host in lower case, no default port, no fragment, "/" for an empty path.
// The query and the case of the path stay. What is not a URL with a host (file:page.html)
// only loses its fragment-free spelling rules: it is returned as it stands.
func NormalizeURL(raw string) string {
	raw = strings.TrimSpace(raw)
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return raw
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	u.Fragment, u.RawFragment = "", ""
	if p := u.Port(); p != "" && (u.Scheme == "http" && p == "80" || u.Scheme == "https" && p == "443") {
		u.Host = strings.TrimSuffix(u.Host, ":"+p)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// NormalizeText is NFC with each stretch of white space as one space and none at the ends.
func NormalizeText(s string) string {
	if plainSpaced(s) {
		return s
	}
	return strings.Join(strings.Fields(norm.NFC.String(s)), " ")
}

// plainSpaced reports whether s is ASCII whose only white space is single spaces inside.
func plainSpaced(s string) bool {
	before := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x80 || c == ' ' && before == ' ' || c >= '\t' && c <= '\r' {
			return false
		}
		before = c
	}
	return before != ' ' || s == ""
}

// digest hashes parts, each with its length before it, to 32 hexadecimal digits.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(strconv.Itoa(len(p))))
		h.Write([]byte{':'})
		h.Write([]byte(p))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// validHex reports whether s is n lower-case hexadecimal digits.
func validHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := 0; i < n; i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// Validate checks the form of the id.
func (id SnapshotID) Validate() error { return validateID("snapshot", string(id), 64) }

// Validate checks the form of the id.
func (id DocumentID) Validate() error { return validateID("document", string(id), 32) }

// Validate checks the form of the id.
func (id PassageID) Validate() error { return validateID("passage", string(id), 32) }

func validateID(what, s string, n int) error {
	if validHex(s, n) {
		return nil
	}
	return Errorf(Invalid, what, "%q is not an id", s).WithRemedy("an id is " + strconv.Itoa(n) + " hexadecimal digits in lower case")
}
