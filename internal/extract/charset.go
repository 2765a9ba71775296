package extract

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// metaWindow is how far into a body a declaration is looked for. The standard says 1,024
// bytes; saved pages put scripts and styles in front of it.
const metaWindow = 64 << 10

// decodeBody decides the charset of a body and decodes it. It also says what decided: bom,
// header, meta, valid-utf8, detector or default.
//
// What is declared holds, save in two cases where the bytes plainly contradict it. A body
// that is valid UTF-8 with several characters beyond ASCII is UTF-8 whatever it declares:
// the chance of that by accident is nil, and pages are often saved in UTF-8 below their old
// declaration. And a body that declares UTF-8 and is not, or Latin-1, or nothing known, and
// is plainly Cyrillic, is that.
func decodeBody(body []byte, transport string, markup bool) (*decoded, string) {
	if dec, n := byteOrderMark(body); n > 0 {
		return dec.decode(body, n), "bom"
	}
	dec, by := declared(body, transport, markup)
	if by == "" {
		dec, by = undeclared(body)
	} else {
		dec, by = contradicted(body, dec, by)
	}
	return dec.decode(body, 0), by
}

// undeclared decides the charset of a body that names none.
func undeclared(body []byte) (Decoder, string) {
	if utf8.Valid(body) {
		return Decoder{name: "utf-8"}, "valid-utf8"
	}
	name, by := detect(body, true), "detector"
	if name == "" {
		name, by = "windows-1252", "default"
	}
	dec, _ := NewDecoder(name)
	return dec, by
}

// contradicted keeps a declared charset unless the body is plainly in another.
func contradicted(body []byte, dec Decoder, by string) (Decoder, string) {
	if utf8.Valid(body) {
		if dec.name != "utf-8" && !utf16(dec) && multibyteRuns(body) >= 3 {
			return Decoder{name: "utf-8"}, "valid-utf8"
		}
		return dec, by
	}
	if dec.name != "utf-8" && dec.name != "windows-1252" {
		return dec, by
	}
	name := detect(body, false)
	if name == "" || name == dec.name {
		return dec, by
	}
	found, _ := NewDecoder(name)
	return found, "detector"
}

// detect names the charset that a body is plainly in, whatever it says of itself; empty when
// it is not plain. UTF-8 with a few damaged places is repaired, not read as something else;
// undeclared says that no charset is there to fall back on.
func detect(body []byte, undeclared bool) string {
	good, bad := highBytes(body)
	switch {
	case bad <= good && good > 0:
		if undeclared {
			return "utf-8"
		}
		return ""
	case bad == 0:
		return ""
	}
	if name := detectCyrillic(body); name != "" {
		return name
	}
	if good == 0 && bad >= 3 {
		return "windows-1252"
	}
	return ""
}

// byteOrderMark recognises a byte order mark and its length.
func byteOrderMark(body []byte) (Decoder, int) {
	for _, m := range []struct{ mark, name string }{
		{"\xef\xbb\xbf", "utf-8"}, {"\xff\xfe", "utf-16le"}, {"\xfe\xff", "utf-16be"},
	} {
		if bytes.HasPrefix(body, []byte(m.mark)) {
			dec, err := NewDecoder(m.name)
			if err == nil {
				return dec, len(m.mark)
			}
		}
	}
	return Decoder{}, 0
}

// declared is the charset that the transport or the page names, and who did; empty when
// neither names one that is known.
func declared(body []byte, transport string, markup bool) (Decoder, string) {
	if dec, err := NewDecoder(transport); err == nil {
		return dec, "header"
	}
	if !markup {
		return Decoder{}, ""
	}
	for _, label := range labels(bytes.ToLower(body[:min(len(body), metaWindow)])) {
		dec, err := NewDecoder(label)
		if err != nil {
			continue
		}
		if utf16(dec) { // the declaration could not be read if it were true
			dec = Decoder{name: "utf-8"}
		}
		return dec, "meta"
	}
	return Decoder{}, ""
}

// labels lists what the XML declaration and the meta elements of a head, in small letters,
// give as charset.
func labels(head []byte) []string {
	var out []string
	decl, _, ok := bytes.Cut(bytes.TrimSpace(head), []byte("?>"))
	if ok && bytes.HasPrefix(decl, []byte("<?xml")) {
		out = append(out, assigned(decl, "encoding"))
	}
	for {
		i := bytes.Index(head, []byte("<meta"))
		if i < 0 {
			return out
		}
		head = head[i+5:]
		tag, _, _ := bytes.Cut(head, []byte(">"))
		out = append(out, assigned(tag, "charset"))
	}
}

// assigned is the value that follows a name and an equals sign in a tag, without quotes.
func assigned(tag []byte, name string) string {
	_, rest, _ := bytes.Cut(tag, []byte(name))
	rest = bytes.TrimLeft(rest, " \t\r\n")
	if !bytes.HasPrefix(rest, []byte("=")) {
		return ""
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n\"'")
	if end := bytes.IndexAny(rest, " \t\r\n\"';/>"); end >= 0 {
		rest = rest[:end]
	}
	return string(rest)
}

// utf16 reports whether a decoder reads two bytes at a time.
func utf16(d Decoder) bool { return strings.HasPrefix(d.name, "utf-16") }

// multibyteRuns counts characters beyond ASCII of a valid body, up to 3.
func multibyteRuns(body []byte) int {
	n := 0
	for _, b := range body {
		if b >= 0xc0 {
			if n++; n == 3 {
				break
			}
		}
	}
	return n
}

// highBytes counts the bytes beyond ASCII that belong to UTF-8 sequences, and those that do not.
func highBytes(body []byte) (good, bad int) {
	for i := 0; i < len(body); {
		if body[i] < 0x80 {
			i++
			continue
		}
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			good += size
		}
		i += size
	}
	return good, bad
}
