package indexer

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"ibid/indexer/fold"
)

// Verify checks the generation in force in dir as nothing else does: every byte of every file
// against its hash, then every passage read and held against the columns. It returns what it
// found, each an error that names the file; none means sound. Where no index was ever built
// the one finding is of kind NotFound.
func Verify(ctx context.Context, dir string) []error {
	g, err := readGeneration(dir)
	if err != nil {
		return []error{err}
	}
	var found []error
	note := func(err error) { found = append(found, err) }
	for _, e := range g.Shards {
		m, err := readManifest(dir, e)
		if err == nil {
			path := filepath.Join(dir, shardsName, e.Name, manifestName)
			err = m.complete(path, e)
		}
		if err != nil {
			note(err)
			continue
		}
		checkFiles(filepath.Join(dir, shardsName, e.Name), m, true, note)
		if err := ctx.Err(); err != nil {
			return append(found, err)
		}
	}
	if len(found) > 0 {
		return found
	}
	return checkContent(ctx, dir, g)
}

// checkContent holds the parts of a sound index against each other.
func checkContent(ctx context.Context, dir string, g *generation) []error {
	x, err := Open(dir, OpenOptions{Verify: VerifyManifest})
	if err != nil {
		return []error{err}
	}
	defer x.Close()
	var found []error
	again := *g
	if err := sumUp(dir, &again); err != nil {
		found = append(found, err)
	} else if again.Corpus != g.Corpus || again.Content != g.Content || again.Passages != g.Passages {
		found = append(found, damaged(generationPath(dir, g.Number), "does not sum up its shards"))
	}
	for _, s := range x.shards {
		if err := guard(s.dir, s.hashed, func() error { return s.checkPassages(ctx) }); err != nil {
			found = append(found, err)
		}
	}
	return found
}

// checkPassages reads each passage and compares it with ids, words, facets and events.
func (s *shard) checkPassages(ctx context.Context) error {
	facts := newFactCheck(s)
	r := s.records()
	var tokens []fold.Token
	for i := range uint32(s.n) {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := r.passage(i)
		if err != nil {
			return err
		}
		d, err := r.document(i)
		if err != nil {
			return err
		}
		sum, err := digest(d, p)
		if err != nil {
			return err
		}
		tokens = fold.Tokens(tokens[:0], p.Text)
		switch {
		case p.Document != d.ID:
			return damaged(s.path(idsCol), "passage %d is not of %s", i, d.URL)
		case !bytes.Equal(sum[:], s.ids.digests[int(i)*idSize:][:idSize]):
			return damaged(s.path(idsCol), "the digest of passage %s is of other tags", p.ID)
		case !s.sameWords(i, tokens):
			return damaged(s.path(wordsCol), "the words of passage %s are not those of its text", p.ID)
		case !s.sameCodes(i, p.Text, tokens):
			return damaged(s.path(wordsCol), "the words of passage %s do not look as in its text", p.ID)
		}
		if err := facts.passage(i, d, p); err != nil {
			return err
		}
		if err := p.Validate(); err != nil {
			return fmt.Errorf("%s: passage %s: %w", s.path(passagesCol), p.ID, err)
		}
	}
	return facts.counts()
}

// sameWords reports whether the word numbers of a passage spell its tokens.
func (s *shard) sameWords(i uint32, tokens []fold.Token) bool {
	list := s.words.passage(i, nil)
	if len(list) != len(tokens) {
		return false
	}
	for k, w := range list {
		if string(s.words.word(w)) != tokens[k].Text {
			return false
		}
	}
	return true
}

// sameCodes reports whether the codes of a passage are those of its text.
func (s *shard) sameCodes(i uint32, text string, tokens []fold.Token) bool {
	return slices.Equal(s.words.surfaces(i), fold.Surfaces(nil, text, tokens))
}
