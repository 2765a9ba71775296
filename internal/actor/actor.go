package actor

import (
	_ "embed"

	"ibid/indexer/fold"
	"ibid/internal/register"
)

// The kinds of actor.
const (
	Group  = "group"
	Agency = "agency"
	Person = "person"
)

// builtin is the register of actors that comes with the program.
//
//go:embed actors.tsv
var builtin []byte

// Actor is one group, agency or person.
type Actor struct {
	ID     string
	Kind   string
	Name   string
	Parent string // id; empty at the top
	Source string
}

// Actors is a sound set of actors. It does not change and is safe for concurrent use.
type Actors struct{ reg *register.Register }

// Load reads the built-in actors and lays the user's files over them, in order. The error
// names file and line of the fault and what to do about it.
func Load(overrides ...register.File) (*Actors, error) {
	schema := register.Schema{Parents: map[string][]string{
		Group:  {"", Group},
		Agency: {"", Agency},
		Person: {""},
	}}
	layers := [][]register.File{{{Name: "built-in actors.tsv", Data: builtin}}}
	for _, f := range overrides {
		layers = append(layers, []register.File{f})
	}
	reg, err := register.Load(schema, layers...)
	if err != nil {
		return nil, err
	}
	return &Actors{reg: reg}, nil
}

// Actor returns the actor of an id.
func (a *Actors) Actor(id string) (Actor, bool) {
	row, ok := a.reg.Row(id)
	if !ok {
		return Actor{}, false
	}
	return actorOf(row), true
}

// actorOf leaves out what only the register needs.
func actorOf(r *register.Row) Actor {
	return Actor{ID: r.ID, Kind: r.Kind, Name: r.Name, Parent: r.Parent, Source: r.Source}
}

// Lookup returns the ids that an id, a name, an alias or a case form may mean, the surest
// first, among the kinds where some are given.
func (a *Actors) Lookup(name string, kinds ...string) []string {
	return a.reg.Lookup(name, kinds...)
}

// Path returns the actors from the uppermost parent down to an id; nil for an unknown id.
func (a *Actors) Path(id string) []Actor {
	var path []Actor
	for _, r := range a.reg.Path(id) {
		path = append(path, actorOf(r))
	}
	return path
}

// Find returns the names of actors in a text whose words are toks, as register.Find does.
func (a *Actors) Find(text string, toks []fold.Token) []register.Match {
	return a.reg.Find(text, toks)
}

// Contexts lists, in order, the ids that rows of the register name as their context.
func (a *Actors) Contexts() []string {
	var out []string
	for _, id := range a.reg.IDs() {
		row, _ := a.reg.Row(id)
		out = append(out, row.Context...)
	}
	return out
}

// Digest names the data: equal digests, equal actors.
func (a *Actors) Digest() string { return a.reg.Digest() }
