package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"ibid/corpus"
	"ibid/internal/source"
)

// outlet is a source of corpus.yaml with what fetch visits of it.
type outlet struct {
	ID        string   `yaml:"id"`
	Publisher string   `yaml:"publisher"`
	URLs      []string `yaml:"urls"`     // pages
	Lists     []string `yaml:"lists"`    // files with an address a line, from the corpus folder
	Sitemaps  []string `yaml:"sitemaps"` // sitemaps, their indexes, or a robots.txt that names them
	Feeds     []string `yaml:"feeds"`    // RSS or Atom
	Crawl     []crawl  `yaml:"crawl"`
	Limit     int      `yaml:"limit"` // pages that sitemaps and feeds may name together
}

// crawl follows links from a page.
type crawl struct {
	From  string `yaml:"from"`
	Depth int    `yaml:"depth"` // links away from the first page
	Limit int    `yaml:"limit"` // pages, the first one among them
	Scope string `yaml:"scope"` // path, host or site
}

// fetchPolicy says how fetch behaves towards others.
type fetchPolicy struct {
	UserAgent    string        `yaml:"user_agent"`
	Delay        time.Duration `yaml:"delay"`
	Hosts        int           `yaml:"hosts"` // visited side by side
	AllowPrivate bool          `yaml:"allow_private"`
	Ports        []uint16      `yaml:"ports"` // besides 80 and 443
}

// What holds where corpus.yaml is silent, and what it may not ask for.
const (
	defaultHosts      = 8
	mostHosts         = 64
	defaultLimit      = 10_000 // of a source
	defaultCrawlDepth = 1
	defaultCrawlLimit = 100
	mostPages         = 1_000_000
	mostDepth         = 100
)

// sourceID is the form of a source's id.
var sourceID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*$`)

// checkSources holds the sources of a corpus.yaml against the rules and fills in what they leave
// open; path only names the file in errors.
func checkSources(path string, sources []outlet) error {
	seen := map[string]bool{}
	for i := range sources {
		s, at := &sources[i], fmt.Sprintf("%s: sources[%d]", path, i)
		if !sourceID.MatchString(s.ID) {
			return corpus.Errorf(corpus.Invalid, at+".id", "%q is not an id", s.ID).
				WithRemedy("use lower case letters, digits and hyphens")
		}
		if seen[s.ID] {
			return corpus.Errorf(corpus.Invalid, at+".id", "%q is used twice", s.ID)
		}
		seen[s.ID] = true
		for _, part := range []struct {
			name string
			urls []string
		}{{"urls", s.URLs}, {"sitemaps", s.Sitemaps}, {"feeds", s.Feeds}} {
			for j, raw := range part.urls {
				if err := checkURL(fmt.Sprintf("%s.%s[%d]", at, part.name, j), raw); err != nil {
					return err
				}
			}
		}
		if err := within(at+".limit", &s.Limit, defaultLimit, mostPages); err != nil {
			return err
		}
		for j := range s.Crawl {
			if err := s.Crawl[j].check(fmt.Sprintf("%s.crawl[%d]", at, j)); err != nil {
				return err
			}
		}
	}
	return nil
}

// check holds a crawl against the rules and fills in what it leaves open.
func (c *crawl) check(at string) error {
	if err := checkURL(at+".from", c.From); err != nil {
		return err
	}
	if _, err := source.NewScope(c.From, c.Scope); err != nil {
		return corpus.Errorf(corpus.Invalid, at+".scope", "%w", err)
	}
	if err := within(at+".depth", &c.Depth, defaultCrawlDepth, mostDepth); err != nil {
		return err
	}
	return within(at+".limit", &c.Limit, defaultCrawlLimit, mostPages)
}

// checkPolicy holds how to fetch against the rules and fills in what it leaves open.
func checkPolicy(path string, p *fetchPolicy) error {
	if p.Delay < 0 {
		return corpus.Errorf(corpus.Invalid, path+": fetch.delay", "%v is negative", p.Delay)
	}
	for i, port := range p.Ports {
		if port == 0 {
			return corpus.Errorf(corpus.Invalid, fmt.Sprintf("%s: fetch.ports[%d]", path, i), "0 is not a port")
		}
	}
	return within(path+": fetch.hosts", &p.Hosts, defaultHosts, mostHosts)
}

// within puts a default in the place of 0 and refuses what is negative or too large.
func within(at string, n *int, otherwise, most int) error {
	if *n == 0 {
		*n = otherwise
	}
	if *n < 0 || *n > most {
		return corpus.Errorf(corpus.Invalid, at, "%d is not between 1 and %d", *n, most)
	}
	return nil
}

func checkURL(at, raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return corpus.Errorf(corpus.Invalid, at, "%q is not an http or https address", raw)
	}
	return nil
}

// list reads the j-th list of the i-th source.
func (s *site) list(i, j int) ([]string, error) {
	path := s.cfg.Sources[i].Lists[j]
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.dir, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, corpus.Errorf(corpus.NotFound, fmt.Sprintf("%s: sources[%d].lists[%d]", configFile, i, j), "%w", err).
			WithRemedy("the path counts from the folder of the corpus")
	}
	return source.List(path, data)
}
