package robots

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// What a file allows the crawler ibid.
func TestRules(t *testing.T) {
	t.Parallel()
	const us, all = "User-agent: ibid\n", "User-agent: *\n"
	tests := []struct {
		name, file     string
		allowed, never string // paths, separated by spaces
	}{
		{"empty", "", "/ /a", ""},
		{"no rules", all, "/ /a", ""},
		{"an empty rule is none", all + "Disallow:\n", "/ /a", ""},
		{"everything", all + "Disallow: /\n", "/robots.txt", "/ /a /robots.txt.bak"},
		{"prefix", all + "Disallow: /a\n", "/ /b", "/a /ab /a/b /a?q"},
		{"folder", all + "Disallow: /a/\n", "/ /a /ab", "/a/ /a/b"},
		{"case of a path counts", all + "Disallow: /A\n", "/a", "/A"},
		{"case of a key does not", "USER-AGENT: *\ndisALLOW: /a\n", "/", "/a"},
		{"the longest rule", all + "Allow: /p\nDisallow: /\n", "/p /page", "/ /q"},
		{"the longest rule, other order", all + "Disallow: /\nAllow: /p\n", "/p", "/ /q"},
		{"longer beats order", all + "Allow: /folder\nDisallow: /folder/x\n", "/folder /folder/y", "/folder/x"},
		{"of equal rules the allowing", all + "Disallow: /folder\nAllow: /folder\n", "/folder/page", ""},
		{"star", all + "Disallow: /*.php\n", "/ /index", "/a.php /a/b.php?x /.php"},
		{"star at the start", all + "Disallow: *.pdf\n", "/a.pd", "/a.pdf /x/y.pdf"},
		{"stars count for the length", all + "Allow: /page\nDisallow: /*.htm\n", "/page", "/page.htm"},
		{"dollar", all + "Disallow: /*.php$\n", "/a.php?x /a.php/ /a.php5", "/a.php /b/a.php"},
		{"dollar for the root alone", all + "Allow: /$\nDisallow: /\n", "/", "/page"},
		{"dollar elsewhere is a character", all + "Disallow: /a$b\nDisallow: /c$$\n", "/a /c", "/a$b /a$bc /a%24b /c$"},
		{"an escaped dollar is a character", all + "Disallow: /a%24b\n", "/a", "/a$b /a%24b"},
		{"an escaped star is a character", all + "Disallow: /a-%2A.html\n", "/a-b.html", "/a-*.html /a-%2A.html"},
		{"many stars", all + "Disallow: /a**b*\n", "/a", "/ab /axxb"},
		{"leftmost pieces", all + "Disallow: /*ab*ab$\n", "/ab /aba", "/abab /xabyab"},
		{"escapes of what needs none", all + "Disallow: /foo/bar/%62%61%7A\n", "/foo/bar", "/foo/bar/baz /foo/bar/%62az"},
		{"letters of other scripts", all + "Disallow: /foo/ツ\n", "/foo/", "/foo/ツ /foo/%E3%83%84 /foo/%e3%83%84"},
		{"a slash and its escape differ", all + "Disallow: /a%2fb\n", "/a/b", "/a%2Fb /a%2fb"},
		{"a path without slash matches nothing", all + "Disallow: private\n", "/private", ""},

		{"our group, not everybody's", all + "Disallow: /\n\n" + us + "Disallow: /x\n", "/ /a", "/x"},
		{"our group first", us + "Disallow: /x\n\n" + all + "Disallow: /\n", "/ /a", "/x"},
		{"our group without rules", us + "\n" + all + "Disallow: /\n", "", "/a"},
		{"our group with an empty rule", us + "Disallow:\n\n" + all + "Disallow: /\n", "/ /a", ""},
		{"another's group", "User-agent: other\nDisallow: /\n", "/ /a", ""},
		{"a longer name is another's", "User-agent: ibid-news\nDisallow: /\n", "/", ""},
		{"a shorter name is another's", "User-agent: ibi\nDisallow: /\n", "/", ""},
		{"case and version of a name", "User-agent: IBID/2.1\nDisallow: /\n", "", "/"},
		{"groups are merged", us + "Disallow: /a\n\nUser-agent: other\nDisallow: /b\n\n" + us + "Disallow: /c\n", "/b", "/a /c"},
		{"everybody's groups are merged", all + "Disallow: /a\n\n" + all + "Disallow: /c\n", "/b", "/a /c"},
		{"several agents of one group", "User-agent: other\n" + us + "User-agent: third\nDisallow: /a\n", "/b", "/a"},
		{"empty lines end no group", all + "\n\n\nDisallow: /a\n\nDisallow: /b\n", "/c", "/a /b"},
		{"a sitemap ends no group", all + "Sitemap: https://wire.example/s.xml\nDisallow: /a\n", "/c", "/a"},
		{"a sitemap between agents", all + "Sitemap: /s.xml\nUser-agent: other\nDisallow: /a\n", "/c", "/a"},
		{"a delay between agents", all + "Crawl-delay: 1\nUser-agent: other\nDisallow: /a\n", "/c", "/a"},
		{"rules before any agent", "Disallow: /a\n" + all + "Disallow: /b\n", "/a", "/b"},

		{"comments", "# x\nUser-agent: * # all\nDisallow: /a # this\n#Disallow: /b\n", "/b", "/a"},
		{"byte order mark", "\ufeff" + all + "Disallow: /a\n", "/b", "/a"},
		{"line ends of all kinds", "User-agent: *\rDisallow: /a\r\nDisallow: /b\nDisallow: /c", "/d", "/a /b /c"},
		{"blanks", "  User-agent :\t*  \n\tDisallow :  /a  \n", "/b", "/a"},
		{"lines that are none", all + "Nonsense\n: /x\nDisallow /y\n\x00\xff: \n<html>\nDisallow: /a\n", "/x /y", "/a"},
		{"a star with words behind it", "User-agent: * everybody\nDisallow: /a\n", "/b", "/a"},
		{"what stands behind 500 KiB", all + "Disallow: /a\n" + strings.Repeat("# filling\n", 51200) + "Disallow: /b\n", "/b", "/a"},
		{"a line cut at 500 KiB", all + strings.Repeat("#", MaxBytes-len(all)-15) + "\nDisallow: /a/b\n", "/a /b", ""},
	}
	for _, tt := range tests {
		r := Parse([]byte(tt.file), "ibid")
		for _, p := range strings.Fields(tt.allowed) {
			if !r.Allows(p) {
				t.Errorf("%s: %s is refused", tt.name, p)
			}
		}
		for _, p := range strings.Fields(tt.never) {
			if r.Allows(p) {
				t.Errorf("%s: %s is allowed", tt.name, p)
			}
		}
	}
	if !(*Rules)(nil).Allows("/a") {
		t.Error("no rules refuse something")
	}
}

func TestDelayAndSitemaps(t *testing.T) {
	t.Parallel()
	const head = "User-agent: *\n"
	for in, want := range map[string]time.Duration{
		"": 0, head + "Crawl-delay: 5\n": 5 * time.Second, head + "crawl-delay: 0.5": 500 * time.Millisecond,
		head + "Crawl-delay: 2\nCrawl-delay: 7\nCrawl-delay: 3\n":              7 * time.Second,
		head + "Crawl-delay: 9\nDisallow:\nUser-agent: ibid\nCrawl-delay: 3\n": 3 * time.Second,
		"Crawl-delay: 5\n" + head: 0, head + "Crawl-delay: -5": 0, head + "Crawl-delay: soon": 0,
		head + "Crawl-delay: NaN": 0, head + "Crawl-delay: Inf": 0, head + "Crawl-delay: 1e300": 1e6 * time.Second,
		"User-agent: other\nCrawl-delay: 5\n": 0,
	} {
		if got := Parse([]byte(in), "ibid").Delay; got != want {
			t.Errorf("%q: a delay of %v, want %v", in, got, want)
		}
	}
	got := Parse([]byte("Sitemap: https://a.example/1.xml\nUser-agent: x\nSITEMAP:https://a.example/2.xml\nSitemap:\n"), "ibid").Sitemaps
	if want := []string{"https://a.example/1.xml", "https://a.example/2.xml"}; !slices.Equal(got, want) {
		t.Errorf("sitemaps %q, want %q", got, want)
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"ibid/0.1 (desk@paper.example)": "ibid", "Ibid-Bot": "ibid-bot",
		"my_bot 2": "my_bot", "": "", "/1": "", "Mozilla/5.0 (compatible; x)": "mozilla"} {
		if got := Token(in); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

// oracle matches by a regular expression.
func oracle(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	var e strings.Builder
	e.WriteString(`(?s)\A`)
	for i, piece := range strings.Split(pattern, "*") {
		if i > 0 {
			e.WriteString(".*")
		}
		e.WriteString(regexp.QuoteMeta(piece))
	}
	if whole {
		e.WriteString(`\z`)
	}
	return regexp.MustCompile(e.String()).MatchString(path)
}

// Whatever the bytes, a file is read, its lines rule as the oracle says one by one, and a rule
// written down again means the same.
func FuzzRobots(f *testing.F) {
	f.Add("/a*b$", "/axb")
	f.Add("/%7e*%2A", "/~*")
	f.Add("*$", "/ツ")
	f.Add("/%", "/%%666")
	f.Add("/a\r\nUser-agent: ibid\nAllow: /", "/a")
	f.Fuzz(func(t *testing.T, pattern, path string) {
		Parse([]byte(pattern), "ibid").Allows(path)
		r := Parse([]byte("User-agent: ibid\nDisallow: "+pattern), "ibid")
		if len(r.rules) != 1 || strings.ContainsAny(pattern, "\r\n#") || path == "/robots.txt" {
			return
		}
		norm, where := normalize(strings.TrimSpace(pattern), false), normalize(path, true)
		if normalize(norm, false) != norm || normalize(where, true) != where {
			t.Fatalf("%q and %q are not settled", norm, where)
		}
		if got, want := !r.Allows(path), oracle(norm, where); got != want {
			t.Errorf("%q over %q: refused %v, want %v", pattern, path, got, want)
		}
	})
}
