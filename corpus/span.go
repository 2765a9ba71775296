package corpus

import "fmt"

// Span is the half-open byte range [Start, End) of a text.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Len is the number of bytes in the span.
func (s Span) Len() int { return s.End - s.Start }

// Contains reports whether t lies wholly inside s.
func (s Span) Contains(t Span) bool { return s.Start <= t.Start && t.End <= s.End }

// Overlaps reports whether s and t share a byte.
func (s Span) Overlaps(t Span) bool { return s.Start < t.End && t.Start < s.End }

// In reports whether s is a range of a text of n bytes: 0 <= Start <= End <= n.
func (s Span) In(n int) bool { return 0 <= s.Start && s.Start <= s.End && s.End <= n }

// Run pairs a piece of a passage's text with the bytes of the snapshot body it came from.
//
// A run is either literal, so that charset decoding of the bytes gives the text, or exactly
// one character reference (Ref), so that decoding the bytes and then the reference gives it.
// Runs of a text are in order and do not overlap; text between two runs is inserted white
// space and nothing else.
type Run struct {
	Text  [2]int `json:"text"`  // half-open range of the passage's text
	Bytes [2]int `json:"bytes"` // half-open range of the snapshot body
	Ref   bool   `json:"ref,omitempty"`
}

// ValidateRuns checks that runs pair with a text: ordered, inside it, non-empty on both
// sides, and with nothing but white space between them. It reports the first fault.
func ValidateRuns(text string, runs []Run) error {
	at, from := 0, 0
	for i, r := range runs {
		t := Span{r.Text[0], r.Text[1]}
		switch {
		case !t.In(len(text)) || t.Len() == 0:
			return Errorf(Invalid, fmt.Sprintf("runs[%d].text", i), "range %v does not fit a text of %d bytes", r.Text, len(text))
		case t.Start < at:
			return Errorf(Invalid, fmt.Sprintf("runs[%d].text", i), "range %v overlaps the run before it", r.Text)
		case r.Bytes[0] < 0 || r.Bytes[1] <= r.Bytes[0]:
			return Errorf(Invalid, fmt.Sprintf("runs[%d].bytes", i), "range %v is empty or negative", r.Bytes)
		case r.Bytes[0] < from:
			return Errorf(Invalid, fmt.Sprintf("runs[%d].bytes", i), "range %v steps back", r.Bytes)
		case !isSpace(text[at:t.Start]):
			return Errorf(Invalid, fmt.Sprintf("runs[%d].text", i), "text %q before it is in no run", text[at:t.Start])
		}
		at, from = t.End, r.Bytes[1]
	}
	if !isSpace(text[at:]) {
		return Errorf(Invalid, "runs", "text %q at the end is in no run", text[at:])
	}
	return nil
}

// isSpace reports whether s is empty or plain spaces: the only characters Ibid inserts.
func isSpace(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' {
			return false
		}
	}
	return true
}
