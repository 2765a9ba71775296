package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/klauspost/compress/gzip"
	"golang.org/x/net/html/charset"

	"ibid/corpus"
)

// Caps on one file. The protocol of sitemaps allows 50 MB and 50,000 addresses.
const (
	MaxBytes   = 50 << 20 // of a sitemap or feed, gzip undone
	maxNamed   = 50_000   // addresses of one file; more are counted as left out
	maxEntries = 100_000  // entries that are looked at, whatever they hold
	maxElement = 4 << 20  // bytes of one tag, text or comment: 600,000 attributes cost 60 MB
	maxRatio   = 100      // of what gzip unpacks to, from 1 MiB on
	ratioFrom  = 1 << 20
)

// errEntries says that a file goes on beyond all measure.
var errEntries = fmt.Errorf("has more than %d entries", maxEntries)

// rationed reads until a ration is used up.
type rationed struct {
	from io.Reader
	left int
}

// Read reads from what is rationed.
func (r *rationed) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, fmt.Errorf("one element is longer than %d MiB", maxElement>>20)
	}
	n, err := r.from.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// Found is what a sitemap or feed names.
type Found struct {
	Pages    []string // each once, in the order of the file
	Sitemaps []string // of an index
	Feed     bool     // it is a feed; its pages may well stand elsewhere
	Skipped  int      // entries that are no address that can be fetched
	LeftOut  int      // addresses beyond 50,000
}

// Read reads a sitemap, an index of sitemaps or a feed, which it tells apart by their first
// element; text with an address a line is a sitemap too. Base is where it came from. What was
// read before an error is returned with it.
func Read(base string, data []byte) (Found, error) {
	at, err := url.Parse(base)
	if err != nil {
		return Found{}, corpus.Errorf(corpus.Invalid, base, "%w", err)
	}
	data, err = unzip(data)
	if err != nil {
		return Found{}, corpus.Errorf(corpus.Format, base, "%w", err)
	}
	r := &reader{home: at, seen: map[string]bool{}}
	if text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))); len(text) == 0 || text[0] != '<' {
		err = r.text(string(text))
	} else {
		err = r.xml(text)
	}
	if err != nil {
		return r.found, corpus.Errorf(corpus.Format, base, "%w", err).
			WithRemedy("name a sitemap, an RSS or an Atom feed; for the links of a page use crawl")
	}
	return r.found, nil
}

// unzip undoes gzip, where it is.
func unzip(data []byte) ([]byte, error) {
	if !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("gzip: %w", err)
	}
	var out bytes.Buffer
	most := min(int64(MaxBytes), max(int64(len(data))*maxRatio, ratioFrom))
	n, err := io.Copy(&out, io.LimitReader(z, most+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("gzip: %w", err)
	case n > most:
		return nil, fmt.Errorf("gzip unpacks to more than %d bytes", most)
	}
	return out.Bytes(), nil
}

// reader walks over the elements of a file. It holds no stack: what counts is the entry that is
// open and the element inside it.
type reader struct {
	base  *url.URL // what references of the entry in hand are relative to; nil in a sitemap
	home  *url.URL // and those of the file, if it is a feed
	seen  map[string]bool
	found Found

	entries int // that were looked at

	root  string
	entry xml.Name // url, sitemap, item or entry; empty between them
	inner string   // loc, link or guid, while its text is read
	chars strings.Builder
	link  string // of the entry
	guid  string
}

// text reads a list of addresses; a file of which nothing is one is no sitemap.
func (r *reader) text(s string) error {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			r.page(line)
		}
		if r.entries > maxEntries {
			return errEntries
		}
	}
	if len(r.found.Pages) == 0 && r.found.Skipped > 0 {
		return errors.New("is neither XML nor a list of addresses")
	}
	return nil
}

// xml reads elements one by one.
func (r *reader) xml(data []byte) error {
	in := &rationed{from: bytes.NewReader(data)}
	d := xml.NewDecoder(in)
	d.Strict, d.Entity, d.CharsetReader = false, xml.HTMLEntity, charset.NewReaderLabel
	for {
		in.left = maxElement
		t, err := d.RawToken()
		line, _ := d.InputPos()
		switch {
		case r.entries > maxEntries:
			return errEntries
		case err == io.EOF && r.root == "":
			return errors.New("has no element")
		case err == io.EOF && r.root != "/":
			return fmt.Errorf("breaks off at line %d", line)
		case err == io.EOF:
			return nil
		case err != nil:
			return fmt.Errorf("line %d: %w", line, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if err := r.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			r.end(t.Name)
		case xml.CharData:
			if r.inner != "" && r.chars.Len() <= maxURL {
				r.chars.Write(t)
			}
		}
	}
}

// start meets the beginning of an element.
func (r *reader) start(t xml.StartElement) error {
	name := t.Name.Local
	if r.root == "" {
		switch name {
		case "urlset", "sitemapindex":
		case "rss", "RDF", "feed":
			r.found.Feed = true
		default:
			return fmt.Errorf("is neither a sitemap nor a feed: its first element is %s", clip(name))
		}
		r.root = name
		r.home = based(r.home, t)
		return nil
	}
	switch {
	case name == "url" && r.root == "urlset", name == "sitemap" && r.root == "sitemapindex",
		name == "item" && (r.root == "rss" || r.root == "RDF"), name == "entry" && r.root == "feed":
		r.entry, r.link, r.guid, r.inner = t.Name, "", "", ""
		if r.found.Feed {
			r.base = based(r.home, t)
		}
	case r.entry.Local == "" || t.Name.Space != r.entry.Space:
		// of the file as a whole, or of an extension: image:loc, media:link
	case name == "link" && r.root == "feed":
		if rel := attr(t, "rel"); r.link == "" && (rel == "" || rel == "alternate") {
			r.link = attr(t, "href")
		}
	case name == "loc" || name == "link" || name == "guid" && attr(t, "isPermaLink") != "false":
		r.inner = name
		r.chars.Reset()
	}
	return nil
}

// end meets the end of an element.
func (r *reader) end(name xml.Name) {
	switch {
	case name.Local == r.root:
		r.root = "/"
	case r.inner != "" && name.Local == r.inner:
		text := strings.TrimSpace(r.chars.String())
		switch {
		case r.inner == "guid":
			r.guid = text
		case r.link == "":
			r.link = text
		}
		r.inner = ""
	case r.entry.Local != "" && name == r.entry:
		r.close()
	}
}

// close takes the address of an entry.
func (r *reader) close() {
	link := r.link
	if link == "" {
		link = r.guid
	}
	if r.entry.Local == "sitemap" {
		r.entries++
		if u, ok := resolve(r.base, link); ok && len(r.found.Sitemaps) < maxNamed {
			r.found.Sitemaps = append(r.found.Sitemaps, u)
		} else {
			r.found.Skipped++
		}
	} else {
		r.page(link)
	}
	r.entry = xml.Name{}
}

// page takes one address of a page.
func (r *reader) page(ref string) {
	r.entries++
	u, ok := resolve(r.base, ref)
	switch {
	case !ok:
		r.found.Skipped++
	case r.seen[u]:
	case len(r.found.Pages) >= maxNamed:
		r.found.LeftOut++
	default:
		r.seen[u] = true
		r.found.Pages = append(r.found.Pages, u)
	}
}

// based is a base after the xml:base of an element.
func based(base *url.URL, t xml.StartElement) *url.URL {
	for _, a := range t.Attr {
		if a.Name.Space == "xml" && a.Name.Local == "base" {
			if u, err := base.Parse(a.Value); err == nil {
				return u
			}
		}
	}
	return base
}

// attr is the value of an attribute without prefix.
func attr(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
