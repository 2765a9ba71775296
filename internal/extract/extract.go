package extract

import (
	"net/url"
	"path"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"ibid/corpus"
)

// Version names what this package makes of a page. It changes with every change of the text,
// the blocks or the notes of any page, so that an index can tell by what it was made.
const Version = "3"

// MaxBody is the largest body that is read, in bytes.
const MaxBody = 10 << 20

// splitRemedy is what to do about a page beyond the bounds.
const splitRemedy = "split the page, or save its text as .txt and add that"

// Options are what extraction needs from its caller. The zero value leaves notes without
// citation records.
type Options struct {
	Resolve func(*corpus.Note) // reads the citation records out of a note
}

// withDefaults fills in what was left out.
func (o Options) withDefaults() Options {
	if o.Resolve == nil {
		o.Resolve = func(*corpus.Note) {}
	}
	return o
}

// Extract makes a document of a capture and its body: main text in blocks with byte runs,
// metadata with what witnessed it, and notes. An error of kind Format says that the body is
// no page or text, one of kind Invalid that it is beyond the bounds.
func Extract(c corpus.Capture, body []byte, opt Options) (*corpus.Document, error) {
	opt = opt.withDefaults()
	if len(body) > MaxBody {
		return nil, corpus.Errorf(corpus.Invalid, c.URL, "a body of %d bytes, above the cap of %d",
			len(body), MaxBody).WithRemedy(splitRemedy)
	}
	kind, err := sniff(c, body)
	if err != nil {
		return nil, err
	}
	src, by := decodeBody(body, c.Charset, kind == markup)
	d := newDocument(c, src, by)
	if d.MediaType == "" {
		d.MediaType = kind.mediaType()
	}
	switch kind {
	case prose:
		extractPlain(d, src)
	case markdownText:
		extractMarkdown(d, src)
	default:
		if _, err := readPage(d, src); err != nil {
			return nil, corpus.Errorf(corpus.KindOf(err), c.URL, "%w", err)
		}
	}
	for i := range d.Notes {
		opt.Resolve(&d.Notes[i])
	}
	return d, nil
}

// newDocument fills in what the capture and the decoding say.
func newDocument(c corpus.Capture, src *decoded, by string) *corpus.Document {
	d := &corpus.Document{
		ID:        corpus.DocumentIDOf(c.URL),
		URL:       corpus.NormalizeURL(c.URL),
		Snapshot:  c.Snapshot,
		Captured:  c.At,
		Source:    c.SourceID(),
		MediaType: c.MediaType,
		Charset:   src.dec.name,
		CharsetBy: by,
		Repaired:  src.repaired,
		Witness:   map[string]string{},
		Extractor: Version,
	}
	if c.FinalURL != "" && corpus.NormalizeURL(c.FinalURL) != d.URL {
		d.FinalURL = corpus.NormalizeURL(c.FinalURL)
	}
	return d
}

// page is an HTML page on its way to a document.
type page struct {
	doc    *corpus.Document
	src    *decoded
	tree   *tree
	find   *goquery.Document
	base   *url.URL                 // what links are relative to; nil when not known
	ids    map[string]*html.Node    // first element of each id or name
	notes  map[string]*html.Node    // note elements by their id
	marks  map[*html.Node][]string  // elements that are note marks, with the ids of their notes
	tables map[*html.Node]bool      // whether a table holds data
	drop   map[*html.Node]string    // note elements, with their ids: no main text
	copied bool                     // an encyclopedia article on another site
	loose  []corpus.NoteMark        // marks with no text of the page to stand in
	order  []string                 // ids of notes as they stand in the page
	nested map[string][]string      // marks inside a note, by its id
	labels map[string]string        // what the first mark of a note shows, by note id
	places map[*html.Node]int       // order of the page; made on first use
	weight map[*html.Node]*measured // sizes of elements, for the choice of the main text
	skips  map[*html.Node]bool      // what articleSkip answered

	named map[string]named // what nameOf answered, by class and id

	trusting bool // names make no element furniture: by them too little of the page was left
}

// readPage fills a document from a page of HTML.
func readPage(d *corpus.Document, src *decoded) (*page, error) {
	t, err := parse(src)
	if err != nil {
		return nil, err
	}
	reveal(t.root)
	p := newPage(d, src, t)
	p.base = p.baseURL()
	p.metadata()
	p.collectNotes()
	if root := p.encyclopedia(); root != nil {
		d.Kind = "encyclopedia"
		p.blocks(p.wikiBlocks(root))
	} else {
		d.Kind = "article"
		p.blocks(p.articleBlocks())
	}
	p.settleTitle()
	p.fillNotes()
	p.settleLanguage()
	return p, nil
}

// newPage makes a page that is parsed and nothing else.
func newPage(d *corpus.Document, src *decoded, t *tree) *page {
	return &page{doc: d, src: src, tree: t, find: goquery.NewDocumentFromNode(t.root),
		ids: map[string]*html.Node{}, notes: map[string]*html.Node{}, marks: map[*html.Node][]string{},
		tables: map[*html.Node]bool{}, drop: map[*html.Node]string{}, nested: map[string][]string{},
		labels: map[string]string{}}
}

// blocks puts the chosen blocks into the document.
func (p *page) blocks(list []*found) {
	p.doc.Blocks = make([]corpus.Block, 0, len(list))
	for _, f := range list {
		p.doc.Blocks = append(p.doc.Blocks, f.Block)
	}
}

// baseURL is the address that the links of the page are relative to.
func (p *page) baseURL() *url.URL {
	raw := p.doc.FinalURL
	if raw == "" {
		raw = p.doc.URL
	}
	base, err := url.Parse(raw)
	if err != nil || base.Host == "" {
		base = nil
	}
	href, ok := p.find.Find("base[href]").First().Attr("href")
	if !ok {
		return base
	}
	u, err := url.Parse(strings.TrimSpace(href))
	switch {
	case err != nil:
		return base
	case base != nil:
		return base.ResolveReference(u)
	case u.Host != "":
		if u.Scheme == "" {
			u.Scheme = "https"
		}
		return u
	}
	return nil
}

// link is the absolute address of a link on the page, http or https only; empty for any other.
func (p *page) link(href string) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return ""
	}
	if p.base != nil {
		u = p.base.ResolveReference(u)
	}
	if u.Scheme == "" && u.Host != "" {
		u.Scheme = "https"
	}
	if u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// fileTitle is a title of last resort: the last step of the address, without its ending.
func fileTitle(rawURL string) string {
	rawURL, _, _ = strings.Cut(strings.TrimPrefix(rawURL, "file:"), "?")
	name := path.Base(rawURL)
	if unescaped, err := url.PathUnescape(name); err == nil {
		name = clean(unescaped)
	}
	name = strings.TrimSuffix(name, path.Ext(name))
	return strings.ReplaceAll(name, "_", " ")
}
