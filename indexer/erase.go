package indexer

import (
	"context"
	"errors"
	"path/filepath"

	"ibid/corpus"
	"ibid/internal/disk"
)

// eraseTries bounds how often Erase merges anew because documents were withdrawn meanwhile.
const eraseTries = 5

// Erase takes what is withdrawn from the files of the index too: every shard that holds a dead
// document is merged as by Compact, and no generation but the one in force stays on disk, nor
// what an interrupted build had finished. A reader that holds an older generation keeps it open
// until it lets go. What can be asked does not change. Errors are those of Compact; Locked also
// where documents are withdrawn faster than they can be erased.
func Erase(ctx context.Context, dir string, opt BuildOptions) (Info, error) {
	opt.erase = true
	for range eraseTries {
		if _, err := Compact(ctx, dir, opt); err != nil {
			return Info{}, err
		}
		g, err := eraseOthers(ctx, dir)
		if err != nil {
			return Info{}, err
		}
		if !g.hasDead() {
			return infoOf(g), nil
		}
	}
	return Info{}, corpus.Errorf(corpus.Locked, dir, "documents are withdrawn while others are erased").
		WithRemedy("run the command again when nothing else works on the index")
}

// hasDead reports whether a shard of the generation holds documents that are dead.
func (g *generation) hasDead() bool {
	for _, e := range g.Shards {
		if len(e.Dead) > 0 {
			return true
		}
	}
	return false
}

// eraseOthers removes all files of generations but the one in force, which it returns.
func eraseOthers(ctx context.Context, dir string) (*generation, error) {
	unlock, err := lockIndex(ctx, dir, lockTries)
	if err != nil {
		return nil, err
	}
	defer unlock()
	g, err := readGeneration(dir)
	if err != nil {
		return nil, err
	}
	numbers, err := generationNumbers(dir)
	if err != nil {
		return nil, err
	}
	for _, n := range numbers {
		if n != g.Number {
			err = errors.Join(err, disk.Remove(generationPath(dir, n)))
		}
	}
	return g, errors.Join(err, removeUnfinished(dir), disk.SyncDir(filepath.Join(dir, generationName)),
		disk.SyncDir(dir), cleanIndex(dir))
}
