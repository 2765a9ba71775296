package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"ibid/corpus"
	"ibid/internal/disk"
)

// configFile is the name of the file that makes a folder a corpus.
const configFile = "corpus.yaml"

// config is what corpus.yaml says.
type config struct {
	Name    string      `yaml:"name"`
	Sources []outlet    `yaml:"sources"`
	Fetch   fetchPolicy `yaml:"fetch"`
}

// configTemplate is what init writes: every key there is, with its meaning.
const configTemplate = `# A corpus of Ibid. Only this file, archive/ and registers/ are precious.
name: %s

# Outlets that "ibid fetch" visits. An id is lower case letters, digits and hyphens.
sources: []
#  - id: example-wire
#    publisher: Example Wire
#    urls:                       # pages
#      - https://wire.example/report
#    lists: [addresses.txt]      # files of this folder with an address a line
#    sitemaps:                   # sitemaps, indexes of them, or the robots.txt that names them
#      - https://wire.example/robots.txt
#    feeds:                      # RSS or Atom
#      - https://wire.example/feed
#    limit: 10000                # pages of the sitemaps and feeds together
#    crawl:
#      - from: https://wire.example/archive/
#        depth: 1                # links away from that page
#        limit: 100              # pages, that page among them
#        scope: host             # or path: its folder; or site: the host and all below it

fetch:
  # Say who you are and how to reach you: an e-mail or web address. Without one nothing is fetched.
  user_agent: "ibid/%s"
  # Between an answer of a host and the next request to it.
  delay: 1s
  # Hosts that are visited side by side.
  hosts: 8
  # Loopback and private addresses are refused unless this is true.
  allow_private: false
  # Ports of public addresses besides 80 and 443.
  ports: []
`

// loadConfig reads and validates the corpus.yaml of a corpus folder.
func loadConfig(dir string) (*config, error) {
	path := filepath.Join(dir, configFile)
	data, err := disk.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, corpus.Errorf(corpus.NotFound, path, "no corpus here").
			WithRemedy("make one with: ibid init " + dir)
	}
	if err != nil {
		return nil, corpus.Errorf(corpus.Unavailable, path, "%w", err)
	}
	return parseConfig(path, data)
}

// parseConfig reads the text of a corpus.yaml; path only names it in errors.
func parseConfig(path string, data []byte) (*config, error) {
	var c config
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil && !errors.Is(err, io.EOF) {
		return nil, yamlError(path, err)
	}
	if err := checkSources(path, c.Sources); err != nil {
		return nil, err
	}
	if err := checkPolicy(path, &c.Fetch); err != nil {
		return nil, err
	}
	return &c, nil
}

// yamlLine finds the line that the YAML reader blames.
var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// yamlUnknown is what the reader says of a key that there is not.
var yamlUnknown = regexp.MustCompile(`not found in type main\.\w+`)

// yamlError turns the YAML reader's error into one line with file and place.
func yamlError(path string, err error) error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		what := yamlUnknown.ReplaceAllString(m[2], "is unknown")
		what = strings.ReplaceAll(what, "main.", "")
		return corpus.Errorf(corpus.Invalid, path+":"+m[1], "%s", what).
			WithRemedy("correct that line; a fresh corpus.yaml from ibid init shows every key")
	}
	return corpus.Errorf(corpus.Invalid, path, "%w", err)
}
