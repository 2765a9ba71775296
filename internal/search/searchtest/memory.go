package searchtest

import (
	"context"
	"iter"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/indexer/query"
	"ibid/internal/search"
)

// Version is what a Memory calls the version of its corpus.
const Version = "memory-1"

// Item is one document with its passages and the archived bytes they came from.
type Item struct {
	Document *corpus.Document
	Passages []*corpus.Passage
	Body     []byte
}

// row is one passage with its document and the values it carries.
type row struct {
	p      *corpus.Passage
	d      *corpus.Document
	values map[string]map[string]node // facet, id
	own    map[string]bool            // ids of places and actors named themselves
	events []event
}

// Memory is a backend that looks at every passage for every question.
type Memory struct {
	rows  []row
	docs  map[corpus.DocumentID]Item
	named map[string][]string // ids, by facet and folded label
}

// NewMemory makes a backend over items.
func NewMemory(items []Item) *Memory {
	m := &Memory{docs: map[corpus.DocumentID]Item{}, named: map[string][]string{}}
	for _, it := range items {
		m.docs[it.Document.ID] = it
		for _, p := range it.Passages {
			m.rows = append(m.rows, rowOf(p, it.Document))
		}
	}
	for _, facet := range query.Facets() {
		for id, n := range names(m.rows, facet) {
			if key := fold.Key(n.label); key != "" {
				m.named[facet+"/"+key] = append(m.named[facet+"/"+key], id)
			}
		}
	}
	return m
}

// Passage implements search.Backend.
func (m *Memory) Passage(
	_ context.Context, id corpus.PassageID,
) (*corpus.Passage, *corpus.Document, error) {
	for _, r := range m.rows {
		if r.p.ID == id {
			return r.p, r.d, nil
		}
	}
	return nil, nil, corpus.Errorf(corpus.NotFound, "passage "+string(id), "is not in this corpus")
}

// Document implements search.Backend.
func (m *Memory) Document(
	_ context.Context, id corpus.DocumentID,
) (*corpus.Document, []*corpus.Passage, error) {
	it, ok := m.docs[id]
	if !ok {
		return nil, nil, corpus.Errorf(corpus.NotFound, "document "+string(id),
			"is not in this corpus")
	}
	return it.Document, it.Passages, nil
}

// Search implements search.Backend.
func (m *Memory) Search(ctx context.Context, r query.Request) (*query.Result, error) {
	res := &query.Result{Corpus: Version, Mode: query.Words}
	var tree query.Node
	var err error
	if strings.TrimSpace(r.Text) != "" {
		if tree, res.Mode, res.Literal, res.Notices, err = query.Read(r.Text, r.Mode); err != nil {
			return nil, err
		}
	} else if r.Mode != "" {
		res.Mode = r.Mode
	}
	res.Query = tree
	res.Notices = append(res.Notices, m.unknown(r)...)
	r, tree = m.byID(r), m.treeByID(tree)
	found := m.matching(r, tree)
	res.Total, res.Documents = len(found), documents(found)
	res.Readings = m.readings(r, len(found))
	if tree != nil && res.Mode != query.Verbatim {
		res.Folded = []string{"case, accents and dashes"}
	}
	res.Facets = m.facets(r, tree)
	for _, c := range r.Cross {
		res.Cross = append(res.Cross, cross(r, found, c))
	}
	if r.Days {
		res.First, res.Last = days(found)
	}
	if len(found) == 0 {
		res.Suggestions = m.suggest(r, tree)
	}
	fill := page
	if r.View == query.KWIC {
		fill = concordance
	}
	if err := fill(res, r, found, tree); err != nil {
		return nil, err
	}
	return res, ctx.Err()
}

// Every implements search.Backend.
func (m *Memory) Every(ctx context.Context, r query.Request) iter.Seq2[query.Hit, error] {
	return func(yield func(query.Hit, error) bool) {
		if r.View != "" {
			yield(query.Hit{}, corpus.Errorf(corpus.Invalid, "view", "%q has no list of all its hits", r.View))
			return
		}
		r.Size = len(m.rows)
		res, err := m.Search(ctx, r)
		if err != nil {
			yield(query.Hit{}, err)
			return
		}
		for _, h := range res.Hits {
			if !yield(h, nil) {
				return
			}
		}
	}
}

// byID returns the request with each label replaced by the ids that bear it.
func (m *Memory) byID(r query.Request) query.Request {
	out := make([]query.Filter, len(r.Filters))
	for i, f := range r.Filters {
		out[i] = query.Filter{Facet: f.Facet, Any: m.ids(f.Facet, f.Any),
			All: m.ids(f.Facet, f.All), Not: m.ids(f.Facet, f.Not)}
	}
	r.Filters = out
	return r
}

// treeByID does the same with the restrictions typed into a query.
func (m *Memory) treeByID(n query.Node) query.Node {
	all := func(nodes []query.Node) []query.Node {
		out := make([]query.Node, len(nodes))
		for i, c := range nodes {
			out[i] = m.treeByID(c)
		}
		return out
	}
	switch n := n.(type) {
	case query.And:
		return query.And(all(n))
	case query.Or:
		return query.Or(all(n))
	case query.Not:
		return query.Not{Node: m.treeByID(n.Node)}
	case query.Field:
		var or query.Or
		for _, id := range m.ids(n.Name, []string{n.Value}) {
			or = append(or, query.Field{Name: n.Name, Value: id})
		}
		return or
	}
	return n
}

// ids replaces labels by ids. A value that is an id, or that nothing bears, stays.
func (m *Memory) ids(facet string, values []string) []string {
	var out []string
	for _, v := range values {
		name, alone := strings.CutSuffix(v, "!")
		found := m.idsOf(facet, name)
		if len(found) == 0 {
			found = []string{name}
		}
		for _, id := range found {
			if alone {
				id += "!"
			}
			out = append(out, id)
		}
	}
	return out
}

// idsOf gives the ids that a label names, none where it is an id itself.
func (m *Memory) idsOf(facet, name string) []string {
	facets := []string{facet}
	if facet == search.Actor {
		facets = []string{"group", "agency", "person"}
	}
	var out []string
	for _, f := range facets {
		if slices.ContainsFunc(m.rows, func(x row) bool { return x.has(f, name) }) {
			return nil
		}
		out = append(out, m.named[f+"/"+fold.Key(name)]...)
	}
	return out
}

// matching gives the rows a request finds, in no order.
func (m *Memory) matching(r query.Request, tree query.Node) []row {
	var out []row
	for _, x := range m.rows {
		if x.passes(r) && (tree == nil || x.holds(tree)) {
			out = append(out, x)
		}
	}
	return out
}

// readings counts each reading of the text as a whole.
func (m *Memory) readings(r query.Request, total int) query.Readings {
	if strings.TrimSpace(r.Text) == "" {
		return query.Readings{Verbatim: total, Quote: total, Words: total}
	}
	var n [3]int
	for i, mode := range []query.Mode{query.Verbatim, query.Quote, query.Words} {
		// A text may hold a word in one reading only; in the others it finds nothing.
		if tree, _, _, _, err := query.Read(r.Text, mode); err == nil {
			n[i] = len(m.matching(r, m.treeByID(tree)))
		}
	}
	return query.Readings{Verbatim: n[0], Quote: n[1], Words: n[2]}
}

// unknown gives a notice for each value that no passage carries.
func (m *Memory) unknown(r query.Request) []query.Notice {
	var out []query.Notice
	for _, f := range r.Filters {
		for _, v := range slices.Concat(f.Any, f.All, f.Not) {
			if v != query.None && !m.knows(f.Facet, m.ids(f.Facet, []string{v})) {
				out = append(out, query.Notice{Code: "unknown-value", At: -1,
					Message: "no passage has " + f.Facet + " " + v})
			}
		}
	}
	return out
}

// knows reports whether any passage carries one of the ids.
func (m *Memory) knows(facet string, ids []string) bool {
	return slices.ContainsFunc(m.rows, func(x row) bool {
		return slices.ContainsFunc(ids, func(id string) bool { return x.has(facet, id) })
	})
}

// page orders what was found and cuts the page out of it.
func page(res *query.Result, r query.Request, found []row, tree query.Node) error {
	order := r.Sort
	if order == "" && tree == nil {
		order = query.DateDesc
	}
	hits := make([]query.Hit, len(found))
	rows := map[corpus.PassageID]row{}
	for i, x := range found {
		marks := x.marks(tree)
		hits[i] = query.Hit{Passage: x.p, Document: x.d, Marks: marks, Score: float64(len(marks))}
		rows[x.p.ID] = x
	}
	sort.Slice(hits, func(i, j int) bool {
		a, b := rows[hits[i].Passage.ID], rows[hits[j].Passage.ID]
		if c := compare(order, a, b, hits[i].Score-hits[j].Score); c != 0 {
			return c < 0
		}
		return a.p.ID < b.p.ID
	})
	var err error
	res.Hits, res.Next, err = cut(r, hits)
	return err
}

// cut takes a page out of all hits or lines. The cursor is how many stand before.
func cut[T any](r query.Request, all []T) (out []T, next string, err error) {
	from, size := 0, r.Size
	if r.Cursor != "" {
		n, err := strconv.Atoi(r.Cursor)
		if err != nil || n < 0 || n > len(all) {
			return nil, "", corpus.Errorf(corpus.Invalid, "cursor", "%q was not made by this server",
				r.Cursor).
				WithRemedy("start again without it")
		}
		from = n
	}
	if size == 0 {
		size = 10
	}
	to := min(from+max(size, 0), len(all))
	if size > 0 && to < len(all) {
		next = strconv.Itoa(to)
	}
	return all[from:to], next, nil
}

// compare orders two rows; negative when a comes first, 0 when only the id decides.
func compare(order query.Sort, a, b row, score float64) int {
	if order != query.DateAsc && order != query.DateDesc {
		switch {
		case score > 0:
			return -1
		case score < 0:
			return 1
		}
		return 0
	}
	da, oka := a.day()
	db, okb := b.day()
	switch {
	case oka != okb && oka:
		return -1
	case oka != okb:
		return 1
	case order == query.DateAsc:
		return int(da) - int(db)
	}
	return int(db) - int(da)
}

// documents counts the documents of rows.
func documents(rows []row) int {
	seen := map[corpus.DocumentID]bool{}
	for _, x := range rows {
		seen[x.d.ID] = true
	}
	return len(seen)
}
