package warc

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// header is a record header as parsed: the fields that have a place of their own in Record,
// and the length of the block.
type header struct {
	rec    Record
	length int64
}

// parseHeader reads the version line and the fields, without the empty line at the end.
func parseHeader(b []byte) (*header, error) {
	lines := strings.Split(string(b), "\r\n")
	version, ok := strings.CutPrefix(lines[0], "WARC/")
	if !ok || version != "1.0" && version != "1.1" {
		return nil, fmt.Errorf("the first line %s is not WARC/1.0 or WARC/1.1", clip(lines[0]))
	}
	fields, err := parseFields(lines[1:])
	if err != nil {
		return nil, err
	}
	h := &header{length: -1}
	h.rec.Version = version
	seen := map[string]bool{}
	for _, f := range fields {
		name := strings.ToLower(f.Name)
		if !reserved(name) {
			h.rec.Fields = append(h.rec.Fields, f)
			continue
		}
		if seen[name] {
			return nil, fmt.Errorf("the field %s stands twice", f.Name)
		}
		seen[name] = true
		if err := h.set(name, f.Value); err != nil {
			return nil, err
		}
	}
	return h, h.complete()
}

// guessHeader reads what says how far a record goes out of a header that cannot be trusted:
// the length and the digest of the block, each where all lines that give it agree.
func guessHeader(b []byte) *header {
	values := map[string]string{}
	for _, line := range strings.Split(string(b), "\n") {
		name, value, _ := strings.Cut(line, ":")
		name, value = strings.ToLower(name), strings.TrimSpace(value)
		if first, twice := values[name]; twice && first != value {
			value = "" // said twice, and differently
		}
		values[name] = value
	}
	h := &header{length: -1}
	h.rec.BlockDigest = values["warc-block-digest"]
	if v := values["content-length"]; v == "" || h.setLength(v) != nil {
		h.length = -1
	}
	return h
}

// parseFields reads "name: value" lines; a line that begins with white space goes on with
// the value before it.
func parseFields(lines []string) ([]Field, error) {
	var fields []Field
	for _, line := range lines {
		if strings.ContainsAny(line, "\r\n\x00") {
			return nil, fmt.Errorf("the header line %s does not end in CR LF", clip(line))
		}
		if !utf8.ValidString(line) {
			return nil, fmt.Errorf("the header line %s is not UTF-8", clip(line))
		}
		if line != "" && (line[0] == ' ' || line[0] == '\t') && len(fields) > 0 {
			f := &fields[len(fields)-1]
			f.Value = strings.TrimSpace(f.Value + " " + strings.TrimSpace(line))
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(name) {
			return nil, fmt.Errorf("the header line %s is not a name, a colon and a value", clip(line))
		}
		fields = append(fields, Field{Name: name, Value: strings.TrimSpace(value)})
	}
	return fields, nil
}

// set stores a field that has a place of its own.
func (h *header) set(name, value string) error {
	switch name {
	case "warc-type":
		if !isToken(value) {
			return fmt.Errorf("WARC-Type %s is not a token", clip(value))
		}
		h.rec.Type = Type(value)
	case "warc-record-id":
		if len(value) < 3 || value[0] != '<' || value[len(value)-1] != '>' {
			return fmt.Errorf("WARC-Record-ID %s does not stand in angle brackets", clip(value))
		}
		h.rec.ID = value[1 : len(value)-1]
	case "warc-date":
		at, err := parseDate(value)
		if err != nil {
			return err
		}
		h.rec.Date = at
	case "warc-target-uri": // some tools put it in angle brackets, as WARC 1.0 seemed to ask
		h.rec.TargetURI = strings.TrimSuffix(strings.TrimPrefix(value, "<"), ">")
	case "content-type":
		h.rec.ContentType = value
	case "warc-block-digest":
		h.rec.BlockDigest = value
	case "warc-payload-digest":
		h.rec.PayloadDigest = value
	case "content-length":
		return h.setLength(value)
	}
	return nil
}

// setLength reads Content-Length: decimal digits and nothing else.
func (h *header) setLength(value string) error {
	if strings.Trim(value, "0123456789") != "" {
		return fmt.Errorf("Content-Length %s is not a number", clip(value))
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return fmt.Errorf("Content-Length %s is not a number", clip(value))
	}
	h.length = n
	return nil
}

// complete checks that the fields the standard demands are there.
func (h *header) complete() error {
	switch {
	case h.rec.Type == "":
		return fmt.Errorf("WARC-Type is missing")
	case h.rec.ID == "":
		return fmt.Errorf("WARC-Record-ID is missing")
	case h.rec.Date.IsZero():
		return fmt.Errorf("WARC-Date is missing")
	case h.length < 0:
		return fmt.Errorf("Content-Length is missing")
	case h.rec.TargetURI == "" && needsTarget(h.rec.Type):
		return fmt.Errorf("WARC-Target-URI is missing")
	}
	return nil
}

// contradiction says which of its own words a whole record goes against: the message in an
// HTTP block and the type of the record are the same thing said twice.
func contradiction(r *Record) string {
	media, kind, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(r.ContentType, " ", "")), ";msgtype=")
	ok := true
	switch {
	case media != "application/http":
	case kind == "response":
		ok = r.Type == Response || r.Type == Revisit
	case kind == "request":
		ok = r.Type == Request
	}
	if !ok {
		return fmt.Sprintf("WARC-Type %s is not that of a record that holds an HTTP %s",
			clip(string(r.Type)), kind)
	}
	if r.Type == Warcinfo && r.TargetURI != "" {
		return "a warcinfo record names a WARC-Target-URI"
	}
	return ""
}

// parseDate reads the forms of WARC 1.1: a UTC time with or without fractions of a second,
// or one cut off behind the minute, day, month or year.
func parseDate(s string) (time.Time, error) {
	forms := [...]string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"}
	for _, form := range forms {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("WARC-Date %s is not a time such as 2006-01-02T15:04:05Z", clip(s))
}

// clip quotes at most 60 bytes of what stood in a file.
func clip(s string) string {
	if len(s) > 60 {
		return strconv.Quote(s[:60]) + "…"
	}
	return strconv.Quote(s)
}
