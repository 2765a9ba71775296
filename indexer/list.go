package indexer

import (
	"path/filepath"
	"slices"
	"strings"

	"ibid/internal/disk"
)

// Files lists the files of the generation in force, as names within dir with slashes, in an order
// in which they can be copied: each after those that it vouches for, CURRENT last, which comes
// with its content, as the next generation replaces it. All others are never changed; they may be
// removed once two generations have followed. NotFound where no index was ever built.
func Files(dir string) (names []string, current []byte, err error) {
	g, err := readGeneration(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range g.Shards {
		m, err := readManifest(dir, e)
		if err != nil {
			return nil, nil, err
		}
		for _, f := range m.Files {
			names = append(names, filepath.ToSlash(filepath.Join(shardsName, e.Name, f.Name)))
		}
		names = append(names, filepath.ToSlash(filepath.Join(shardsName, e.Name, manifestName)))
	}
	rel, err := filepath.Rel(dir, generationPath(dir, g.Number))
	if err != nil {
		return nil, nil, err
	}
	current, err = disk.ReadFile(filepath.Join(dir, currentName))
	if err != nil {
		return nil, nil, err
	}
	if again, err := readGeneration(dir); err != nil || again.Number != g.Number {
		return Files(dir)
	}
	return slices.Concat(names, []string{strings.ReplaceAll(rel, "\\", "/"), currentName}), current, nil
}
