package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"time"

	"ibid/corpus"
	"ibid/indexer"
	"ibid/internal/actor"
	"ibid/internal/archive"
	"ibid/internal/cite"
	"ibid/internal/disk"
	"ibid/internal/extract"
	"ibid/internal/gazetteer"
	"ibid/internal/ingest"
	"ibid/internal/register"
	"ibid/internal/search"
	"ibid/internal/segment"
	"ibid/internal/tag"
	"ibid/internal/timex"
	"ibid/internal/web"
)

// How much of an index a command verifies before it asks it.
const (
	verifyAuto     = indexer.VerifyAuto
	verifyFull     = indexer.VerifyFull
	verifyManifest = indexer.VerifyManifest
)

// openArchive opens the snapshot store for reading.
func (s *site) openArchive() (*archive.Store, error) {
	return archive.Open(s.dir, archive.Options{ReadOnly: true})
}

// openIndex opens the index in force.
func (s *site) openIndex(v indexer.VerifyMode) (*indexer.Index, error) {
	return indexer.Open(s.indexDir(), indexer.OpenOptions{Verify: v})
}

// registers are what is known of places and actors.
type registers struct {
	places *gazetteer.Gazetteer
	actors *actor.Actors
}

// loadRegisters reads the built-in registers with the user's laid over them.
func (s *site) loadRegisters() (registers, error) {
	var r registers
	places, err := registerFile(filepath.Join(s.registerDir(), "places.tsv"))
	if err != nil {
		return r, err
	}
	actors, err := registerFile(filepath.Join(s.registerDir(), "actors.tsv"))
	if err != nil {
		return r, err
	}
	if r.places, err = gazetteer.Load(places...); err != nil {
		return r, err
	}
	r.actors, err = actor.Load(actors...)
	return r, err
}

// registerFile reads a register of the user; there need not be one.
func registerFile(path string) ([]register.File, error) {
	data, err := disk.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fileError(path, err)
	}
	return []register.File{{Name: path, Data: data}}, nil
}

// stages puts the steps from capture to tags together, with the versions that enter the index:
// of every step, since documents made by equal versions are not made again. The tagger's covers
// the registers.
func (s *site) stages(store *archive.Store) (ingest.Stages, map[string]string, error) {
	regs, err := s.loadRegisters()
	if err != nil {
		return ingest.Stages{}, nil, err
	}
	tagger, err := tag.New(regs.places, regs.actors)
	if err != nil {
		return ingest.Stages{}, nil, err
	}
	return ingest.Stages{
			Body: store.Body,
			Extract: func(c corpus.Capture, body []byte) (*corpus.Document, error) {
				d, err := extractDocument(c, body)
				if err == nil && d.Publisher == "" {
					if name := s.publisherOf(c.Source); name != "" {
						d.Publisher, d.Witness["publisher"] = name, configFile
					}
				}
				return d, err
			},
			Segment: segment.Split,
			Tag:     tagger.Tag,
		}, map[string]string{"extract": extract.Version, "cite": cite.Version, "segment": segment.Version,
			"timex": timex.Version, "tag": tagger.Version()}, nil
}

// extractDocument reads a page and resolves its notes.
func extractDocument(c corpus.Capture, body []byte) (*corpus.Document, error) {
	d, err := extract.Extract(c, body, extract.Options{})
	if err != nil {
		return nil, err
	}
	cite.ResolveAll(d.Notes)
	return d, nil
}

// backend lets an index answer for search.
type backend struct{ *indexer.Index }

// Passage looks a passage up; an index on this machine needs no context.
func (b backend) Passage(_ context.Context, id corpus.PassageID) (*corpus.Passage, *corpus.Document, error) {
	return b.Index.Passage(id)
}

// Document looks a document up.
func (b backend) Document(_ context.Context, id corpus.DocumentID) (*corpus.Document, []*corpus.Passage, error) {
	return b.Index.Document(id)
}

// service makes the search service of an index.
func (s *site) service(ix *indexer.Index) (*search.Service, error) {
	regs, err := s.loadRegisters()
	if err != nil {
		return nil, err
	}
	return regs.service(ix), nil
}

// service makes the search service of an index whose names the registers have.
func (r registers) service(ix *indexer.Index) *search.Service {
	return search.New(backend{ix}, search.Options{
		Resolve: r.resolve,
		Label:   r.label,
		Version: func() string { return ix.Info().Corpus },
		Now:     time.Now,
	})
}

// resolve gives the ids that the registers have for a name in a facet.
func (r registers) resolve(facet, value string) []string {
	switch facet {
	case "place":
		return r.places.Lookup(value)
	case "country", "republic", "district":
		return r.places.Lookup(value, facet)
	case search.Actor:
		return r.actors.Lookup(value)
	case "group", "agency", "person":
		return r.actors.Lookup(value, facet)
	}
	return nil
}

// label names an id of a facet for people.
func (r registers) label(facet, value string) string {
	switch facet {
	case "place", "country", "republic", "district":
		if p, ok := r.places.Place(value); ok {
			return p.Name
		}
	case search.Actor, "group", "agency", "person":
		if a, ok := r.actors.Actor(value); ok {
			return a.Name
		}
	}
	return ""
}

// verifyNotices says what of an index was not hashed on opening.
func verifyNotices(info indexer.Info) []string {
	if info.Unhashed == 0 {
		return nil
	}
	return []string{count(int(info.Unhashed>>20), "MiB") + " of the index were not hashed on opening"}
}

// gapsOf counts what a corpus does not know and no facet shows; the pages count passages
// without a date or place themselves, so that a click gives the same number.
func gapsOf(ix *indexer.Index) []web.Gap {
	gaps := []web.Gap{
		{Name: "untraced", Meaning: "passages whose bytes could not be followed into the snapshot"},
		{Name: "unsettled", Meaning: "expressions that look like a date, place or actor and could not be settled"},
		{Name: "unresolved", Meaning: "notes without a citation record"},
		{Name: "dangling", Meaning: "note marks whose note is not on the page"},
	}
	add := func(i, n int) { gaps[i].Count += n }
	for item, err := range ix.Walk(context.Background()) {
		if err != nil {
			break
		}
		var sum ingest.Outcome
		sum.Count(item.Document, item.Passages)
		for i, n := range []int{sum.Untraced, sum.Unsettled, sum.Unresolved, sum.Dangling} {
			add(i, n)
		}
	}
	return gaps
}

var _ search.Backend = backend{}
