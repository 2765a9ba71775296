package gazetteer

import (
	"embed"

	"ibid/indexer/fold"
	"ibid/internal/register"
)

// The kinds of place, the largest first.
const (
	Country  = "country"
	Republic = "republic" // first-level unit: republic, oblast, krai, federal city
	District = "district"
	Spot     = "place" // town, village, building, or a region that is no unit
)

// data holds the built-in registers: countries, first-level units with rayons, and towns.
//
//go:embed data/*.tsv
var data embed.FS

// Place is one place.
type Place struct {
	ID     string
	Kind   string
	Name   string
	Parent string // id; empty for a country and for a region of several countries
	Lat    string // decimal degrees; empty when not known
	Lon    string
	Source string
}

// Gazetteer is a sound set of places. It does not change and is safe for concurrent use.
type Gazetteer struct{ reg *register.Register }

// Load reads the built-in places and lays the user's files over them, in order. The error
// names file and line of the fault and what to do about it.
func Load(overrides ...register.File) (*Gazetteer, error) {
	var base []register.File
	for _, name := range []string{"countries.tsv", "subdivisions.tsv", "places.tsv"} {
		b, err := data.ReadFile("data/" + name)
		if err != nil {
			return nil, err
		}
		base = append(base, register.File{Name: "built-in " + name, Data: b})
	}
	schema := register.Schema{Parents: map[string][]string{
		Country:  {""},
		Republic: {Country},
		District: {Country, Republic},
		Spot:     {"", Country, Republic, District, Spot},
	}}
	layers := [][]register.File{base}
	for _, f := range overrides {
		layers = append(layers, []register.File{f})
	}
	reg, err := register.Load(schema, layers...)
	if err != nil {
		return nil, err
	}
	return &Gazetteer{reg: reg}, nil
}

// Place returns the place of an id.
func (g *Gazetteer) Place(id string) (Place, bool) {
	row, ok := g.reg.Row(id)
	if !ok {
		return Place{}, false
	}
	return placeOf(row), true
}

// placeOf leaves out what only the register needs.
func placeOf(r *register.Row) Place {
	return Place{ID: r.ID, Kind: r.Kind, Name: r.Name, Parent: r.Parent,
		Lat: r.Lat, Lon: r.Lon, Source: r.Source}
}

// Lookup returns the ids that an id, a name, an alias or a case form may mean, the surest
// first, among the kinds where some are given.
func (g *Gazetteer) Lookup(name string, kinds ...string) []string {
	return g.reg.Lookup(name, kinds...)
}

// Path returns the places from the country down to an id; nil for an unknown id.
func (g *Gazetteer) Path(id string) []Place {
	var path []Place
	for _, r := range g.reg.Path(id) {
		path = append(path, placeOf(r))
	}
	return path
}

// Under reports whether a place lies under another; nothing lies under itself.
func (g *Gazetteer) Under(id, ancestor string) bool { return g.reg.Under(id, ancestor) }

// Find returns the names of places in a text whose words are toks, as register.Find does.
func (g *Gazetteer) Find(text string, toks []fold.Token) []register.Match {
	return g.reg.Find(text, toks)
}

// Digest names the data: equal digests, equal places.
func (g *Gazetteer) Digest() string { return g.reg.Digest() }
