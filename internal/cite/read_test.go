package cite

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"

	"ibid/corpus"
)

// Readers of the styles for the tests. They are written from the formats' rules, share
// nothing with the writers, and give field names to values, list fields joined by " | ".

type fields map[string]string

func (f fields) add(name, value string) {
	if f[name] != "" {
		value = f[name] + " | " + value
	}
	f[name] = value
}

// readCSL reads a CSL-JSON array of any reader's kind: maps.
func readCSL(t testing.TB, s string) []fields {
	t.Helper()
	var raw []map[string]any
	if err := json.Unmarshal([]byte(s), &raw); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, s)
	}
	var out []fields
	for _, m := range raw {
		f := fields{}
		for k, v := range m {
			f.add(k, fmt.Sprint(v))
		}
		f["type"] = fmt.Sprint(m["type"])
		f["author"] = ""
		if list, ok := m["author"].([]any); ok {
			for _, a := range list {
				n := a.(map[string]any)
				f.add("author", nameOf(str(n["family"]), str(n["given"]), str(n["literal"])))
			}
		}
		if c, ok := m["custom"].(map[string]any); ok {
			f["archive-url"], f["quote"] = str(c["archive-url"]), str(c["quote"])
		}
		out = append(out, f)
	}
	return out
}

func str(v any) string { s, _ := v.(string); return s }

func nameOf(family, given, literal string) string {
	if family == "" {
		return literal
	}
	if given == "" {
		return family
	}
	return family + ", " + given
}

// readBibTeX reads entries @kind{key, name = {value}, ...} with nested braces, undoing TeX's
// escapes in values.
func readBibTeX(t testing.TB, s string) []fields {
	t.Helper()
	var out []fields
	for s = strings.TrimSpace(s); s != ""; s = strings.TrimSpace(s) {
		if s[0] != '@' {
			t.Fatalf("BibTeX outside an entry: %.60q", s)
		}
		open := strings.IndexByte(s, '{')
		body, rest := braced(t, s[open:])
		f := fields{"kind": s[1:open]}
		key, list, _ := strings.Cut(body, ",")
		f["key"] = strings.TrimSpace(key)
		for list = strings.TrimSpace(list); list != ""; {
			name, value, ok := strings.Cut(list, "=")
			if !ok {
				t.Fatalf("BibTeX field without a value: %.60q", list)
			}
			v, after := braced(t, strings.TrimSpace(value))
			name = strings.TrimSpace(name)
			if name == "author" || name == "editor" {
				for _, one := range bibAnd(v) {
					f.add(name, untex(one))
				}
			} else {
				f.add(name, untex(v))
			}
			list = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(after), ","))
		}
		out, s = append(out, f), rest
	}
	return out
}

// braced cuts a balanced {…} off s. BibTeX counts every brace, escaped or not.
func braced(t testing.TB, s string) (inside, rest string) {
	t.Helper()
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 {
			return s[1:i], s[i+1:]
		}
	}
	t.Fatalf("BibTeX braces do not balance: %.80q", s)
	return "", ""
}

// bibAnd parts names at " and " outside braces.
func bibAnd(s string) []string {
	var out []string
	depth, from := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		}
		if depth == 0 && strings.HasPrefix(s[i:], " and ") {
			out, from = append(out, s[from:i]), i+5
		}
	}
	return append(out, s[from:])
}

// untex reads TeX commands back, left to right, and drops bare braces.
func untex(s string) string {
	commands := []struct{ tex, text string }{
		{`\textbackslash{}`, `\`}, {`\textbraceleft{}`, `{`}, {`\textbraceright{}`, `}`},
		{`\textasciicircum{}`, `^`}, {`\textasciitilde{}`, `~`}, {`\$`, `$`}, {`\&`, `&`},
		{`\#`, `#`}, {`\_`, `_`}, {`\%`, `%`}, {`{`, ``}, {`}`, ``},
	}
	var b strings.Builder
next:
	for s != "" {
		for _, c := range commands {
			if strings.HasPrefix(s, c.tex) {
				b.WriteString(c.text)
				s = s[len(c.tex):]
				continue next
			}
		}
		b.WriteByte(s[0])
		s = s[1:]
	}
	return b.String()
}

// readRIS reads TY to ER records.
func readRIS(t testing.TB, s string) []fields {
	t.Helper()
	var out []fields
	var f fields
	for _, l := range strings.Split(s, "\r\n") {
		switch {
		case l == "":
		case len(l) < 6 || l[2:6] != "  - ":
			t.Fatalf("RIS line without a tag: %.80q", l)
		case l[:2] == "TY":
			f = fields{"TY": l[6:]}
		case l[:2] == "ER":
			out, f = append(out, f), nil
		case f == nil:
			t.Fatalf("RIS field outside a record: %.80q", l)
		default:
			f.add(l[:2], l[6:])
		}
	}
	if f != nil {
		t.Fatal("RIS record without ER")
	}
	return out
}

// readWiki reads {{template |name=value}}<!-- note --> lines.
func readWiki(t testing.TB, s string) []fields {
	t.Helper()
	var out []fields
	for _, l := range strings.Split(strings.TrimSuffix(s, "\n"), "\n") {
		if l == "" {
			continue
		}
		call, note, ok := strings.Cut(l, "}}<!-- ")
		if !ok || !strings.HasPrefix(call, "{{") || !strings.HasSuffix(note, " -->") ||
			strings.Contains(strings.TrimSuffix(note, "-->"), "--") {
			t.Fatalf("not one template and a comment: %.200q", l)
		}
		for _, bad := range []string{"{", "}", "[", "]", "<", ">", "''", "~~~"} {
			if strings.Contains(call[2:], bad) {
				t.Fatalf("%q stands bare in %.200q", bad, l)
			}
		}
		cells := strings.Split(call[2:], " |")
		f := fields{"template": cells[0], "note": strings.TrimSuffix(note, " -->")}
		for _, c := range cells[1:] {
			name, value, _ := strings.Cut(c, "=")
			f.add(name, html.UnescapeString(value))
		}
		out = append(out, f)
	}
	return out
}

// itemOf makes an item whose text fields are all s.
func itemOf(s string) Item {
	return Item{Citation: corpus.CSL{Type: "article-journal", Title: s, ContainerTitle: s,
		Author: []corpus.Name{{Family: s, Given: s}, {Literal: s}}, Publisher: s, Volume: s,
		URL: "https://wire.example/" + s, DOI: s, Page: s,
		Custom: &corpus.CSLCustom{Quote: s, ArchiveURL: s}},
		FoundIn: Found{Title: s, URL: s}, Passage: s}
}
