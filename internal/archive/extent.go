package archive

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"ibid/corpus"
	"ibid/internal/disk"
)

// Extent is what of a file of the archive is safe: its first bytes, which stay as they are until a
// purge. A file whose content is made from others comes with it.
type Extent struct {
	Name string // within the corpus folder, with slashes
	Size int64
	Data []byte // nil: to be read from the file
}

// Extents lists the files of the archive of a corpus folder, with as much of each as the journal
// acknowledges now; a writer may be at work. Purges counts the purges there were: while it stays,
// what is listed stays. The journal comes last. Errors are those of Open.
func Extents(dir string) (list []Extent, purges int, err error) {
	folder := filepath.Join(dir, folderName)
	beside := &Store{dir: folder, opt: Options{ReadOnly: true}}
	if err := beside.settlePurge(); err != nil {
		return nil, 0, err
	}
	path := filepath.Join(folder, journalName)
	j, _, err := readJournal(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, corpus.Errorf(corpus.NotFound, dir, "there is no corpus here").
			WithRemedy("make one with: ibid init " + dir)
	}
	if err == nil {
		err = j.err(path)
	}
	if err != nil {
		return nil, 0, err
	}
	ends := map[int]int64{}
	for _, e := range j.entries {
		ends[e.Segment] = max(ends[e.Segment], e.end())
	}
	for _, n := range sortedKeys(ends) {
		list = append(list, Extent{Name: folderName + "/" + segmentName(n), Size: ends[n]})
	}
	torn, err := disk.List(filepath.Join(folder, tornName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, 0, deviceError(tornName, "list", err)
	}
	for _, name := range torn {
		st, err := disk.Stat(filepath.Join(folder, tornName, name))
		if err != nil {
			return nil, 0, deviceError(name, "look at", err)
		}
		list = append(list, Extent{Name: fmt.Sprintf("%s/%s/%s", folderName, tornName, name), Size: st.Size()})
	}
	index := renderIndex(j)
	return slices.Concat(list, []Extent{
		{Name: folderName + "/" + indexName, Size: int64(len(index)), Data: index},
		{Name: folderName + "/" + journalName, Size: j.good},
	}), j.purges, nil
}
