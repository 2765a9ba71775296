package timex

import "ibid/corpus"

// story is what a section has told so far: the date that a passage may carry on.
type story struct {
	last corpus.EventDate
	told bool
}

func (a *annotator) events(t Text, rs []resolved) []corpus.EventDate { return nil }
