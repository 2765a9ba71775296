package indexer

import (
	"fmt"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/indexer/query"
)

// Bounds of a request beyond those of package query.
const (
	defaultHits   = 10
	maxHits       = 100
	defaultValues = 10
	maxValues     = 100_000 // wanted of one facet: more than any facet of a sound corpus has
	maxChosen     = 1000    // values, ranges and headings of one request
	maxName       = 1 << 10 // bytes of one of them
)

// plan is a request made ready for the shards.
type plan struct {
	req        query.Request
	read       reading
	root       node // nil without text
	leaves     []*leaf
	pairs      []wordPair
	readings   *query.Readings     // when they are known already
	others     map[query.Mode]node // the text read in each mode, for Readings; nil: as root
	selections []*selection
	dates      dateFilter
	sections   []string // folded; alternatives
	sameEvent  bool
	facets     []query.FacetRequest
	facetIDs   []facetID
	cross      [][2]facetID
	sort       query.Sort
	size       int
	whole      bool      // all hits are wanted, in whatever order they are found
	after      *position // where the cursor stands; nil for the first page
	notices    []query.Notice
}

// newPlan checks a request and resolves its names. Every error is Invalid and names the field.
func (x *Index) newPlan(req query.Request, read reading) (*plan, error) {
	p := &plan{req: req, read: read, sameEvent: req.SameEvent, notices: read.notices,
		dates: dateFilter{req.Dates, req.Undated, req.Certain}}
	steps := []func(*Index) error{
		p.checkBounds, p.readFilters, p.readSections, p.readFacets, p.readCross, p.readOrder, p.readTree,
	}
	for _, step := range steps {
		if err := step(x); err != nil {
			return nil, err
		}
	}
	var err error
	p.after, err = x.readCursor(req.Cursor, p)
	return p, err
}

// checkBounds refuses what would cost more than any honest question.
func (p *plan) checkBounds(*Index) error {
	r := &p.req
	if len(r.Text) > query.MaxBytes {
		return corpus.Errorf(corpus.Invalid, textField, "%d bytes, the limit is %d", len(r.Text),
			query.MaxBytes)
	}
	n := len(r.Dates) + len(r.Section)
	for _, f := range r.Filters {
		n += len(f.Any) + len(f.All) + len(f.Not)
		for _, v := range slices.Concat(f.Any, f.All, f.Not) {
			if len(v) > maxName {
				return corpus.Errorf(corpus.Invalid, f.Facet, "a value of %d bytes", len(v))
			}
		}
	}
	if n > maxChosen {
		return corpus.Errorf(corpus.Invalid, "filters", "%d values, the limit is %d", n, maxChosen)
	}
	for _, s := range r.Section {
		if len(s) > maxName {
			return corpus.Errorf(corpus.Invalid, "section", "a heading of %d bytes", len(s))
		}
	}
	return p.dates.validate("date")
}

// readFilters resolves the values selected; filters of one facet are joined.
func (p *plan) readFilters(x *Index) error {
	for _, f := range p.req.Filters {
		sel := p.selection(f.Facet)
		if sel == nil {
			var ok bool
			if sel, ok = newSelection(f.Facet); !ok {
				return corpus.Errorf(corpus.Invalid, f.Facet, "there is no such facet").
					WithRemedy("use one of " + strings.Join(query.Facets(), ", "))
			}
			p.selections = append(p.selections, sel)
		}
		p.notices = append(p.notices, x.fill(sel, f, p.req.Certain, -1)...)
	}
	return nil
}

// selection finds the selection of a name.
func (p *plan) selection(name string) *selection {
	for _, s := range p.selections {
		if s.name == name {
			return s
		}
	}
	return nil
}

// readSections folds the headings asked for.
func (p *plan) readSections(*Index) (err error) {
	p.sections, err = sectionKeys("section", p.req.Section)
	return err
}

// readFacets settles which facets are counted and how many values are wanted.
func (p *plan) readFacets(*Index) error {
	p.facets = append([]query.FacetRequest(nil), p.req.Facets...)
	if p.req.Facets == nil {
		for _, name := range query.Facets() {
			p.facets = append(p.facets, query.FacetRequest{Name: name})
		}
	}
	for i := range p.facets {
		f := &p.facets[i]
		id, ok := facetOf(f.Name)
		if !ok {
			return corpus.Errorf(corpus.Invalid, "facet", "there is no facet %q", f.Name).
				WithRemedy("use one of " + strings.Join(query.Facets(), ", "))
		}
		if f.Size < 0 || f.Size > maxValues || len(f.Find) > maxName {
			return corpus.Errorf(corpus.Invalid, "facet", "%s asks for %d values", f.Name, f.Size).
				WithRemedy(fmt.Sprintf("ask for 1 to %d", maxValues))
		}
		if f.Size == 0 {
			f.Size = defaultValues
		}
		p.facetIDs = append(p.facetIDs, id)
	}
	return nil
}

// readOrder settles the order of hits and how many are wanted.
func (p *plan) readOrder(*Index) error {
	p.sort, p.size = p.req.Sort, p.req.Size
	if err := p.checkView(); err != nil {
		return err
	}
	side := wordsBeside(p.sort) != nil
	switch {
	case p.sort == "" && p.req.View == query.KWIC:
		p.sort = query.Right1
	case p.sort == "" && p.read.tree != nil:
		p.sort = query.Relevance
	case p.sort == "":
		p.sort = query.DateDesc
	case side && p.req.View != query.KWIC:
		return corpus.Errorf(corpus.Invalid, "sort", "%s orders a concordance, not a list", p.sort).
			WithRemedy("ask for view=kwic, or sort by relevance, date or -date")
	case !side && p.sort != query.Relevance && p.sort != query.DateAsc && p.sort != query.DateDesc:
		return corpus.Errorf(corpus.Invalid, "sort", "%q is not an order", p.sort).
			WithRemedy("use relevance, date or -date; in a concordance also left1 to left3 and " +
				"right1 to right3")
	}
	switch {
	case p.size == 0:
		p.size = defaultHits
	case p.size > maxHits:
		return corpus.Errorf(corpus.Invalid, "size", "%d hits are more than %d", p.size, maxHits).
			WithRemedy("page with the cursor that the answer gives")
	}
	return nil
}

// checkView refuses a view that there is not, and a concordance of nothing.
func (p *plan) checkView() error {
	switch {
	case p.req.View != "" && p.req.View != query.KWIC:
		return corpus.Errorf(corpus.Invalid, "view", "%q is not a view", p.req.View).
			WithRemedy("use kwic, or leave it out for the list of hits")
	case p.req.View == query.KWIC && p.read.tree == nil:
		return noKeyword()
	case p.req.View == query.KWIC && p.req.Detail != "":
		return corpus.Errorf(corpus.Invalid, "detail", "a concordance gives whole hits").
			WithRemedy("leave it out")
	case p.req.Detail != "" && p.req.Detail != query.TextDetail && p.req.Detail != query.IDDetail:
		return corpus.Errorf(corpus.Invalid, "detail", "%q is not a detail of hits", p.req.Detail).
			WithRemedy("use text or id, or leave it out for the whole hit")
	}
	return nil
}

// noKeyword refuses a concordance of a query that marks nothing in a text.
func noKeyword() error {
	return corpus.Errorf(corpus.Invalid, "view", "a concordance needs a keyword and the query has none").
		WithRemedy("ask for a word or a phrase, or for the list of hits")
}

// readTree compiles the query as it was read and as the other modes would read it.
func (p *plan) readTree(x *Index) error {
	if p.read.tree == nil {
		return nil
	}
	c := &compiler{x: x, certain: p.req.Certain}
	var err error
	if p.root, err = c.compile(p.read.tree); err != nil {
		return err
	}
	if p.leaves = c.leaves; len(p.leaves) == 0 && p.req.View == query.KWIC {
		return noKeyword()
	}
	p.notices = append(p.notices, c.notices...)
	if p.req.Bare {
		return nil
	}
	p.others = map[query.Mode]node{}
	for _, m := range []query.Mode{query.Verbatim, query.Quote, query.Words} {
		if stands(p.read.tree, m) {
			p.others[m] = nil
			continue
		}
		other := &compiler{x: x, inNot: 1, as: m, certain: p.req.Certain} // its leaves are not ranked
		if p.others[m], err = other.compile(readAs(p.read.tree, p.req.Text, m)); err != nil {
			return err
		}
	}
	return nil
}
