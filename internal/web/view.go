package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ibid/corpus"
)

// pageFiles holds the templates and what they load.
//
//go:embed pages
var pageFiles embed.FS

// view renders pages.
type view struct {
	templates *template.Template
	css       []byte
	icon      []byte
	version   string // hash of all of it: a page changes when this does
}

// newView reads the embedded files; one that does not parse is a defect of the build.
func newView() *view {
	files, err := fs.Sub(pageFiles, "pages")
	if err != nil {
		panic("pages are not in the binary: " + err.Error())
	}
	all := template.New("").Funcs(functions())
	v := &view{templates: template.Must(all.ParseFS(files, "*.html"))}
	sum := sha256.New()
	names, _ := fs.Glob(files, "*") // the pattern is sound, and nothing else can fail
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			panic("page file " + name + ": " + err.Error())
		}
		sum.Write(b)
		switch name {
		case "style.css":
			v.css = b
		case "favicon.svg":
			v.icon = b
		}
	}
	v.version = hex.EncodeToString(sum.Sum(nil)[:6])
	return v
}

// functions are the words that templates have beyond their own; none of them decides anything.
func functions() template.FuncMap {
	return template.FuncMap{
		"count":     count,
		"plural":    plural,
		"edtf":      dateText,
		"csl":       cslText,
		"names":     namesText,
		"day":       func(t time.Time) string { return t.UTC().Format("2 January 2006") },
		"instant":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"clock":     clock,
		"weblink":   weblink,
		"listing":   func(query string) string { return "/?" + query },
		"host":      hostOf,
		"path":      func(names []string) string { return strings.Join(names, " › ") },
		"short":     func(s string) string { return s[:min(12, len(s))] },
		"inc":       func(n int) int { return n + 1 },
		"inference": inferenceText,
		"precision": precisionText,
		"place":     placeText,
		"event":     eventText,
		"timeattr":  dateTimeAttr,
	}
}

// page is what every page has.
type page struct {
	Title   string
	Query   string // in the box at the top
	Name    string // of the corpus
	Corpus  string // its version
	Program string
	Style   string // address of the style sheet
	Data    any
}

// render writes a page. The whole of it is made before the first byte leaves, so that a
// failure can still become a page of its own.
func (s *site) render(w http.ResponseWriter, status int, name string, p page) error {
	info := s.opt.Info()
	p.Name, p.Program, p.Corpus = info.Name, info.Program, s.svc.Version()
	p.Style = "/style.css?v=" + s.view.version
	var b bytes.Buffer
	if err := s.view.templates.ExecuteTemplate(&b, name, p); err != nil {
		return corpus.Errorf(corpus.Internal, name, "%w", err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(b.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the client may have gone
	return nil
}

// failPage writes a problem as a page.
func (s *site) failPage(w http.ResponseWriter, p problem, q string) {
	err := s.render(w, p.Status, "problem.html", page{Title: p.Title, Query: q, Data: p})
	if err != nil {
		http.Error(w, p.Title+": "+p.Detail, p.Status)
	}
}

// style serves the style sheet. Its address carries its hash, so it may be kept for good.
func (s *site) style(w http.ResponseWriter, r *http.Request) error {
	return s.static(w, r, "text/css; charset=utf-8", s.view.css)
}

// icon serves the icon.
func (s *site) icon(w http.ResponseWriter, r *http.Request) error {
	return s.static(w, r, "image/svg+xml", s.view.icon)
}

func (s *site) static(w http.ResponseWriter, r *http.Request, media string, b []byte) error {
	tag := `"` + s.view.version + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	if notModified(w, r, tag) {
		return nil
	}
	w.Header().Set("Content-Type", media)
	_, _ = w.Write(b) // the client may have gone
	return nil
}

// clock writes an instant to the minute.
func clock(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }

// count writes a number with its thousands apart.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural writes a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// weblink is an address that a page may link to; empty for any scheme but http and https.
func weblink(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

// hostOf is the host of an address, or the address when it has none.
func hostOf(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		return strings.TrimPrefix(u.Hostname(), "www.")
	}
	return raw
}

// namesText writes names, family name first, with a full stop at the end; nothing for none.
func namesText(names []corpus.Name) string {
	out := make([]string, 0, len(names))
	for _, n := range names {
		switch {
		case n.Literal != "":
			out = append(out, n.Literal)
		case n.Given == "":
			out = append(out, n.Family)
		default:
			out = append(out, n.Family+", "+n.Given)
		}
	}
	s := strings.Join(out, "; ")
	if s == "" || strings.HasSuffix(s, ".") {
		return s
	}
	return s + "."
}
