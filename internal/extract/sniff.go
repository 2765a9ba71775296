package extract

import (
	"bytes"
	"strings"

	"ibid/corpus"
)

// form is what kind of body extraction has a way for.
type form int

// The forms.
const (
	markup       form = iota // HTML
	prose                    // plain text
	markdownText             // Markdown
)

// mediaType is what a body of a form is, where nobody says so.
func (f form) mediaType() string {
	if f == prose {
		return "text/plain"
	}
	return "text/html"
}

// sniffWindow is how much of a body tells its form.
const sniffWindow = 2 << 10

// sniff decides the form of a body by what it holds, then by the media type. What is neither
// HTML nor text is an error of kind Format that names what it looks like.
func sniff(c corpus.Capture, body []byte) (form, error) {
	head := bytes.TrimLeft(body[:min(len(body), sniffWindow)], " \t\r\n\f")
	if len(head) == 0 && len(bytes.TrimSpace(body)) == 0 {
		return 0, refuse(c, "an empty body")
	}
	if what := magic(head); what != "" {
		return 0, refuse(c, what)
	}
	_, marked := byteOrderMark(body)
	wide := marked > 0 || strings.HasPrefix(strings.ToLower(c.Charset), "utf-16")
	if !wide && bytes.IndexByte(head, 0) >= 0 {
		return 0, refuse(c, "binary data")
	}
	switch mt := strings.ToLower(c.MediaType); {
	case mt == "text/html", mt == "application/xhtml+xml":
		return markup, nil
	case mt == "text/plain":
		return prose, nil
	case mt == "text/markdown":
		return markdownText, nil
	case looksLikeHTML(head):
		return markup, nil
	case mt == "", mt == "application/octet-stream":
		return prose, nil
	default:
		return 0, refuse(c, mt)
	}
}

// refuse says that a body has no way into the corpus and what has.
func refuse(c corpus.Capture, what string) error {
	return corpus.Errorf(corpus.Format, c.URL, "%s is not read", what).
		WithRemedy("HTML (text/html, application/xhtml+xml), plain text (text/plain) and Markdown (text/markdown) are")
}

// magic names the binary format that a body begins like; empty for none known.
func magic(head []byte) string {
	for _, m := range []struct{ prefix, name string }{
		{"%PDF-", "a PDF file"}, {"PK\x03\x04", "a ZIP file"}, {"\x1f\x8b", "compressed data (gzip)"},
		{"\x89PNG", "a PNG image"}, {"\xff\xd8\xff", "a JPEG image"}, {"GIF8", "a GIF image"},
		{"\xd0\xcf\x11\xe0", "an Office file"}, {"{\\rtf", "an RTF file"},
		{"\x28\xb5\x2f\xfd", "compressed data (zstd)"},
		{"RIFF", "a RIFF file"}, {"WARC/", "a WARC file"},
	} {
		if bytes.HasPrefix(head, []byte(m.prefix)) {
			return m.name
		}
	}
	return ""
}

// looksLikeHTML reports whether a body begins as a page does, behind comments and
// declarations, in any charset that holds ASCII or in UTF-16.
func looksLikeHTML(head []byte) bool {
	low := string(bytes.ToLower(bytes.ReplaceAll(head, []byte{0}, nil)))
	first := strings.IndexByte(low, '<')
	if first < 0 || first > 3 {
		return false
	}
	if strings.Contains(low, "<!doctype html") || strings.Contains(low, "<html") {
		return true
	}
	for _, tag := range strings.Fields("head body title meta div p h1 table article") {
		if strings.HasPrefix(low[first+1:], tag) {
			return true
		}
	}
	return false
}
