package main

import (
	"path/filepath"

	"ibid/corpus"
)

// site is an open corpus folder: its configuration and where its parts lie.
type site struct {
	dir string
	cfg *config
}

// openSite reads the configuration of a corpus folder.
func openSite(dir string) (*site, error) {
	cfg, err := loadConfig(dir)
	if err != nil {
		return nil, err
	}
	return &site{dir: dir, cfg: cfg}, nil
}

func (s *site) indexDir() string { return filepath.Join(s.dir, "index") }
func (s *site) registerDir() string {
	return filepath.Join(s.dir, "registers")
}

// publisherOf gives the publisher that corpus.yaml names for a source; empty if none.
func (s *site) publisherOf(id string) string {
	for _, src := range s.cfg.Sources {
		if src.ID == id {
			return src.Publisher
		}
	}
	return ""
}

// passageID checks an id that was typed.
func passageID(arg string) (corpus.PassageID, error) {
	id := corpus.PassageID(arg)
	return id, id.Validate()
}
