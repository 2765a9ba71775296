package eval

import (
	"bytes"
	"encoding/json"
	"io"
	"sort"
	"unicode/utf8"

	"ibid/corpus"
)

// The drivers read a gold file for its texts alone: the types they decode into have no field
// for an answer.

// question is what a line of a gold file asks.
type question struct {
	ID   string `json:"doc_id"`
	Lang string `json:"lang"`
	DCT  string `json:"dct"` // day of publication or download
	Text string `json:"text"`
}

// Expr is a temporal expression as a tagger reports it: a byte range of the text, a TIMEX
// type (DATE, TIME, DURATION, SET) and value.
type Expr struct {
	Span        corpus.Span
	Type, Value string
}

// Entity is a name as a tagger reports it: a byte range of the text and a type (LOC, PER,
// ORG …). A place that was resolved has coordinates; ids may be empty.
type Entity struct {
	Span       corpus.Span
	Type, Name string
	Lat, Lon   *float64 // degrees; both or none
	GeoNames   string   // id in that register
}

// PredictDates tags each text of a gold file and writes the lines that Dates reads.
func PredictDates(gold io.Reader, out io.Writer, tag func(lang, dct, text string) []Expr) error {
	type line struct {
		Start int    `json:"start"`
		End   int    `json:"end"`
		Type  string `json:"type"`
		Value string `json:"value"`
		Text  string `json:"text"`
	}
	return eachQuestion(gold, func(q question) error {
		lines := []line{}
		at := codePoints(q.Text)
		for _, e := range tag(q.Lang, q.DCT, q.Text) {
			if !e.Span.In(len(q.Text)) {
				return outside(q.ID, e.Span, q.Text)
			}
			text := q.Text[e.Span.Start:e.Span.End]
			lines = append(lines, line{at(e.Span.Start), at(e.Span.End), e.Type, e.Value, text})
		}
		sort.SliceStable(lines, func(i, j int) bool { return lines[i].Start < lines[j].Start })
		return writeLine(out, map[string]any{"doc_id": q.ID, "timexes": lines})
	})
}

// PredictEntities tags each text of a gold file and writes the lines that Places and Actors
// read.
func PredictEntities(gold io.Reader, out io.Writer, tag func(lang, text string) []Entity) error {
	type line struct {
		Start    int      `json:"start"`
		End      int      `json:"end"`
		Text     string   `json:"text"`
		Type     string   `json:"type"`
		Name     string   `json:"name,omitempty"`
		Lat      *float64 `json:"lat,omitempty"`
		Lon      *float64 `json:"lon,omitempty"`
		GeoNames string   `json:"geonames_id,omitempty"`
	}
	return eachQuestion(gold, func(q question) error {
		lines := []line{}
		at := codePoints(q.Text)
		for _, e := range tag(q.Lang, q.Text) {
			if !e.Span.In(len(q.Text)) {
				return outside(q.ID, e.Span, q.Text)
			}
			text := q.Text[e.Span.Start:e.Span.End]
			lines = append(lines, line{at(e.Span.Start), at(e.Span.End), text, e.Type, e.Name, e.Lat, e.Lon, e.GeoNames})
		}
		sort.SliceStable(lines, func(i, j int) bool { return lines[i].Start < lines[j].Start })
		return writeLine(out, map[string]any{"doc_id": q.ID, "entities": lines})
	})
}

func eachQuestion(gold io.Reader, use func(question) error) error {
	return eachLine("gold", gold, func(n int, b []byte) error {
		var q question
		if err := json.Unmarshal(b, &q); err != nil {
			return corpus.Errorf(corpus.Format, "gold", "line %d: %w", n, err)
		}
		return use(q)
	})
}

func outside(id string, s corpus.Span, text string) error {
	return corpus.Errorf(corpus.Internal, id, "a tagger gave %v in a text of %d bytes", s, len(text))
}

// codePoints gives the number of code points before a byte of a text. Byte offsets are asked
// for mostly in order, so it counts on from the last answer.
func codePoints(text string) func(int) int {
	lastByte, lastRune := 0, 0
	return func(at int) int {
		if at < lastByte {
			lastByte, lastRune = 0, 0
		}
		lastRune += utf8.RuneCountInString(text[lastByte:at])
		lastByte = at
		return lastRune
	}
}

// PredictTexts asks for the main text of each page of a gold file, in either set's form,
// and writes the lines that Shingles and Words read. Pages of one JSON object come in the
// order of their ids.
func PredictTexts(gold io.Reader, out io.Writer, text func(id, url string) (string, error)) error {
	all, err := io.ReadAll(gold)
	if err != nil {
		return corpus.Errorf(corpus.Unavailable, "gold", "%w", err)
	}
	type page struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	}
	var pages []page
	var byID map[string]json.RawMessage
	if json.Unmarshal(all, &byID) == nil && byID["id"] == nil {
		for _, id := range sortedKeys(byID) {
			p := page{}
			if err := json.Unmarshal(byID[id], &p); err != nil {
				return corpus.Errorf(corpus.Format, "gold", "page %q: %w", id, err)
			}
			pages = append(pages, page{ID: id, URL: p.URL})
		}
	} else {
		err = eachLine("gold", bytes.NewReader(all), func(n int, b []byte) error {
			var p page
			if err := json.Unmarshal(b, &p); err != nil {
				return corpus.Errorf(corpus.Format, "gold", "line %d: %w", n, err)
			}
			pages = append(pages, p)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, p := range pages {
		s, err := text(p.ID, p.URL)
		if err != nil {
			return err
		}
		if err := writeLine(out, textPrediction{ID: p.ID, Text: s}); err != nil {
			return err
		}
	}
	return nil
}
