package indexer

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"ibid/internal/disk"
)

// VerifyPart checks the generation in force in dir by its manifests and sizes, and the content of
// those files alone whose number, counted over all from 0, has picks. It returns what it found, as
// Verify does.
func VerifyPart(ctx context.Context, dir string, has func(i int) bool) []error {
	g, err := readGeneration(dir)
	if err != nil {
		return []error{err}
	}
	var found []error
	note := func(err error) { found = append(found, err) }
	i := 0
	for _, e := range g.Shards {
		m, err := readManifest(dir, e)
		if err == nil {
			err = m.complete(filepath.Join(dir, shardsName, e.Name, manifestName), e)
		}
		if err != nil {
			note(err)
			continue
		}
		folder := filepath.Join(dir, shardsName, e.Name)
		checkFiles(folder, m, false, note)
		part := *m
		part.Files = nil
		for _, f := range m.Files {
			if has(i) {
				part.Files = append(part.Files, f)
			}
			i++
		}
		checkFiles(folder, &part, true, note)
		if err := ctx.Err(); err != nil {
			return append(found, err)
		}
	}
	return found
}

// Orphans lists what lies in the folder of an index, as names with slashes, and no generation, lock
// or build at work speaks of. The next build or update removes most of it.
func Orphans(dir string) ([]string, error) {
	g, err := readGeneration(dir)
	if err != nil {
		return nil, err
	}
	numbers, err := generationNumbers(dir)
	if err != nil {
		return nil, err
	}
	shards := map[string]bool{buildingName: true}
	for _, s := range readUnfinished(dir).Shards {
		shards[s.Name] = true
	}
	for _, n := range numbers {
		if g, err := loadGeneration(dir, n, ""); err == nil && n+kept > g.Number {
			for _, s := range g.Shards {
				shards[s.Name] = true
			}
		}
	}
	var out []string
	top := []string{currentName, lockName, compactLock, unfinishedName, shardsName, generationName, compactingName}
	for _, part := range []struct {
		folder string
		known  func(string) bool
	}{
		{"", func(name string) bool { return slices.Contains(top, strings.TrimSuffix(name, ".tmp")) }},
		{shardsName, func(name string) bool { return shards[name] }},
	} {
		names, err := disk.List(filepath.Join(dir, part.folder))
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if !part.known(name) {
				out = append(out, filepath.ToSlash(filepath.Join(part.folder, name)))
			}
		}
	}
	return append(out, foreignFiles(dir, g)...), nil
}

// foreignFiles lists files in the folders of shards in force that no manifest names.
func foreignFiles(dir string, g *generation) (out []string) {
	for _, e := range g.Shards {
		names, err := disk.List(filepath.Join(dir, shardsName, e.Name))
		if err != nil {
			continue // that it is missing is a finding of Verify
		}
		for _, name := range names {
			if name != manifestName && !slices.Contains(shardFiles(), name) {
				out = append(out, filepath.ToSlash(filepath.Join(shardsName, e.Name, name)))
			}
		}
	}
	return out
}
