package indexer

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/disk"
)

// kept is how many generations stay on disk: the one in force and the one before, which
// readers may still hold.
const kept = 2

// generationNumbers lists the generations on disk, lowest first.
func generationNumbers(dir string) ([]int, error) {
	names, err := disk.List(filepath.Join(dir, generationName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var list []int
	for _, name := range names {
		s, ok := strings.CutSuffix(name, ".json")
		if n, err := strconv.Atoi(s); ok && err == nil && n > 0 {
			list = append(list, n)
		}
	}
	sort.Ints(list)
	return list, nil
}

// cleanIndex removes what no kept generation names: debris of builds that were killed, and
// shards of generations before. An index without CURRENT is left as it is, but for a shard
// half written.
func cleanIndex(dir string) error {
	err := errors.Join(disk.Remove(filepath.Join(dir, shardsName, buildingName)),
		cleanCompaction(dir))
	if err != nil {
		return err
	}
	current, _, err := readCurrent(dir)
	if err != nil {
		return nil // nothing in force, or in doubt: the build that comes puts it right
	}
	numbers, err := generationNumbers(dir)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	for _, s := range readUnfinished(dir).Shards {
		needed[s.Name] = true
	}
	left := kept
	for i := len(numbers) - 1; i >= 0; i-- {
		n := numbers[i]
		g, err := loadGeneration(dir, n, "")
		if n > current || left == 0 || err != nil && n != current {
			if err := disk.Remove(generationPath(dir, n)); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return nil // the one in force is damaged; touch nothing it may name
		}
		left--
		for _, s := range g.Shards {
			needed[s.Name] = true
		}
	}
	return removeOthers(filepath.Join(dir, shardsName), needed)
}

// cleanCompaction removes what a compaction that was killed has left.
func cleanCompaction(dir string) error {
	folder := filepath.Join(dir, compactingName)
	if _, err := disk.Stat(folder); err != nil {
		return nil
	}
	unlock, err := lockFile(dir, compactLock, "compacting")
	if err != nil {
		return nil // one is at work
	}
	defer unlock()
	return disk.Remove(folder)
}

// A compaction holds the lock of an index for its swap alone, which others wait for: a second,
// at a million passages. Longer than two seconds only a build or an update holds it.
const (
	lockPause = 20 * time.Millisecond
	lockTries = 100
)

// lockIndex takes the lock of those who put generations in force. It tries so many times,
// without end when tries is negative; the error then is Locked, or that of ctx.
func lockIndex(ctx context.Context, dir string, tries int) (unlock func(), err error) {
	for {
		unlock, err = lockFile(dir, lockName, "building")
		if tries--; tries == 0 || corpus.KindOf(err) != corpus.Locked || err == nil {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockPause):
		}
	}
}

// removeOthers removes the folders of a folder that are not needed.
func removeOthers(dir string, needed map[string]bool) error {
	names, err := disk.List(dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if !needed[name] {
			if err := disk.Remove(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}
