package robots_test

import (
	"fmt"

	"ibid/internal/robots"
)

func Example() {
	file := []byte("User-agent: *\nDisallow: /search\nAllow: /search/about$\nCrawl-delay: 2\n")
	rules := robots.Parse(file, robots.Token("ibid/0.1 (desk@paper.example)"))
	for _, path := range []string{"/report", "/search?q=a", "/search/about", "/search/about/us"} {
		fmt.Println(path, rules.Allows(path))
	}
	fmt.Println(rules.Delay)
	// Output:
	// /report true
	// /search?q=a false
	// /search/about true
	// /search/about/us false
	// 2s
}
