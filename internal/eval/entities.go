package eval

import (
	"encoding/json"
	"io"
	"math"
	"slices"
	"sort"
	"strings"

	"golang.org/x/text/cases"
)

// Entities: people, groups, places. Figures in percent, two decimals:
//
//	strict   start, end and type are equal; ci95 is a percentile bootstrap over documents
//	partial  overlap of the same type, one to one, left to right
//	facet    the set of (type, folded text) of each document: what a list of facets shows
//	types    strict, type by type
//	places   gold with coordinates against overlapping predictions with coordinates

// entity is an expression in a file: offsets in code points, end exclusive.
type entity struct {
	Start    int             `json:"start"`
	End      int             `json:"end"`
	Text     string          `json:"text"`
	Type     string          `json:"type"`
	Lat      *float64        `json:"lat"`
	Lon      *float64        `json:"lon"`
	GeoNames json.RawMessage `json:"geonames_id"`
}

type entityDocument struct {
	ID       string   `json:"doc_id"`
	Entities []entity `json:"entities"`
}

// EntityOptions choose what is scored. The zero value scores all types with 200 resamplings.
type EntityOptions struct {
	Types []string // score these alone; empty means all
	Merge bool     // leave the type out: a score of spans
	Boot  int      // resamplings for the confidence interval; 0 means 200, below 0 none
}

func (o EntityOptions) withDefaults() EntityOptions {
	if o.Boot == 0 {
		o.Boot = 200
	}
	return o
}

// Places scores the tagging and resolution of places.
func Places(gold, pred io.Reader, opt EntityOptions) (Report, error) {
	return entities(gold, pred, opt)
}

// Actors scores the tagging of people, groups and agencies.
func Actors(gold, pred io.Reader, opt EntityOptions) (Report, error) {
	return entities(gold, pred, opt)
}

func entities(gold, pred io.Reader, opt EntityOptions) (Report, error) {
	id := func(d entityDocument) string { return d.ID }
	g, err := readDocuments("gold", gold, id)
	if err != nil {
		return Report{}, err
	}
	p, err := readDocuments("prediction", pred, id)
	if err != nil {
		return Report{}, err
	}
	if err := within(p, g); err != nil {
		return Report{}, err
	}
	s := entityScore{opt: opt.withDefaults(), types: map[string]*cell{}}
	for _, id := range g.ids {
		s.document(s.unique(g.byID[id].Entities), s.unique(p.byID[id].Entities))
	}
	return s.report(), nil
}

// spanKey is what two strictly equal entities share.
type spanKey struct {
	start, end int
	kind       string
}

type entityScore struct {
	opt     EntityOptions
	rows    []cell // strict, a document each
	types   map[string]*cell
	partial int
	facet   cell
	km      []float64
	coords  int
	gids    cell // tp of pred
}

func (s *entityScore) kind(e entity) string {
	if s.opt.Merge {
		return "*"
	}
	return e.Type
}

func (s *entityScore) key(e entity) spanKey { return spanKey{e.Start, e.End, s.kind(e)} }

// unique keeps the chosen types, sorted by span, each span and type once.
func (s *entityScore) unique(list []entity) []entity {
	kept := slices.Clone(list)
	if s.opt.Types != nil {
		kept = slices.DeleteFunc(kept, func(e entity) bool {
			return !slices.Contains(s.opt.Types, e.Type)
		})
	}
	sort.SliceStable(kept, func(i, j int) bool {
		if kept[i].Start != kept[j].Start {
			return kept[i].Start < kept[j].Start
		}
		return kept[i].End < kept[j].End
	})
	seen := map[spanKey]bool{}
	return slices.DeleteFunc(kept, func(e entity) bool {
		k := s.key(e)
		twice := seen[k]
		seen[k] = true
		return twice
	})
}

// document adds one document.
func (s *entityScore) document(gold, pred []entity) {
	in := map[spanKey]bool{}
	row := cell{gold: len(gold), pred: len(pred)}
	for _, e := range gold {
		in[s.key(e)] = true
		s.typed(s.kind(e)).gold++
	}
	for _, e := range pred {
		t := s.typed(s.kind(e))
		t.pred++
		if in[s.key(e)] {
			t.tp++
			row.tp++
		}
	}
	s.rows = append(s.rows, row)
	s.partial += len(pairUp(gold, pred, func(a, b entity) bool { return s.kind(a) == s.kind(b) }))
	fg, fp := s.facets(gold), s.facets(pred)
	s.facet.gold += len(fg)
	s.facet.pred += len(fp)
	for f := range fp {
		s.facet.tp += asInt(fg[f])
	}
	s.places(gold, pred)
}

func (s *entityScore) typed(kind string) *cell {
	if s.types[kind] == nil {
		s.types[kind] = &cell{}
	}
	return s.types[kind]
}

func (s *entityScore) facets(list []entity) map[[2]string]bool {
	fold := cases.Fold()
	m := map[[2]string]bool{}
	for _, e := range list {
		m[[2]string{s.kind(e), fold.String(e.Text)}] = true
	}
	return m
}

// places pairs what has coordinates.
func (s *entityScore) places(gold, pred []entity) {
	located := func(list []entity) []entity {
		return slices.DeleteFunc(slices.Clone(list), func(e entity) bool {
			return e.Lat == nil || e.Lon == nil
		})
	}
	g := located(gold)
	s.coords += len(g)
	for _, m := range pairUp(g, located(pred), func(entity, entity) bool { return true }) {
		s.km = append(s.km, distance(*m[0].Lat, *m[0].Lon, *m[1].Lat, *m[1].Lon))
		a, b := plainID(m[0].GeoNames), plainID(m[1].GeoNames)
		if a != "" && b != "" {
			s.gids.pred++
			s.gids.tp += asInt(a == b)
		}
	}
}

// plainID is an id given as number or string; empty for none.
func plainID(raw json.RawMessage) string {
	id := strings.Trim(string(raw), `"`)
	if id == "null" || id == "0" && len(raw) == 1 || id == "false" {
		return ""
	}
	return id
}

// pairUp pairs one to one: exact spans first, so that an overlapping neighbour cannot take
// them, then overlaps from left to right.
func pairUp(gold, pred []entity, same func(a, b entity) bool) [][2]entity {
	used := make([]bool, len(pred))
	at := make([]int, len(gold))
	for pass := range 2 {
		for i, g := range gold {
			if pass == 0 {
				at[i] = -1
			}
			for j := 0; at[i] < 0 && j < len(pred); j++ {
				p := pred[j]
				exact := p.Start == g.Start && p.End == g.End
				overlap := p.Start < g.End && g.Start < p.End
				if !used[j] && (exact || pass == 1 && overlap) && same(g, p) {
					used[j], at[i] = true, j
				}
			}
		}
	}
	var out [][2]entity
	for i, j := range at {
		if j >= 0 {
			out = append(out, [2]entity{gold[i], pred[j]})
		}
	}
	return out
}

// Earth's mean radius, and half of its girth: the largest distance there is, in km.
const (
	earthRadius = 6371.0088
	farthest    = 20038.0
)

// distance is the great circle between two points in degrees, in km.
func distance(lat1, lon1, lat2, lon2 float64) float64 {
	rad := func(d float64) float64 { return d * (math.Pi / 180) }
	a, b, c, d := rad(lat1), rad(lon1), rad(lat2), rad(lon2)
	h := math.Pow(math.Sin((c-a)/2), 2) + math.Cos(a)*math.Cos(c)*math.Pow(math.Sin((d-b)/2), 2)
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// percent is precision, recall and F1 in percent with two decimals, and the counts.
func percent(c cell) []Figure {
	p, r := ratio(c.tp, c.pred), ratio(c.tp, c.gold)
	return []Figure{
		share("p", round(100*p, 2)), share("r", round(100*r, 2)), share("f1", percentF1(p, r)),
		count("gold", c.gold), count("pred", c.pred),
	}
}

func percentF1(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return round(200*p*r/(p+r), 2)
}

func (s *entityScore) report() Report {
	var total cell
	for _, r := range s.rows {
		total.tp, total.gold, total.pred = total.tp+r.tp, total.gold+r.gold, total.pred+r.pred
	}
	strict := percent(total)
	if s.opt.Boot > 0 && len(s.rows) > 0 {
		strict = append(strict, bootstrap(s.rows, s.opt.Boot))
	}
	var types []Figure
	for _, t := range sortedKeys(s.types) {
		types = append(types, group(t, percent(*s.types[t])...))
	}
	if types == nil {
		types = []Figure{}
	}
	out := []Figure{count("docs", len(s.rows)), group("strict", strict...),
		group("partial", percent(cell{s.partial, total.pred, total.gold})...),
		group("facet", percent(s.facet)...), group("types", types...)}
	if s.coords > 0 && len(s.km) > 0 {
		out = append(out, s.placeFigures())
	}
	return Report{Figures: out}
}

// placeFigures says how far off the resolved places are.
func (s *entityScore) placeFigures() Figure {
	km := slices.Clone(s.km)
	sort.Float64s(km)
	near, sum, logs := 0, 0.0, 0.0
	for _, x := range km {
		near += asInt(x <= 161) // a hundred miles, as published scores have it
		sum += x
		logs += math.Log1p(x)
	}
	n := float64(len(km))
	parts := []Figure{
		count("gold_coords", s.coords), share("resolved", round(100*n/float64(s.coords), 2)),
		share("acc161_hit", round(100*float64(near)/n, 2)),
		share("acc161_all", round(100*float64(near)/float64(s.coords), 2)),
		share("median_km", round(km[len(km)/2], 1)), share("mean_km", round(sum/n, 1)),
		share("auc", round(logs/n/math.Log1p(farthest), 4)),
	}
	if s.gids.pred > 0 {
		parts = append(parts, share("gid_exact", round(100*float64(s.gids.tp)/float64(s.gids.pred), 2)),
			count("gid_n", s.gids.pred))
	}
	return group("places", parts...)
}
