// Package register holds named things as rows of tab-separated files and finds their names
// in text. Places and actors are both such rows; gazetteer and actor give them a meaning.
//
// It owns the file format, the rules a file must keep, the order in which a user's file
// beats a built-in one, the case forms of names by a table of endings, and one dictionary of
// folded names that is walked over the words of a text, longest name first.
//
// It guarantees that a register which loads is sound: each id once, parents present and
// without a cycle, no name that means two things unless one of them waits for its context.
// A fault names file and line and what to do; a faulty file never gives half a register.
// It refuses to merge or to choose: which of two Kizlyars is meant is the caller's question.
//
//	r, err := register.Load(schema, []register.File{{Name: "places.tsv", Data: data}})
//	for _, m := range r.Find(text, fold.Tokens(nil, text)) {
//		fmt.Println(text[m.Span.Start:m.Span.End], m.Candidates[0].ID)
//	}
package register
