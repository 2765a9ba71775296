package extract

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
)

func TestExtractRefusesWhatIsNoPage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, mediaType, body string
		kind                  corpus.Kind
		says                  string
	}{
		{"nothing", "text/html", "", corpus.Format, "empty"},
		{"white space", "text/plain", " \n\t", corpus.Format, "empty"},
		{"PDF", "text/html", "%PDF-1.7 x", corpus.Format, "PDF"},
		{"gzip", "text/html", "\x1f\x8b\x08x", corpus.Format, "gzip"},
		{"an image", "", "\x89PNG\r\n", corpus.Format, "PNG"},
		{"binary", "text/plain", "ab\x00\x01\x02", corpus.Format, "binary"},
		{"JSON", "application/json", "{}", corpus.Format, "application/json"},
		{"a feed", "application/rss+xml", "<rss><title>x</title></rss>", corpus.Format, "rss"},
		{"too large", "text/html", strings.Repeat("x", MaxBody+1), corpus.Invalid, "cap"},
		{"too many tags", "text/html", strings.Repeat("<p>", maxTags+1), corpus.Invalid, "tags"},
		{"too many attributes", "text/html", strings.Repeat("<p a b c d e f g>", maxAttrs/7+1), corpus.Invalid, "attributes"},
	} {
		_, err := Extract(capture("file:a", c.mediaType, nil), []byte(c.body), Options{})
		if corpus.KindOf(err) != c.kind || err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want kind %s and %q in it", c.name, err, c.kind, c.says)
		}
		if err != nil && !strings.Contains(err.Error(), ";") {
			t.Errorf("%s: %q names no remedy", c.name, err)
		}
	}
}

func TestExtractSniffsTheForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ mediaType, body, want string }{
		{"", "<!DOCTYPE html><p>Text of it.", "article"},
		{"", "  <html><p>Text of it.", "article"},
		{"application/octet-stream", "<p>Text of it.", "article"},
		{"", "Text with <html> in it.", "text"},
		{"text/plain", "<p>Text of it.", "text"},
		{"text/markdown", "<p>Text of it.", "text"},
		{"application/xhtml+xml", "<p>Text of it.", "article"},
		{"text/xml", "<?xml version='1.0'?><!DOCTYPE html><html><p>Text</html>", "article"},
	} {
		if d := must(t, "file:a", c.mediaType, []byte(c.body)); d.Kind != c.want {
			t.Errorf("%q as %q: %s, want %s", c.body, c.mediaType, d.Kind, c.want)
		}
	}
}

// TestRuns writes small pages and the text and pieces that come of them, a bar between two
// pieces and a star behind a character reference.
func TestRuns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ page, want string }{
		{"<p>one two", "one two"},
		{"<p>one  two", "one| |two"},
		{"<p>one\ntwo", "one| |two"},
		{"<p>one&nbsp;two", "one| |two"},
		{"<p>one\u00a0two", "one| |two"},
		{"<p> one <b>two</b> ", "one| |two"},
		{"<p>1\u00a0145\u202f000 and 1\u2009145", "1\u00a0145\u202f000 and 1\u2009145"},
		{"<p>1&nbsp;145&#x202F;000", "1|\u00a0*|145|\u202f*|000"},
		{"<p>١\u00a0١٤٥", "١\u00a0١٤٥"},
		{"<p>12\u00a0May, 1\u00a01450, 1\u00a014, 1\u00a0 145, 1 145, 1\u2003145, a\u00a0145", "12| |May, 1| |1450, 1| |14, 1| |145, 1 145, 1| |145, a| |145"},
		{"<p>1<sup>[2]</sup>\u00a0145", "1| |145"},
		{"<p>A&amp;B", "A|&*|B"},
		{"<p>AT&T &c", "AT&T &c"},
		{"<p>caf&eacute; &#x2014; x", "caf|é*| |—*| |x"},
		{"<p>co&shy;op\u00adted", "co|op|ted"},
		{"<p>on<wbr>e<!-- x -->two", "on|e|two"},
		{"<p>line<br>break", "line| |break"},
		{"<p>10<sup>2</sup>m, 19<sup>th</sup>", "10| |2| |m, 19|th"},
		{"<p>H<sub>2</sub>O", "H|2|O"},
		{"<p>中<sup>[1]</sup>文", "中|文"},
		{"<p>day,<sup>[1]</sup>the", "day,| |the"},
		{"<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a| |b\nc| |d"},
		{"<table>lost<tr><td>a<td>b</table>", "lost\na| |b"},
		{"<pre>\none\r\n two</pre>", "one| |two"},
		{"<p>one<br><br>two", "one\ntwo"},
		{"<p>x<script>y</script>z<style>p{}</style>", "x|z"},
		{"<p>a<span hidden>b</span><span style='display: none'>c</span>d", "a|d"},
	} {
		d := must(t, "file:a.html", "text/html", []byte("<title>t</title>"+c.page))
		var lines []string
		for _, b := range d.Blocks {
			lines = append(lines, pieces(b))
		}
		if diff := cmp.Diff(c.want, strings.Join(lines, "\n")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", c.page, diff)
		}
	}
}

// pieces writes a block's text with its runs marked.
func pieces(b corpus.Block) string {
	var out []string
	at := 0
	for _, r := range b.Runs {
		if r.Text[0] > at {
			out = append(out, b.Text[at:r.Text[0]])
		}
		s := b.Text[r.Text[0]:r.Text[1]]
		if r.Ref {
			s += "*"
		}
		out = append(out, s)
		at = r.Text[1]
	}
	return strings.Join(out, "|")
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"one line is one passage", "Spillover", "p Spillover"},
		{"whatever it begins with", "\n# 5 patients died\n", "p # 5 patients died"},
		{"or stands between", "== Dalen ==", "p == Dalen =="},
		{"a dash too", "- 5 degrees at night", "p - 5 degrees at night"},
		{"a title and one item", "Source: Dalen\n- Orr", "i Orr"},
		{"a heading over all is the title", "Dalen\n\nThe mill burned down.", "p The mill burned down."},
		{"two headings over prose", "Dalen\nHistory\nThe mill burned down.",
			"h History/p The mill burned down."},
		{"a heading over prose", "It rained.\nDalen\nThe mill burned down.",
			"p It rained./h Dalen/p The mill burned down."},
		{"a list of names is no heap of headings", "The dead are named here.\nAnna Kern\nOle Brandt\nMara Quist",
			"p The dead are named here./p Anna Kern/p Ole Brandt/p Mara Quist"},
		{"signs of headings", "== Dalen ==\nThe mill burned down.\n# Orr\nIt rained.",
			"p The mill burned down./h Orr/p It rained."},
		{"a broken heading", "It rained.\n= Dalen\n=In 1911, the mill burned down.",
			"p It rained./h Dalen/p In 1911, the mill burned down."},
		{"equals in prose stay", "=On this day it rained.", "p =On this day it rained."},
		{"empty sections at the end", "It rained.\nLosses\nSee also\nDalen\nReferences", "p It rained."},
		{"a labelled list of names", "It rained.\nKeywords:\n- dalen\n- mill", "p It rained."},
		{"a list of sentences stays", "It rained.\nThree things:\n- The mill burned.\n- The road broke.",
			"p It rained./p Three things:/i The mill burned./i The road broke."},
		{"a list under prose stays", "He brought these along with him.\n- flour\n- salt",
			"p He brought these along with him./i flour/i salt"},
		{"a short last line stays", "It rained.\nNobody came", "p It rained./p Nobody came"},
		{"a source line is the title", "- Source: Dalen\nThe mill burned down.", "p The mill burned down."},
		{"old line ends", "One thing.\rAnother thing.\r\nA third.", "p One thing./p Another thing./p A third."},
	} {
		d := must(t, "file:a.txt", "text/plain", []byte(c.text))
		var got []string
		for _, b := range d.Blocks {
			got = append(got, string(b.Kind)[:1]+" "+b.Text)
		}
		if diff := cmp.Diff(c.want, strings.Join(got, "/")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestSeedText reads the seed as users do: its narrative paragraphs, and nothing of what the
// mirror left around them.
func TestSeedText(t *testing.T) {
	t.Parallel()
	for _, name := range seeds(t) {
		d := must(t, "file:seed.txt", "text/plain", read(t, name))
		paragraphs := 0
		for _, b := range d.Blocks {
			if b.Kind == corpus.Heading {
				continue
			}
			paragraphs++
			if !endsSentence(b.Text) || strings.HasPrefix(b.Text, "=") || len(strings.Fields(b.Text)) < 8 {
				t.Errorf("%q is no paragraph of the narrative", b.Text)
			}
		}
		if paragraphs != 26 || d.Title == "" || d.Witness["title"] != "first-line" || d.Language != "en" {
			t.Errorf("%d paragraphs under %q in %q, want 26", paragraphs, d.Title, d.Language)
		}
	}
}

func TestMetadataDates(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2024-03-02": "2024-03-02", "2024-03-02T23:59:00-05:00": "2024-03-02", "20240302": "2024-03-02",
		"2024/3/2": "2024-03-02", "2024-03": "2024-03", "2024": "2024", "March 2, 2024": "2024-03-02",
		"2 Mar 2024": "2024-03-02", "Sat, 02 Mar 2024 10:00:00 GMT": "2024-03-02", "March 2024": "2024-03",
		"2024-02-30": "", "2024-13-01": "", "yesterday": "", "": "", "0024-01-01": "", "12": "",
	} {
		if got := metaDate(in); got != want {
			t.Errorf("metaDate(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMetadataNamesItsWitness(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ head, field, want, witness string }{
		{`<meta name="citation_title" content="A mill"><title>x</title>`, "title", "A mill", "highwire"},
		{`<meta property="og:title" content="A mill">`, "title", "A mill", "opengraph"},
		{`<title>A mill burns down - The Wire</title>`, "title", "A mill burns down", "title"},
		{`<meta name="DC.date" content="1911-05-04">`, "published", "1911-05-04", "dublin-core"},
		{`<meta property="article:published_time" content="1911-05-04T10:00Z">`, "published", "1911-05-04", "opengraph"},
		{`</head><time datetime="1911-05-04">May</time>`, "published", "1911-05-04", "time"},
		{`<meta property="article:modified_time" content="1911-06-01">`, "modified", "1911-06-01", "opengraph"},
		{`</head><div><h1>A mill</h1><p class=post-date>Posted May 4, 1911</p></div>`, "published", "1911-05-04", "shown"},
		{`</head><div><h1>A mill</h1><p class=postDate>4.5.1911</p></div>`, "published", "1911-05-04", "shown"},
		{`</head><div><h1>A mill</h1><p>Updated <span class=date>4th June 1911</span></div>`, "modified", "1911-06-04", "shown"},
		{`</head><div><h1>A mill</h1><p class=date>5/4/1911</p></div>`, "published", "", ""},
		{`</head><div><h1>A mill</h1></div><div><div><div class=card-date>May 4, 1911</div></div></div>`, "published", "", ""},
		{`<meta property="og:site_name" content="The Wire">`, "publisher", "The Wire", "opengraph"},
		{`<meta name="author" content="By Ada Rowe">`, "byline", "Ada Rowe", "meta"},
		{`<link rel="canonical" href="/a?b=1">`, "canonical", "https://wire.example/a?b=1", "link"},
		{`<link rel="canonical" href="javascript:x">`, "canonical", "", ""},
		{`<script type="application/ld+json">{"@type":"NewsArticle","author":"Ada Rowe"}</script>`,
			"byline", "Ada Rowe", "json-ld"},
		{`<script type="application/ld+json">{broken</script><meta name=author content=Ada>`, "byline", "Ada", "meta"},
		{`<meta property="og:locale" content="az_AZ">`, "language", "az-AZ", "opengraph"},
	} {
		d := must(t, "https://wire.example/x", "text/html", []byte("<html><head>"+c.head+"<p>Text of the page."))
		got := map[string]string{"title": d.Title, "published": d.Published, "modified": d.Modified,
			"publisher": d.Publisher, "byline": strings.Join(d.Byline, "; "), "canonical": d.Canonical,
			"language": d.Language}[c.field]
		if got != c.want || d.Witness[c.field] != c.witness {
			t.Errorf("%s: %s is %q by %q, want %q by %q", c.head, c.field, got, d.Witness[c.field], c.want, c.witness)
		}
	}
}

func TestLanguageOfText(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"en": "The bridge was closed in the evening, and those who had come to see it went home.",
		"ru": russian, "fr": french + " Le pont est fermé et il ne sera pas ouvert avant une semaine.",
		"uk": "Міст було закрито у середу, і це не було дивним для тих, хто жив у селі та за рікою.",
		"ar": "أغلق الجسر في المساء بعد أن ارتفع الماء، وقد عاد الناس إلى بيوتهم من على الضفة.",
		"az": "Körpü axşam bağlandı və bu, kənd sakinləri üçün çətin oldu, çünki başqa bir yol da yox idi.",
		"tr": "Köprü akşam kapatıldı ve bu, köylüler için çok zor oldu, daha sonra bir yol daha açıldı.",
		"de": "Die Brücke wurde am Abend gesperrt, und wer nicht mit dem Boot kam, der ging auf dem Eis.",
		"ka": "ხიდი საღამოს დაიკეტა", "": "Velmar 1911 Orr",
	} {
		d := must(t, "file:a.txt", "text/plain", []byte(text))
		if d.Language != want {
			t.Errorf("%q: language %q, want %q", text, d.Language, want)
		}
	}
	d := must(t, "file:a.html", "text/html", []byte("<html lang=en><p>"+russian))
	if d.Language != "ru" || d.Witness["language"] != "text" {
		t.Errorf("Russian declared as English: %q by %q", d.Language, d.Witness["language"])
	}
}

func TestResolveSeesEveryNote(t *testing.T) {
	t.Parallel()
	page := []byte("<p>x<a href=#fn1>1</a> y<a href=#fn2>2</a><p id=fn1>One.<p id=fn2>Two.")
	var seen []string
	d, err := Extract(capture("file:a.html", "text/html", page), page, Options{
		Resolve: func(n *corpus.Note) { seen = append(seen, n.Text); n.Citations = make([]corpus.Citation, 1) }})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen, []string{"One.", "Two."}) || len(d.Notes[1].Citations) != 1 {
		t.Errorf("resolved %q", seen)
	}
}

func TestDeepPagesKeepTheirText(t *testing.T) {
	t.Parallel()
	page := "<title>Deep &amp; far</title>" + strings.Repeat("<div>", 10_000) +
		"<h2>Below</h2><p>Down here &amp; deeper, text goes on.<script>no</script>" + strings.Repeat("</div>", 10_000)
	d := must(t, "file:a.html", "text/html", []byte(page))
	want := "Below\nDown here & deeper, text goes on.\n"
	if got := mainText(d); got != want || d.Title != "Deep & far" {
		t.Errorf("got %q under %q, want %q", got, d.Title, want)
	}
}

// TestTables holds the embedded tables to their form: sorted, complete, each row with a source.
func TestTables(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tsv     string
		columns int
		value   string // what the second column may be
	}{
		"cyrillic":  {cyrillicTSV, 3, `^\d+\.\d$`},
		"linkhosts": {linkHostsTSV, 3, `^(archive|identifier)$`},
		"sections":  {sectionsTSV, 4, `^[a-z]{2}$`},
		"words":     {wordsTSV, 3, `^[a-z]{2}$`},
		"names":     {namesTSV, 3, `^(part|drop|links|label|archived)$`},
	} {
		value := regexp.MustCompile(c.value)
		last := ""
		for i, row := range rows(c.tsv) {
			line := strings.Join(row, "\t")
			where := name + ".tsv:" + strconv.Itoa(i+2)
			if len(row) != c.columns || slices.Contains(row, "") || !value.MatchString(row[1]) {
				t.Errorf("%s: %q", where, line)
			}
			if line <= last || !utf8.ValidString(line) || row[0] != strings.ToLower(row[0]) {
				t.Errorf("%s: %q is out of order, twice or not in small letters", where, line)
			}
			last = line
		}
	}
}
