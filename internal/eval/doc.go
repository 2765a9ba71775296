// Package eval measures the quality of Ibid on labelled sets: dates, places, actors, main
// text, citations and ranking.
//
// It owns the scorers, which give the same figures as the sets' own, and the drivers that
// write predictions in the shapes the scorers read (PredictDates, PredictEntities). It
// guarantees that a driver passes on nothing but the text, its language and its day: the
// answers of a gold file never reach the function under test.
//
// It refuses input that does not fit: a prediction for a document that the gold lacks, two
// lines for one document, a line that is no JSON. It knows no tagger and reads no files;
// the caller passes readers and functions.
//
//	report, err := eval.Dates(gold, predictions)
//	fmt.Print(report) // or json.Marshal(report)
package eval
