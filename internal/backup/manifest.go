package backup

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/internal/disk"
)

// ManifestName is the file of a copy that names all others.
const ManifestName = "backup.json"

// manifestFormat is the form of backup.json.
const manifestFormat = 1

// manifest is backup.json.
type manifest struct {
	Format   int              `json:"format"`
	Complete bool             `json:"complete"`
	Files    map[string]entry `json:"files"`           // by name, with slashes
	Stale    []string         `json:"stale,omitempty"` // to be removed once the copy is complete
}

// entry is a file of a copy.
type entry struct {
	Size     int64  `json:"size"`
	SHA256   string `json:"sha256"`
	Modified int64  `json:"modified,omitempty"` // of the original, in nanoseconds; 0 where that says nothing
}

// readManifest reads the backup.json of a folder; NotFound when there is none.
func readManifest(dir string) (*manifest, error) {
	name := filepath.Join(dir, ManifestName)
	b, err := disk.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, corpus.Errorf(corpus.NotFound, dir, "there is no backup here").
			WithRemedy("make one with: ibid backup " + dir)
	}
	if err != nil {
		return nil, corpus.Errorf(corpus.Unavailable, name, "%w", err)
	}
	return parseManifest(name, b)
}

// parseManifest reads the text of a backup.json; name only names it in errors.
func parseManifest(name string, b []byte) (*manifest, error) {
	var m manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, corpus.Errorf(corpus.Corrupt, name, "it cannot be read: %w", err)
	}
	if m.Format != manifestFormat {
		return nil, corpus.Errorf(corpus.Invalid, name, "it is of format %d, this program reads %d", m.Format,
			manifestFormat)
	}
	for file, e := range m.Files {
		if hash, err := hex.DecodeString(e.SHA256); err != nil || len(hash) != 32 || e.Size < 0 || !inside(file) {
			return nil, corpus.Errorf(corpus.Corrupt, name, "its entry %q is not valid", file)
		}
	}
	if i := slices.IndexFunc(m.Stale, func(s string) bool { return !inside(s) }); i >= 0 {
		return nil, corpus.Errorf(corpus.Corrupt, name, "its entry %q is not valid", m.Stale[i])
	}
	if m.Files == nil {
		m.Files = map[string]entry{}
	}
	return &m, nil
}

// inside reports whether a name stays within the folder it is joined to.
func inside(name string) bool {
	return name != "" && name != ManifestName && path.Clean(name) == name && filepath.IsLocal(filepath.FromSlash(name)) &&
		!strings.ContainsAny(name, "\\\x00")
}

// write puts a manifest in place.
func (m *manifest) write(dir string) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return corpus.Errorf(corpus.Internal, ManifestName, "%w", err)
	}
	name := filepath.Join(dir, ManifestName)
	if err := disk.Replace(name, append(b, '\n')); err != nil {
		return corpus.Errorf(corpus.Unavailable, name, "%w", err)
	}
	return nil
}

// Files lists the files of a complete copy, each with the hash that it has to have, in order of
// name. Errors: NotFound without a copy, Invalid for one that is not complete, Corrupt.
func Files(dir string) ([]File, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	if !m.Complete {
		return nil, corpus.Errorf(corpus.Invalid, dir, "the backup was interrupted and is not complete").
			WithRemedy("run ibid backup again to complete it")
	}
	var files []File
	for name, e := range m.Files {
		files = append(files, File{Name: name, Size: e.Size, SHA256: e.SHA256})
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}
