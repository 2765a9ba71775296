package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"ibid/corpus"
)

// configFile is the name of the file that makes a folder a corpus.
const configFile = "corpus.yaml"

// config is what corpus.yaml says.
type config struct {
	Name    string      `yaml:"name"`
	Sources []source    `yaml:"sources"`
	Fetch   fetchPolicy `yaml:"fetch"`
}

// source is an outlet with the addresses that fetch visits.
type source struct {
	ID        string   `yaml:"id"`
	Publisher string   `yaml:"publisher"`
	URLs      []string `yaml:"urls"`
}

// fetchPolicy says how fetch behaves towards others.
type fetchPolicy struct {
	UserAgent    string        `yaml:"user_agent"`
	Delay        time.Duration `yaml:"delay"`
	AllowPrivate bool          `yaml:"allow_private"`
}

// configTemplate is what init writes: every key there is, with its meaning.
const configTemplate = `# A corpus of Ibid. Only this file, archive/ and registers/ are precious.
name: %s

# Outlets that "ibid fetch" visits. An id is lower case letters, digits and hyphens.
sources: []
#  - id: example-wire
#    publisher: Example Wire
#    urls:
#      - https://wire.example/report

fetch:
  # Say who you are and how to reach you.
  user_agent: "ibid/%s"
  # Between two requests to one host.
  delay: 1s
  # Loopback and private addresses are refused unless this is true.
  allow_private: false
`

// loadConfig reads and validates the corpus.yaml of a corpus folder.
func loadConfig(dir string) (*config, error) {
	path := filepath.Join(dir, configFile)
	data, err := os.ReadFile(path)
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
	seen := map[string]bool{}
	for i, s := range c.Sources {
		at := fmt.Sprintf("%s: sources[%d]", path, i)
		if !sourceID.MatchString(s.ID) {
			return nil, corpus.Errorf(corpus.Invalid, at+".id", "%q is not an id", s.ID).
				WithRemedy("use lower case letters, digits and hyphens")
		}
		if seen[s.ID] {
			return nil, corpus.Errorf(corpus.Invalid, at+".id", "%q is used twice", s.ID)
		}
		seen[s.ID] = true
		for j, raw := range s.URLs {
			u, err := url.Parse(raw)
			if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
				return nil, corpus.Errorf(corpus.Invalid, fmt.Sprintf("%s.urls[%d]", at, j),
					"%q is not an http or https address", raw)
			}
		}
	}
	if c.Fetch.Delay < 0 {
		return nil, corpus.Errorf(corpus.Invalid, path+": fetch.delay", "%v is negative", c.Fetch.Delay)
	}
	return &c, nil
}

// sourceID is the form of a source's id.
var sourceID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// yamlLine finds the line that the YAML reader blames.
var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// yamlError turns the YAML reader's error into one line with file and place.
func yamlError(path string, err error) error {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		what := strings.Replace(m[2], "not found in type main.config", "is unknown", 1)
		what = strings.ReplaceAll(what, "main.", "")
		return corpus.Errorf(corpus.Invalid, path+":"+m[1], "%s", what).
			WithRemedy("correct that line; a fresh corpus.yaml from ibid init shows every key")
	}
	return corpus.Errorf(corpus.Invalid, path, "%w", err)
}
