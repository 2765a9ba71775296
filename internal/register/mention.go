package register

// Mention is a match with its place in a document, the form in which a whole document's
// names are handed to those who choose among candidates.
type Mention struct {
	Match
	Passage int // ordinal; texts that are no passage, as a heading, have numbers of their own
	Section int // equal numbers, same section
}

// Waits reports whether a candidate must be confirmed by something else.
func (c Candidate) Waits() bool { return c.Flags&(NeedsContext|NeedsName) != 0 }

// Sure returns the only candidate of a match that waits for nothing; ok is false when there
// are several candidates or when it waits.
func (m Match) Sure() (id string, ok bool) {
	if len(m.Candidates) != 1 || m.Candidates[0].Waits() {
		return "", false
	}
	return m.Candidates[0].ID, true
}
