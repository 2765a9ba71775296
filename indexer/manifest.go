package indexer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/internal/disk"
)

// The folder of an index:
//
//	CURRENT                four lines: "ibid index 2", "generation N", the sha256 of
//	                       generations/N.json, and the sha256 of the three lines before
//	generations/N.json     a generation: its shards, each with the sha256 of its manifest
//	shards/H/MANIFEST.json the files of a shard, each with size and sha256; H is the first
//	                       32 digits of the manifest's own sha256
//	shards/H/…             the files
//	LOCK                   held by the process that builds or updates
//	UNFINISHED.json        the shards so far of a build that goes on, or was interrupted
//	compacting/            shards that a compaction writes; LOCK.compact is held meanwhile
//
// So each file is vouched for by another, up to CURRENT, which vouches for itself. Nothing in
// these files is a time or a path of the machine: equal input gives equal bytes.

// Names within an index.
const (
	currentName    = "CURRENT"
	lockName       = "LOCK"
	compactLock    = "LOCK.compact"
	manifestName   = "MANIFEST.json"
	shardsName     = "shards"
	generationName = "generations"
	buildingName   = "building" // a shard that is being written, within shards/
	compactingName = "compacting"
)

// Names of the files of a shard.
const (
	textZap      = "text.zap"
	wordsCol     = "words.col"
	pairsCol     = "pairs.col"
	facetsCol    = "facets.col"
	eventsCol    = "events.col"
	idsCol       = "ids.col"
	textsCol     = "texts.col"     // of the text of each passage what its words do not tell
	passagesCol  = "passages.col"  // each passage as JSON, without its text and its ids
	documentsCol = "documents.col" // each document as JSON, without blocks
)

// shardFiles lists the files of a shard in the order of the manifest.
func shardFiles() []string {
	return []string{
		documentsCol, eventsCol, facetsCol, idsCol, pairsCol, passagesCol, textZap, textsCol, wordsCol,
	}
}

// fileEntry vouches for one file.
type fileEntry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// manifest is MANIFEST.json of a shard.
type manifest struct {
	Format    int               `json:"format"`
	Versions  map[string]string `json:"versions"`
	Documents int               `json:"documents"`
	Passages  int               `json:"passages"`
	Words     int               `json:"words"` // of all passages, repeats counted
	Files     []fileEntry       `json:"files"`
}

// shardEntry names a shard of a generation.
type shardEntry struct {
	Name      string              `json:"name"`
	Manifest  string              `json:"manifest"` // sha256 of MANIFEST.json
	Documents int                 `json:"documents"`
	Passages  int                 `json:"passages"`
	Dead      []corpus.DocumentID `json:"dead,omitempty"`    // tombstones, in order
	Renamed   []renamed           `json:"renamed,omitempty"` // what follows from Dead, in order
}

// generation is generations/N.json. Documents and Passages count what is live.
type generation struct {
	Format    int               `json:"format"`
	Number    int               `json:"generation"`
	Corpus    string            `json:"corpus"`  // version of the corpus
	Content   string            `json:"content"` // hash over the shards' manifests
	Versions  map[string]string `json:"versions"`
	Documents int               `json:"documents"`
	Passages  int               `json:"passages"`
	Shards    []shardEntry      `json:"shards"`

	sum string // sha256 of the file it was read from
}

// versions joins what the caller says of extraction and tagging with our own.
func versions(given map[string]string) map[string]string {
	m := map[string]string{"format": fmt.Sprint(formatVersion), "fold": fold.Version}
	for k, v := range given {
		m[k] = v
	}
	return m
}

// encode gives the bytes of a manifest or generation.
func encode(v any) ([]byte, error) {
	b, err := json.MarshalIndent(v, "", "  ")
	return append(b, '\n'), err
}

// decode reads what encode gave; unknown fields and other formats are refused.
func decode(path string, b []byte, v any, format func() int) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return damaged(path, "%w", err)
	}
	if n := format(); n != formatVersion {
		return damaged(path, "has format %d, this program reads %d", n, formatVersion)
	}
	return nil
}

// readCurrent gives the number of the generation in force and the sha256 of its file.
// Without any index the error is NotFound.
func readCurrent(dir string) (number int, sum string, err error) {
	path := filepath.Join(dir, currentName)
	b, err := disk.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, "", absent(dir, path)
	}
	if err != nil {
		return 0, "", err
	}
	lines := strings.Split(string(b), "\n")
	if len(lines) != 5 || lines[4] != "" {
		return 0, "", damaged(path, "does not have four lines")
	}
	if lines[3] != hashBytes([]byte(strings.Join(lines[:3], "\n")+"\n")) {
		return 0, "", damaged(path, "is not as it was written")
	}
	if lines[0] != currentHead() {
		return 0, "", damaged(path, "begins with %q, this program reads %q", lines[0], currentHead())
	}
	if _, err := fmt.Sscanf(lines[1], "generation %d", &number); err != nil {
		return 0, "", damaged(path, "names no generation")
	}
	return number, lines[2], nil
}

// absent tells an index that was never made from one that lost its CURRENT.
func absent(dir, path string) error {
	if olds, err := generationNumbers(dir); err == nil && len(olds) > 0 {
		return damaged(path, "is missing, though there are generations")
	}
	return corpus.Errorf(corpus.NotFound, dir, "there is no index").WithRemedy(remedyRebuild)
}

// currentHead is the first line of CURRENT.
func currentHead() string { return fmt.Sprintf("ibid index %d", formatVersion) }

// writeCurrent puts a generation in force.
func writeCurrent(dir string, number int, sum string) error {
	body := fmt.Sprintf("%s\ngeneration %d\n%s\n", currentHead(), number, sum)
	body += hashBytes([]byte(body)) + "\n"
	return disk.Replace(filepath.Join(dir, currentName), []byte(body))
}

// generationPath is the file of a generation.
func generationPath(dir string, number int) string {
	return filepath.Join(dir, generationName, fmt.Sprintf("%d.json", number))
}

// readGeneration reads the generation in force and checks it against CURRENT.
func readGeneration(dir string) (*generation, error) {
	number, sum, err := readCurrent(dir)
	if err != nil {
		return nil, err
	}
	g, err := loadGeneration(dir, number, sum)
	if err == nil && g.Number != number {
		err = damaged(generationPath(dir, number), "calls itself generation %d", g.Number)
	}
	return g, err
}

// loadGeneration reads a generation's file; an empty sum is not checked.
func loadGeneration(dir string, number int, sum string) (*generation, error) {
	path := generationPath(dir, number)
	b, err := disk.ReadFile(path)
	if err != nil {
		return nil, damaged(path, "%w", unwrapPath(err))
	}
	g := &generation{sum: hashBytes(b)}
	if sum != "" && g.sum != sum {
		return nil, damaged(path, "is not the file that %s vouches for", currentName)
	}
	return g, decode(path, b, g, func() int { return g.Format })
}

// readManifest reads the manifest of a shard and checks it against the generation.
func readManifest(dir string, e shardEntry) (*manifest, error) {
	path := filepath.Join(dir, shardsName, e.Name, manifestName)
	b, err := disk.ReadFile(path)
	if err != nil {
		return nil, damaged(path, "%w", unwrapPath(err))
	}
	if hashBytes(b) != e.Manifest {
		return nil, damaged(path, "is not the file that the generation vouches for")
	}
	m := &manifest{}
	return m, decode(path, b, m, func() int { return m.Format })
}

// unwrapPath drops the path from an error that is told with its path anyway.
func unwrapPath(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// checkFiles compares the files of a shard with its manifest: sizes, and hashes when full.
// It calls bad with each file at fault and its error, and returns the bytes not hashed.
func checkFiles(folder string, m *manifest, full bool, bad func(error)) (unhashed int64) {
	for _, f := range m.Files {
		path := filepath.Join(folder, f.Name)
		st, err := disk.Stat(path)
		switch {
		case err != nil:
			bad(damaged(path, "%w", unwrapPath(err)))
			continue
		case st.Size() != f.Size:
			bad(damaged(path, "has %d bytes, the manifest says %d", st.Size(), f.Size))
			continue
		case !full:
			unhashed += f.Size
			continue
		}
		sum, _, err := hashFile(path)
		if err != nil {
			bad(damaged(path, "%w", unwrapPath(err)))
		} else if sum != f.SHA256 {
			bad(damaged(path, "is not as it was written%s", whichSection(path)))
		}
	}
	return unhashed
}

// whichSection names the section at fault in a damaged column, for the reader of the error.
func whichSection(path string) string {
	c, err := openColumn(path)
	if err != nil {
		return ""
	}
	defer c.close()
	if s := c.badSection(); s != "" {
		return fmt.Sprintf(" (section %q)", s)
	}
	return ""
}
