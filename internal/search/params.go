package search

import (
	"cmp"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ibid/corpus"
	"ibid/indexer/query"
)

// Bounds of a request beyond those of the query text. They keep one request from costing more
// than a page of answers is worth; each is named in the error that enforces it.
const (
	MaxSize       = 100     // hits on a page
	MaxFacetSize  = 10000   // values of one facet
	MaxCross      = 4       // tables of two facets
	MaxValues     = 256     // values of all filters together
	MaxValueBytes = 1 << 10 // of one value
	MinSnippet    = 40      // bytes of a snippet
	MaxSnippet    = 2000
)

// Actor is a filter over group, agency and person together: any of the three may match.
const Actor = "actor"

// keyList names every key but the filters and find.NAME, in the order of the documentation.
const keyList = "q mode view date date_match same_event section facet cross days sort size cursor " +
	"snippet explain"

// ParseValues reads a request from URL values. A key of a filter is the name of a facet or
// actor; repeated keys are alternatives, -NAME excludes, NAME.all asks for a value besides all
// others of the facet, and the value "none" stands for unknown. cross=A,B or A,B:20 asks for the
// table of two facets, days=1 for the first and last event day of the answer and its values.
// facet=NAME:20 asks for 20 values of that facet and no other facet than those named,
// facet=none for none; find.NAME=text keeps the values whose label contains the text.
//
// The error names the key and the remedy. An unknown key is one: a misspelt filter that were
// passed over would widen the answer without a word.
func ParseValues(v url.Values) (query.Request, error) {
	p := parser{filters: map[string]*query.Filter{}, finds: map[string]string{}}
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		if err := p.key(k, v[k]); err != nil {
			return query.Request{}, err
		}
	}
	p.finish()
	return p.r, Validate(p.r)
}

// parser gathers a request key by key.
type parser struct {
	r       query.Request
	filters map[string]*query.Filter
	finds   map[string]string
}

// key reads all values of one key.
func (p *parser) key(k string, values []string) error {
	if name, ok := strings.CutPrefix(k, "find."); ok && slices.Contains(query.Facets(), name) {
		if len(values) > 1 {
			return twice(k, len(values))
		}
		if values[0] != "" { // a form sends a field left empty
			p.finds[name] = values[0]
		}
		return nil
	}
	if name := strings.TrimSuffix(strings.TrimPrefix(k, "-"), allSuffix); isFilter(name) && k != "-"+name+allSuffix {
		return p.filter(k, name, values)
	}
	switch k {
	case "cross":
		return p.cross(values)
	case "date":
		return p.dates(values)
	case "facet":
		return p.facets(values)
	case "section":
		p.r.Section = nonEmpty(values)
		return nil
	}
	if !slices.Contains(strings.Fields(keyList), k) {
		return corpus.Errorf(corpus.Invalid, cmp.Or(k, "query string"), "there is no such key").
			WithRemedy("keys are " + strings.Join(strings.Fields(keyList), ", ") +
				", find.NAME, and NAME, -NAME or NAME.all for each facet: " +
				strings.Join(filterNames(), ", "))
	}
	if len(values) > 1 {
		return twice(k, len(values))
	}
	return p.single(k, values[0])
}

// single reads a key that stands once.
func (p *parser) single(k, value string) error {
	var err error
	switch k {
	case "q":
		p.r.Text = value
	case "mode":
		p.r.Mode = query.Mode(value)
	case "view":
		if p.r.View = query.View(value); p.r.View == List {
			p.r.View = ""
		}
	case "sort":
		p.r.Sort = query.Sort(value)
	case "cursor":
		p.r.Cursor = value
	case "size":
		p.r.Size, err = sizeOf(value)
	case "snippet":
		p.r.Snippet, err = snippetOf(value)
	case "date_match":
		p.r.Certain, err = choice(k, value, "possible", "certain")
	case "same_event":
		p.r.SameEvent, err = choice(k, value, "0", "1")
	case "days":
		p.r.Days, err = choice(k, value, "0", "1")
	case "explain":
		p.r.Explain, err = choice(k, value, "0", "1")
	}
	return err
}

// allSuffix ends the key of values that must all be there.
const allSuffix = ".all"

// filter reads the values of a facet that are wanted, with a key -NAME unwanted, and with NAME.all
// each wanted besides the others.
func (p *parser) filter(k, name string, values []string) error {
	f := p.filters[name]
	if f == nil {
		f = &query.Filter{Facet: name}
		p.filters[name] = f
	}
	for _, v := range values {
		v = strings.TrimSpace(v)
		if v == "" {
			return corpus.Errorf(corpus.Invalid, k, "has no value").
				WithRemedy("leave the key out, or write " + k +
					"=none for passages where it is unknown")
		}
		switch k {
		case name:
			f.Any = append(f.Any, v)
		case name + allSuffix:
			f.All = append(f.All, v)
		default:
			f.Not = append(f.Not, v)
		}
	}
	return nil
}

// dates reads spans of event dates.
func (p *parser) dates(values []string) error {
	for _, v := range nonEmpty(values) {
		if v == query.None {
			p.r.Undated = true
			continue
		}
		d, err := query.ParseDates(v)
		if err != nil {
			return err
		}
		p.r.Dates = append(p.r.Dates, d)
	}
	return nil
}

// cross reads which tables of two facets are wanted.
func (p *parser) cross(values []string) error {
	for _, v := range nonEmpty(values) {
		names, size, sized := strings.Cut(v, ":")
		a, b, two := strings.Cut(names, ",")
		c := query.Cross{A: strings.TrimSpace(a), B: strings.TrimSpace(b)}
		n, err := strconv.Atoi(size)
		if !two || sized && (err != nil || n < 1) {
			return crossError(v)
		}
		c.Size = n
		p.r.Cross = append(p.r.Cross, c)
	}
	return nil
}

func crossError(v string) error {
	return corpus.Errorf(corpus.Invalid, "cross", "%q does not name two facets", v).
		WithRemedy("write cross=republic,group or cross=republic,group:100")
}

// facets reads which facets are wanted.
func (p *parser) facets(values []string) error {
	p.r.Facets = []query.FacetRequest{}
	for _, v := range values {
		name, size, sized := strings.Cut(v, ":")
		f := query.FacetRequest{Name: name}
		if name == query.None && !sized {
			continue
		}
		if sized {
			n, err := strconv.Atoi(size)
			if err != nil || n < 1 {
				return corpus.Errorf(corpus.Invalid, "facet", "%q is not a number of values", size).
					WithRemedy("write facet=" + name + ":100")
			}
			f.Size = n
		}
		p.r.Facets = append(p.r.Facets, f)
	}
	return nil
}

// finish puts the filters in the order of the facets, without repeats, and joins each search
// within a facet to its request.
func (p *parser) finish() {
	for _, name := range filterNames() {
		if f := p.filters[name]; f != nil {
			f.Any, f.All, f.Not = distinct(f.Any), distinct(f.All), distinct(f.Not)
			p.r.Filters = append(p.r.Filters, *f)
		}
	}
	if len(p.finds) > 0 && p.r.Facets == nil {
		for _, name := range query.Facets() {
			p.r.Facets = append(p.r.Facets, query.FacetRequest{Name: name})
		}
	}
	for name, text := range p.finds {
		i := slices.IndexFunc(p.r.Facets, func(f query.FacetRequest) bool { return f.Name == name })
		if i < 0 {
			p.r.Facets = append(p.r.Facets, query.FacetRequest{Name: name, Find: text})
			continue
		}
		p.r.Facets[i].Find = text
	}
	slices.SortStableFunc(p.r.Facets, func(a, b query.FacetRequest) int {
		return slices.Index(query.Facets(), a.Name) - slices.Index(query.Facets(), b.Name)
	})
	if allFacets(p.r.Facets) && len(p.finds) == 0 {
		p.r.Facets = nil // what leaving the key out means
	}
}

// twice refuses a key that may stand once.
func twice(k string, n int) error {
	return corpus.Errorf(corpus.Invalid, k, "is given %d times", n).WithRemedy("give it once")
}

// allFacets reports whether facets are all there are, in their order, each with its first
// values.
func allFacets(facets []query.FacetRequest) bool {
	return slices.EqualFunc(facets, query.Facets(), func(f query.FacetRequest, name string) bool {
		return f.Name == name && f.Size == 0
	})
}

// isFilter reports whether a name can be filtered on.
func isFilter(name string) bool { return name == Actor || slices.Contains(query.Facets(), name) }

// filterNames lists what can be filtered on, in the order of answers.
func filterNames() []string { return append(query.Facets(), Actor) }

// sizeOf reads a number of hits; 0 means none, which a request writes as -1.
func sizeOf(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > MaxSize {
		return 0, corpus.Errorf(corpus.Invalid, "size", "%q is not a number from 0 to %d", s,
			MaxSize).
			WithRemedy("ask for less and follow next")
	}
	if n == 0 {
		return -1, nil
	}
	return n, nil
}

// snippetOf reads the length of a snippet in bytes; empty leaves it as it is.
func snippetOf(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if s != "" && (err != nil || n < MinSnippet || n > MaxSnippet) {
		return 0, snippetError(s)
	}
	return n, nil
}

func snippetError(s string) error {
	return corpus.Errorf(corpus.Invalid, "snippet", "%q is not a number of bytes from %d to %d", s,
		MinSnippet, MaxSnippet).
		WithRemedy("leave it out for " + strconv.Itoa(defaultSnippet))
}

// choice reads one of two words; empty is the first.
func choice(k, s, no, yes string) (bool, error) {
	if s != "" && s != no && s != yes {
		return false, corpus.Errorf(corpus.Invalid, k, "%q is none of %s, %s", s, no, yes).
			WithRemedy("write " + k + "=" + yes + ", or leave it out")
	}
	return s == yes, nil
}

// nonEmpty drops blank values, which a form sends for a field left empty.
func nonEmpty(values []string) []string {
	var out []string
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// distinct sorts values and drops repeats.
func distinct(values []string) []string {
	out := slices.Clone(values)
	slices.Sort(out)
	return slices.Compact(out)
}
