package source_test

import (
	"fmt"

	"ibid/internal/source"
)

func ExampleRead() {
	found, err := source.Read("https://wire.example/sitemap.xml", []byte(`<urlset>
		<url><loc>https://wire.example/report?a=1&amp;b=2</loc></url>
		<url><loc>mailto:desk@wire.example</loc></url>
	</urlset>`))
	fmt.Println(found.Pages, found.Skipped, err)
	_, err = source.Read("https://wire.example/", []byte("<html><body>Welcome</body></html>"))
	fmt.Println(err)
	// Output:
	// [https://wire.example/report?a=1&b=2] 1 <nil>
	// https://wire.example/: is neither a sitemap nor a feed: its first element is "html"; name a sitemap, an RSS or an Atom feed; for the links of a page use crawl
}

func ExampleScope() {
	scope, _ := source.NewScope("https://www.wire.example/news/", source.Site)
	for _, u := range []string{"https://wire.example/", "https://m.wire.example/a", "https://wire.example.other.example/"} {
		fmt.Println(u, scope.Contains(u))
	}
	// Output:
	// https://wire.example/ true
	// https://m.wire.example/a true
	// https://wire.example.other.example/ false
}
