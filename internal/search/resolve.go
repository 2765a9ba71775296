package search

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/indexer/query"
)

// codeUnknown marks a notice about a value that nothing knows.
const codeUnknown = "unknown-value"

// plan is a request ready for a backend, and the values no register could confirm.
type plan struct {
	request query.Request
	open    []openValue
	notices []query.Notice // of the text as typed, where the backend gets another
}

// openValue is a value of a filter that only the index may know.
type openValue struct{ facet, value string }

// resolve replaces names and aliases by the ids a register has for them. The request given is
// left as it is.
func (s *Service) resolve(r query.Request) (plan, error) {
	p := plan{request: r}
	p.request.Filters = nil
	for _, f := range r.Filters {
		all, err := s.single(&p, f)
		if err != nil {
			return p, err
		}
		p.request.Filters = append(p.request.Filters, query.Filter{
			Facet: f.Facet,
			Any:   s.values(&p, f.Facet, f.Any),
			All:   all,
			Not:   s.values(&p, f.Facet, f.Not),
		})
	}
	s.resolveText(&p)
	return p, nil
}

// single resolves the values that must all be there. A name that several bear is refused: as
// each of them it would ask for all, and that is not what it says.
func (s *Service) single(p *plan, f query.Filter) ([]string, error) {
	var out []string
	for _, v := range f.All {
		ids := s.values(p, f.Facet, []string{v})
		if len(ids) > 1 {
			return nil, corpus.Errorf(corpus.Invalid, f.Facet+allSuffix, "%q may be each of %s", v,
				strings.Join(ids, ", ")).WithRemedy("name one by its id")
		}
		out = append(out, ids...)
	}
	if out == nil {
		return nil, nil
	}
	return distinct(out), nil
}

// resolveText replaces names in the restrictions typed into a query (republic:Daghestan). The
// backend gets the canonical text of the tree then; a text without such names, or one that
// breaks the syntax, it gets as typed.
func (s *Service) resolveText(p *plan) {
	if p.request.Mode != "" || !strings.Contains(p.request.Text, ":") {
		return
	}
	tree, notices, err := query.Parse(p.request.Text)
	if err != nil || tree == nil {
		return
	}
	changed := false
	tree = s.resolveNode(tree, &changed)
	if changed {
		p.request.Text, p.notices = tree.String(), notices
	}
}

// resolveNode replaces names in a tree by the ids a register has for them.
func (s *Service) resolveNode(n query.Node, changed *bool) query.Node {
	switch n := n.(type) {
	case query.And:
		return query.And(s.resolveAll(n, changed))
	case query.Or:
		return query.Or(s.resolveAll(n, changed))
	case query.Not:
		return query.Not{Node: s.resolveNode(n.Node, changed)}
	case query.Field:
		return s.resolveField(n, changed)
	}
	return n
}

func (s *Service) resolveAll(nodes []query.Node, changed *bool) []query.Node {
	out := make([]query.Node, len(nodes))
	for i, n := range nodes {
		out[i] = s.resolveNode(n, changed)
	}
	return out
}

// resolveField gives the restriction with the ids its value stands for, as alternatives.
func (s *Service) resolveField(f query.Field, changed *bool) query.Node {
	if !isFilter(f.Name) || f.Value == query.None {
		return f
	}
	name, alone := strings.CutSuffix(f.Value, "!")
	var or query.Or
	for _, id := range distinct(s.lookUp(f.Name, name)) {
		if alone {
			id += "!"
		}
		or = append(or, query.Field{Name: f.Name, Value: id})
	}
	switch {
	case len(or) == 0 || len(or) == 1 && or[0] == query.Node(f):
		return f
	case len(or) == 1:
		*changed = true
		return or[0]
	}
	*changed = true
	return or
}

// values resolves the values of one filter and notes those that stay open. "ID!" is a node
// without what lies under it; the sign goes with the id.
func (s *Service) values(p *plan, facet string, values []string) []string {
	var out []string
	for _, v := range values {
		if v == query.None {
			out = append(out, v)
			continue
		}
		name, alone := strings.CutSuffix(v, "!")
		ids := s.lookUp(facet, name)
		if len(ids) == 0 {
			p.open = append(p.open, openValue{facet, v})
			out = append(out, v)
			continue
		}
		for _, id := range ids {
			if alone {
				id += "!"
			}
			out = append(out, id)
		}
	}
	if out == nil {
		return nil
	}
	return distinct(out)
}

// lookUp asks the registers; an actor may be a group, an agency or a person.
func (s *Service) lookUp(facet, name string) []string {
	if facet != Actor {
		return s.opt.Resolve(facet, name)
	}
	var ids []string
	for _, f := range actorFacets() {
		ids = append(ids, s.opt.Resolve(f, name)...)
	}
	return ids
}

// actorFacets lists what the actor filter joins.
func actorFacets() []string { return []string{"group", "agency", "person"} }

// unknown names the open values that the index does not know either.
func (s *Service) unknown(ctx context.Context, p plan, res *query.Result) ([]query.Notice, error) {
	var out []query.Notice
	for _, o := range p.open {
		if shown(res.Facets, o) || told(res.Notices, o) {
			continue
		}
		known, err := s.known(ctx, o)
		if err != nil {
			return nil, err
		}
		if !known {
			out = append(out, query.Notice{Code: codeUnknown, At: -1, Message: fmt.Sprintf(
				"No register and no passage knows %q as %s; as a filter it finds nothing.", o.value,
				o.facet)})
		}
	}
	return out, nil
}

// shown reports whether the facets of an answer hold a value with passages behind it.
func shown(facets []query.Facet, o openValue) bool {
	for _, f := range facets {
		if f.Name == o.facet && slices.ContainsFunc(f.Values, func(v query.FacetValue) bool {
			return v.Value == o.value && v.Count > 0
		}) {
			return true
		}
	}
	return false
}

// told reports whether the backend has named the value itself.
func told(notices []query.Notice, o openValue) bool {
	return slices.ContainsFunc(notices, func(n query.Notice) bool {
		return n.Code == codeUnknown && strings.Contains(n.Message, o.value)
	})
}

// known asks the index whether any passage carries a value at all.
func (s *Service) known(ctx context.Context, o openValue) (bool, error) {
	res, err := s.backend.Search(ctx, query.Request{
		Filters: []query.Filter{{Facet: o.facet, Any: []string{o.value}}},
		Facets:  []query.FacetRequest{}, Size: -1,
	})
	if err != nil {
		return false, fmt.Errorf("is %s %q known: %w", o.facet, o.value, err)
	}
	return res.Total > 0, nil
}

// Selected returns the filter of a facet in a request; the zero filter when there is none.
func Selected(r query.Request, facet string) query.Filter {
	for _, f := range r.Filters {
		if f.Facet == facet {
			return f
		}
	}
	return query.Filter{Facet: facet}
}

// With returns a copy of a request with the filter of one facet replaced, the cursor dropped
// and the filters in the order of answers. An empty filter is left out.
func With(r query.Request, f query.Filter) query.Request {
	byName := map[string]query.Filter{}
	for _, old := range r.Filters {
		byName[old.Facet] = old
	}
	byName[f.Facet] = query.Filter{Facet: f.Facet, Any: distinct(f.Any), All: distinct(f.All),
		Not: distinct(f.Not)}
	r.Filters, r.Cursor = nil, ""
	for _, name := range filterNames() {
		if f, ok := byName[name]; ok && len(f.Any)+len(f.All)+len(f.Not) > 0 {
			r.Filters = append(r.Filters, f)
		}
	}
	return r
}
