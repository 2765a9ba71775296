package register

import "strings"

// Flag says how a name may be read.
type Flag uint8

// The flags, by the words that stand for them in a file.
const (
	CaseSensitive Flag = 1 << iota // case_sensitive: only as written, not in a text all in capitals
	NeedsContext                   // needs_context: counts where something else confirms it
	NeedsName                      // needs_name: counts where the document has one without this flag
	Adjective                      // adjective: of or from the thing, not the thing
	AnyCase                        // any_case: may begin with a small letter
	Fixed                          // fixed: has no case forms
)

// Row is one named thing.
type Row struct {
	ID      string
	Kind    string
	Name    string // canonical, as shown
	Parent  string // id; empty at the root
	Names   []Name // the canonical name first, then the aliases
	Flags   Flag   // hold for every name
	Context []string
	Lat     string // decimal degrees as written; empty when not known
	Lon     string
	Source  string // who says so
	At      string // file and line of the row, of the topmost layer that holds it
}

// Name is a way to write a row.
type Name struct {
	Language string // of the alias: en, ru …
	Text     string
	Flags    Flag

	layer int    // 0 for the built-in
	at    string // file and line
}

// flagOf returns the flag that a word stands for.
func flagOf(word string) (Flag, bool) {
	switch word {
	case "case_sensitive":
		return CaseSensitive, true
	case "needs_context":
		return NeedsContext, true
	case "needs_name":
		return NeedsName, true
	case "adjective":
		return Adjective, true
	case "any_case":
		return AnyCase, true
	case "fixed":
		return Fixed, true
	}
	return 0, false
}

// validID reports whether an id can stand in a filter, a URL and a list: letters, digits,
// dot, hyphen and underscore of ASCII, and never the word for "unknown".
func validID(id string) bool {
	if id == "" || id == "none" || len(id) > 80 {
		return false
	}
	return strings.IndexFunc(id, func(r rune) bool {
		letter := 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
		return !letter && r != '.' && r != '-' && r != '_'
	}) < 0
}
