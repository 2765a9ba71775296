package tag

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/internal/actor"
	"ibid/internal/gazetteer"
	"ibid/internal/register"
	"ibid/internal/timex"
)

// Rules numbers the rules of this package. It changes whenever equal data may give other
// tags; Tagger.Version joins it to the digests of the data.
const Rules = "1"

// namesTSV holds names of wars, insurgencies and the like that hold places: a register file.
//
//go:embed names.tsv
var namesTSV []byte

// wordsTSV holds the words before a place that say whether something happened there.
//
//go:embed words.tsv
var wordsTSV string

// Tagger fills in the tags of passages. It does not change and is safe for concurrent use.
type Tagger struct {
	places  *gazetteer.Gazetteer
	actors  *actor.Actors
	holders *register.Register
	words   map[string]string // folded word to its part: at or carry
	version string
}

// New joins places and actors. It fails when an actor's context is neither.
func New(g *gazetteer.Gazetteer, a *actor.Actors) (*Tagger, error) {
	for _, id := range a.Contexts() {
		_, place := g.Place(id)
		if _, ok := a.Actor(id); !ok && !place {
			return nil, corpus.Errorf(corpus.Invalid, "actors", "context %q is no actor and no place", id).
				WithRemedy("correct the id in the column context")
		}
	}
	schema := register.Schema{Parents: map[string][]string{"event": {""}, "name": {""}}}
	file := register.File{Name: "built-in names.tsv", Data: namesTSV}
	held, err := register.Load(schema, []register.File{file})
	if err != nil {
		return nil, err
	}
	t := &Tagger{places: g, actors: a, holders: held, words: parseWords(wordsTSV)}
	sum := sha256.Sum256(fmt.Append(nil, Rules, fold.Version, g.Digest(), a.Digest(), held.Digest(),
		wordsTSV))
	t.version = "tag-" + Rules + "." + hex.EncodeToString(sum[:6])
	return t, nil
}

// parseWords reads the embedded table; a test holds it to its form.
func parseWords(table string) map[string]string {
	words := map[string]string{}
	for line := range strings.Lines(table) {
		if c := strings.Split(line, "\t"); len(c) == 4 && c[0] != "lang" {
			words[fold.Key(c[1])] = c[2]
		}
	}
	return words
}

// Version names rules and data: equal versions, equal tags. It does not cover timex.
func (t *Tagger) Version() string { return t.version }

// Tag fills in the tags of all passages of one document, in the order of the document.
// What the passages carried as tags before is replaced.
func (t *Tagger) Tag(d *corpus.Document, ps []*corpus.Passage) {
	dates := timex.Annotate(timexDocument(d, ps))
	s := t.gather(d, ps, dates)
	s.resolve()
	for i, p := range ps {
		p.Tags = corpus.Tags{Events: dates[i].Events, Unresolved: dates[i].Unresolved}
		link(&s.texts[i], &p.Tags)
		s.places(i, &p.Tags)
		s.actors(i, &p.Tags)
		sortUnresolved(p.Tags.Unresolved)
	}
}

// timexDocument is the document as timex reads it.
func timexDocument(d *corpus.Document, ps []*corpus.Passage) timex.Document {
	td := timex.Document{Language: d.Language, Published: d.Published, Title: d.Title}
	for _, p := range ps {
		td.Texts = append(td.Texts, timex.Text{Section: p.Section, Kind: p.Kind, Text: p.Text})
	}
	return td
}
