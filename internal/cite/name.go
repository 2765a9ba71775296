package cite

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"ibid/corpus"
)

// Names of people come in five orders: "Family, Given; Family, Given", "Given Family, Given
// Family and Given Family", "Family GI, Family GI" (Vancouver), "Family, G., Family, G."
// (APA) and "Иванов И. И.". A body keeps its name whole.

// maxNames bounds a list; what follows becomes one "et al.".
const maxNames = 500

// etAl stands for authors that the source leaves out.
const etAl = "et al."

var (
	// initials is "J.", "J. K.", "J.-P.", "JK", "И. И.", "MV".
	initials = regexp.MustCompile(
		`^(\p{Lu}\p{Ll}?\.[\s-]?)+$|^\p{Lu}{1,3}$|^(\p{Lu}\.?[\s-])+\p{Lu}\.?$`)
	// vancouver is "Spady TC", "van der Beek S", "Root-Kustritz MV".
	vancouver = regexp.MustCompile(`^(\p{L}[\p{L}'’-]+(?: \p{L}[\p{L}'’-]+)*) (\p{Lu}{1,3})$`)
	// familyFirst is "Иванов И. И.".
	familyFirst = regexp.MustCompile(`^(\p{Lu}[\p{L}'’-]+) ((?:\p{Lu}\.\s?){1,3})$`)
	// joined splits at the last "and" of a list.
	joined = regexp.MustCompile(`\s*,?\s+(?:and|&|и|und|et|və|ve)\s+`)
	// othersLeft is the remark that authors were left out, with what joins it to the list.
	othersLeft = regexp.MustCompile(`(?i)[,;]?\s*\(?(?:\bet\.? al\b|\bet alii\b|` +
		`(?:\band|&)\s+(?:\d+\s+)?others|(?:^|\s)и др(?:угие)?(?:\.|$)|\bu\. a\.)\.?\)?[\s.]*$`)
	// editorMark follows the names of editors.
	editorMark = regexp.MustCompile(`(?i)[,\s]*(?:\((?:eds?\.?|editors?|hrsg\.?|ред\.?)\)|` +
		`,\s*(?:eds?\.?|editors?|hrsg\.?)|\s(?:eds|ed)\.)\s*$`)
)

// parseNames reads a list of names in the order given and whether it says they are editors.
func parseNames(s string) (names []corpus.Name, editors bool) {
	s = tidy(s)
	if loc := editorMark.FindStringIndex(s); loc != nil {
		s, editors = s[:loc[0]], true
	}
	others := false
	if loc := othersLeft.FindStringIndex(s); loc != nil {
		s, others = s[:loc[0]], true
	}
	for _, item := range splitNames(s) {
		item = strings.TrimSpace(editorMark.ReplaceAllString(item, ""))
		if strings.Trim(item, " .,;") == "" {
			continue
		}
		if len(names) == maxNames {
			others = true
			break
		}
		names = append(names, parseName(item))
	}
	if others && len(names) > 0 {
		names = append(names, corpus.Name{Literal: etAl})
	}
	return names, editors
}

// splitNames cuts a list into single names.
func splitNames(s string) []string {
	s = strings.Trim(s, " ,;")
	if strings.Contains(s, ";") {
		var out []string
		for _, item := range strings.Split(s, ";") {
			item = strings.TrimSpace(item)
			for _, p := range []string{"and ", "& "} {
				item = strings.TrimPrefix(item, p)
			}
			out = append(out, splitPair(item)...)
		}
		return out
	}
	if items := commaList(s); items != nil {
		return items
	}
	return splitPair(s)
}

// splitPair cuts "A. Rugby & B. Erskine" when both sides are names of people.
func splitPair(s string) []string {
	loc := joined.FindStringIndex(s)
	if loc == nil {
		return []string{s}
	}
	left, right := strings.TrimSpace(s[:loc[0]]), strings.TrimSpace(s[loc[1]:])
	if !personal(left) || !personal(right) {
		return []string{s}
	}
	return append([]string{left}, splitPair(right)...)
}

// personal reports whether s reads as one person's full name.
func personal(s string) bool {
	if body(s) {
		return false
	}
	w := strings.Fields(s)
	if strings.Contains(s, ",") {
		return len(w) <= 6
	}
	return len(w) >= 2 && len(w) <= 4 && capital(w[len(w)-1])
}

// commaList splits lists that use the comma between names; nil when s is not such a list.
func commaList(s string) []string {
	flat := joined.ReplaceAllString(s, ", ")
	items := strings.Split(flat, ",")
	for i := range items {
		items[i] = strings.TrimSpace(items[i])
	}
	if items[len(items)-1] == "" {
		items = items[:len(items)-1]
	}
	switch {
	case len(items) < 2:
		return nil
	case every(items, vancouver.MatchString), every(items, familyFirst.MatchString):
		return items
	case len(items)%2 == 0 && apa(items):
		var out []string
		for i := 0; i < len(items); i += 2 {
			out = append(out, items[i]+", "+items[i+1])
		}
		return out
	case !every(items, fullName):
		return nil
	case len(items) == 2 && !strings.Contains(s, ",") && body(s):
		return nil
	}
	return items
}

// apa reports whether every second item is initials.
func apa(items []string) bool {
	for i := 1; i < len(items); i += 2 {
		if !initials.MatchString(items[i]) || len(items) == 2 && strings.Contains(items[0], " ") {
			return len(items) == 2 && initials.MatchString(items[1])
		}
	}
	return true
}

// fullName reports whether s is given and family name in that order, two to five words.
func fullName(s string) bool {
	w := strings.Fields(s)
	if len(w) < 2 || len(w) > 5 || initials.MatchString(s) {
		return false
	}
	last := w[len(w)-1]
	return capital(w[0]) && (capital(last) || strings.ContainsFunc(last, unicode.IsUpper)) &&
		!initials.MatchString(last) && !body(s)
}

func every(items []string, ok func(string) bool) bool {
	for _, s := range items {
		if !ok(s) {
			return false
		}
	}
	return true
}

// parseName reads one name. What does not split plainly stays literal.
func parseName(s string) corpus.Name {
	s = strings.Trim(tidy(s), " ,;")
	if family, given, ok := strings.Cut(s, ","); ok {
		family, given = strings.TrimSpace(family), strings.TrimSpace(given)
		if family != "" && given != "" && !body(s) && len(strings.Fields(given)) <= 4 {
			return corpus.Name{Family: family, Given: given}
		}
		return corpus.Name{Literal: s}
	}
	if m := familyFirst.FindStringSubmatch(s); m != nil {
		return corpus.Name{Family: m[1], Given: strings.TrimSpace(m[2])}
	}
	if m := vancouver.FindStringSubmatch(s); m != nil && !body(s) {
		return corpus.Name{Family: m[1], Given: m[2]}
	}
	w := strings.Fields(strings.TrimSuffix(s, " Jr."))
	whole := initials.MatchString(s) || len(w) < 2 || len(w) > 5 || body(s)
	if whole || !every(w, namePart) || !capital(w[0]) {
		return corpus.Name{Literal: s}
	}
	at := len(w) - 1
	for at > 1 && lex().has("particle", w[at-1]) {
		at--
	}
	return corpus.Name{Family: strings.Join(w[at:], " ") + s[len(strings.TrimSuffix(s, " Jr.")):],
		Given: strings.Join(w[:at], " ")}
}

// namePart reports whether a word can stand in a person's name.
func namePart(w string) bool {
	if lex().has("particle", w) {
		return true
	}
	if strings.ContainsAny(w, "()/&\"0123456789@") || lex().has("abbreviation", strings.Trim(w, ".")) {
		return false
	}
	return capital(w) || strings.ContainsFunc(w, unicode.IsUpper)
}

// body reports whether a name is that of an organisation: it holds a word that only
// organisations have, or is written in capitals.
func body(s string) bool {
	words := strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-'
	})
	for _, w := range words {
		if lex().has("body", w) {
			return true
		}
	}
	return len(words) > 0 && strings.Contains(s, "(") ||
		utf8.RuneCountInString(s) >= 4 && !strings.ContainsAny(s, " .,") && strings.ToUpper(s) == s
}
