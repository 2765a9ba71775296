// Package timex finds the dates and times a text speaks of and settles which of them
// say when the events of a passage happened.
//
// It owns the recognition of temporal expressions, their resolution against the dates
// around them, and the choice of a passage's event dates. Words, abbreviations and the
// order in which they form a date are tables under data, a file for each language; a
// language is added by adding a table.
//
// It guarantees that the same document gives the same result, that every span slices to
// its text, that First never stands after Last, and that each event says from which words,
// by which anchor and by which rule it was read. It refuses to bend what does not exist:
// 31 February is reported as unresolved. It reads no clock; the only day it reckons from
// is the day of publication that it is given.
//
//	out := timex.Annotate(timex.Document{Language: "en", Texts: []timex.Text{
//		{Kind: corpus.Paragraph, Text: "On 5 May 2019 a bridge fell. Two days later it was open."},
//	}})
//	// out[0].Events: 2019-05-05 explicit, 2019-05-07 relative to 2019-05-05
package timex
