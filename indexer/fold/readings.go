package fold

import "strings"

// maxChains bounds the numbers of a phrase that are read both ways independently: beyond it
// all are joined or none, so a phrase has at most 1<<maxChains readings.
const maxChains = 3

// narrow is the narrow no-break space, which groups digits.
const narrow = "\u202f"

// Readings returns the ways a typed phrase may be read: as typed first, then with ordinary
// spaces inside numbers ("1 145") taken for grouping. Usually there is one.
func Readings(s string) [][]Token {
	out := [][]Token{Tokens(nil, s)}
	chains := spaceChains(s)
	if len(chains) > maxChains {
		var all []int
		for _, c := range chains {
			all = append(all, c...)
		}
		chains = [][]int{all}
	}
	for pick := 1; pick < 1<<len(chains); pick++ {
		var at []int
		for i, c := range chains {
			if pick>>i&1 == 1 {
				at = append(at, c...)
			}
		}
		if got := joinedAt(s, at); !hasReading(out, got) {
			out = append(out, got)
		}
	}
	return out
}

// spaceChains finds the single ordinary spaces between digits, those of one number together.
func spaceChains(s string) [][]int {
	var out [][]int
	last := -1 // end of the digits that the chain at the end of out has reached
	for i := 1; i+1 < len(s); i++ {
		if s[i] != ' ' || !digitEnds(s[:i]) || !digitStarts(s[i+1:]) {
			continue
		}
		if n := len(out); n > 0 && strings.IndexByte(s[last:i], ' ') < 0 {
			out[n-1] = append(out[n-1], i)
		} else {
			out = append(out, []int{i})
		}
		last = i + 1
	}
	return out
}

// digitEnds reports whether s ends in a digit of any script.
func digitEnds(s string) bool {
	t := Tokens(nil, lastRune(s))
	return len(t) == 1 && t[0].Text[0] >= '0' && t[0].Text[0] <= '9'
}

// digitStarts reports whether s begins with a digit of any script.
func digitStarts(s string) bool {
	for _, r := range s {
		return digitEnds(string(r))
	}
	return false
}

// lastRune gives the last character of s.
func lastRune(s string) string {
	i := len(s) - 1
	for i > 0 && s[i]&0xC0 == 0x80 {
		i--
	}
	return s[i:]
}

// joinedAt gives the tokens of s with the spaces at the given places read as grouping.
func joinedAt(s string, at []int) []Token {
	var b strings.Builder
	from := 0
	for _, i := range at {
		b.WriteString(s[from:i])
		b.WriteString(narrow)
		from = i + 1
	}
	b.WriteString(s[from:])
	toks := Tokens(nil, b.String())
	for k := range toks {
		toks[k].Start = typedAt(toks[k].Start, at)
		toks[k].End = typedAt(toks[k].End, at)
	}
	return toks
}

// typedAt turns an offset into the rewritten phrase to one into the typed.
func typedAt(x int, at []int) int {
	shift := 0
	for _, i := range at {
		if x > i+shift {
			shift += len(narrow) - 1
		}
	}
	return x - shift
}

// hasReading reports whether a reading has the same words as one already there.
func hasReading(have [][]Token, got []Token) bool {
	for _, h := range have {
		same := len(h) == len(got)
		for i := 0; same && i < len(h); i++ {
			same = h[i].Text == got[i].Text
		}
		if same {
			return true
		}
	}
	return false
}
