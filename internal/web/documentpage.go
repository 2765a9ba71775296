package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gorilla/mux"

	"ibid/corpus"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// documentView is what the page of a document shows.
type documentView struct {
	*search.DocumentAnswer
	Fields    []field
	Parts     []sectionView
	Lang, Dir string
	Notes     []docNote
	JSON      string
}

// field is one line of a document's description with what in the page gave it.
type field struct{ Name, Value, Witness string }

// sectionView is a run of passages under one path of headings.
type sectionView struct {
	Path     []string
	Passages []docPassage
}

// docPassage is one passage in its document.
type docPassage struct {
	search.PassageView
	Pieces []piece
}

// docNote is a note of the document with its works.
type docNote struct {
	corpus.Note
	N     int
	Works []search.Citation
}

// documentPage answers /document/{id}.
func (s *site) documentPage(w http.ResponseWriter, r *http.Request) error {
	if err := noKeys(r); err != nil || s.fresh(w, r, "") {
		return err
	}
	a, err := s.svc.Document(r.Context(), corpus.DocumentID(mux.Vars(r)["id"]))
	if err != nil {
		return err
	}
	v := documentView{DocumentAnswer: a, Fields: fieldsOf(a.Document), JSON: "/v1/documents/" +
		string(a.Document.ID)}
	v.Lang, v.Dir = langOf(a.Document.Language)
	numbers := map[string]int{}
	for i, n := range a.Document.Notes {
		numbers[n.ID] = i + 1
		v.Notes = append(v.Notes, docNote{Note: n, N: i + 1, Works: worksOf(n)})
	}
	for _, p := range a.Passages {
		if k := len(v.Parts); k == 0 || !slices.Equal(v.Parts[k-1].Path, p.Section) {
			v.Parts = append(v.Parts, sectionView{Path: p.Section})
		}
		last := &v.Parts[len(v.Parts)-1]
		last.Passages = append(last.Passages,
			docPassage{p, piecesOf(p.Text, nil, marksOf(p, numbers))})
	}
	title := a.Document.Title
	if title == "" {
		title = a.Document.URL
	}
	return s.render(w, http.StatusOK, "document.html", page{Title: title, Data: v})
}

// worksOf gives the works of a note in the shape that pages show; a note without one is there
// as it stands, and unresolved.
func worksOf(n corpus.Note) []search.Citation {
	var out []search.Citation
	for _, c := range n.Citations {
		out = append(out, search.Citation{CSL: c.CSL, Raw: c.Raw, Witness: c.Witness, Note: n.ID})
	}
	if out == nil {
		out = []search.Citation{{Raw: n.Text, Note: n.ID, Links: n.Links, Unresolved: true}}
	}
	return out
}

// marksOf places the note marks of a passage, numbered as the document numbers its notes. A
// mark whose note is missing keeps its label and leads nowhere.
func marksOf(p search.PassageView, numbers map[string]int) []noteAt {
	var out []noteAt
	for _, c := range p.Citations {
		at := noteAt{c.Mark.Start, noteRef{Label: labelOf(c.Label, numbers[c.Note]),
			N: numbers[c.Note]}}
		if len(out) == 0 || out[len(out)-1] != at {
			out = append(out, at)
		}
	}
	return out
}

// fieldsOf lists what is known of a document, empty fields left out.
func fieldsOf(d *corpus.Document) []field {
	all := []field{
		{"Byline", strings.Join(d.Byline, "; "), d.Witness["byline"]},
		{"Publisher", d.Publisher, d.Witness["publisher"]},
		{"Published", dateText(d.Published), d.Witness["published"]},
		{"Modified", dateText(d.Modified), d.Witness["modified"]},
		{"Language", d.Language, d.Witness["language"]},
		{"Kind", d.Kind, ""},
		{"Source", d.Source, ""},
		{"Media type", d.MediaType, ""},
		{"Encoding", d.Charset, d.CharsetBy},
		{"Extracted by", d.Extractor, ""},
	}
	var out []field
	for _, f := range all {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// filterLink is the address of all passages with one value of a facet.
func filterLink(facet, value string) string {
	if !slices.Contains(query.Facets(), facet) {
		return ""
	}
	return "/?" + url.Values{facet: {value}}.Encode()
}

// pathText joins a path from its outermost step; the name stands in where there is no path.
func pathText(path []string, name string) string {
	if len(path) == 0 {
		return name
	}
	return strings.Join(path, " › ")
}
