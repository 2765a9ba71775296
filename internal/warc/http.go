package warc

import (
	"bytes"
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"

	"ibid/corpus"
)

// Message is an HTTP response as it stands in the block of a response record.
type Message struct {
	Status  int
	Header  []Field
	Payload []byte // behind the header, with the codings that Header names
}

// maxHead is the most bytes of an HTTP header; servers and clients stop far below.
const maxHead = 1 << 20

// ParseResponse reads status line and header of an HTTP response block. Line ends may be
// CR LF or LF, as servers send them; a header value that is not UTF-8 is read as Latin-1,
// as HTTP once defined it. Everything else that is malformed is an error of kind Format.
func ParseResponse(block []byte) (*Message, error) {
	head, payload := splitHead(block)
	if head == nil || len(head) > maxHead {
		return nil, httpErrorf("the HTTP header has no end within %d bytes", maxHead)
	}
	lines := strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n")
	status, err := parseStatus(lines[0])
	if err != nil {
		return nil, err
	}
	m := &Message{Status: status, Payload: payload}
	for _, line := range lines[1:] {
		if err := m.addLine(line); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// splitHead cuts a message behind the empty line that ends its header; head is nil when
// there is none, and then everything is payload.
func splitHead(block []byte) (head, payload []byte) {
	at := 0
	for at <= maxHead {
		i := bytes.IndexByte(block[at:], '\n')
		if i < 0 {
			break
		}
		at += i + 1
		rest := block[at:]
		if bytes.HasPrefix(rest, []byte("\r\n")) {
			return block[:at-1], rest[2:]
		}
		if bytes.HasPrefix(rest, []byte("\n")) {
			return block[:at-1], rest[1:]
		}
	}
	return nil, block
}

// parseStatus reads "HTTP/1.1 200 OK"; the reason may be missing.
func parseStatus(line string) (int, error) {
	line = strings.TrimSuffix(line, "\r")
	version, rest, _ := strings.Cut(line, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, err := strconv.Atoi(code)
	if !strings.HasPrefix(version, "HTTP/") || err != nil || len(code) != 3 || status < 100 {
		return 0, httpErrorf("%s is not an HTTP status line", clip(line))
	}
	return status, nil
}

// addLine reads one header line, which may go on with the value before it.
func (m *Message) addLine(line string) error {
	line = strings.TrimSuffix(line, "\r")
	value := strings.TrimSpace(line)
	if line != "" && (line[0] == ' ' || line[0] == '\t') && len(m.Header) > 0 {
		f := &m.Header[len(m.Header)-1]
		f.Value = strings.TrimSpace(f.Value + " " + toUTF8(value))
		return nil
	}
	name, value, ok := strings.Cut(line, ":")
	name = strings.TrimRight(name, " \t")
	if !ok || !isToken(name) || strings.ContainsAny(value, "\r\x00") {
		return httpErrorf("the HTTP header line %s is not a name, a colon and a value", clip(line))
	}
	m.Header = append(m.Header, Field{Name: name, Value: toUTF8(strings.TrimSpace(value))})
	return nil
}

// toUTF8 reads a value that is not UTF-8 as Latin-1, a character a byte.
func toUTF8(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	runes := make([]rune, len(s))
	for i := 0; i < len(s); i++ {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// Field returns the first value of a header field, or "". Names have no case.
func (m *Message) Field(name string) string { return find(m.Header, name) }

// list joins all values of a field that is a list and splits it at commas, in lower case.
func (m *Message) list(name string) []string {
	var items []string
	for _, f := range m.Header {
		if !strings.EqualFold(f.Name, name) {
			continue
		}
		for _, item := range strings.Split(f.Value, ",") {
			if item = strings.ToLower(strings.TrimSpace(item)); item != "" {
				items = append(items, item)
			}
		}
	}
	return items
}

// MediaType reads Content-Type into a media type without parameters and the charset as
// declared, both in lower case; empty when not given.
func MediaType(contentType string) (media, charset string) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil { // broken parameters: keep the type, and a charset if it can be seen
		first, rest, _ := strings.Cut(contentType, ";")
		media = strings.ToLower(strings.TrimSpace(first))
		_, after, _ := strings.Cut(strings.ToLower(rest), "charset=")
		after, _, _ = strings.Cut(after, ";")
		return media, strings.Trim(after, " \t\"'")
	}
	return media, strings.ToLower(params["charset"])
}

// httpErrorf makes an error of kind Format about an HTTP message.
func httpErrorf(format string, args ...any) error {
	return corpus.Errorf(corpus.Format, "", format, args...)
}
