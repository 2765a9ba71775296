package archive

import (
	"strings"
	"testing"
)

// TestSurt holds keys against what the surt library of Python (0.3.1) says.
func TestSurt(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://www.Wire.example/News/Page.html?b=2&a=1":               "example,wire)/news/page.html?a=1&b=2",
		"http://www2.a.example/":                                        "example,a)/",
		"http://a.example":                                              "example,a)/",
		"http://a.example/x/":                                           "example,a)/x",
		"http://a.example/x/?a=1":                                       "example,a)/x?a=1",
		"http://a.example/?":                                            "example,a)/",
		"http://a.example/a?&b&&a=1":                                    "example,a)/a?&&a=1&b",
		"http://a.example/%7Eb%20c":                                     "example,a)/~b%20c",
		"http://a.example/a%2525b":                                      "example,a)/a%25b",
		"http://a.example/?q=a%26b":                                     "example,a)/?b&q=a",
		"http://a.example/?q=100%25":                                    "example,a)/?q=100%25",
		"http://a.example/a%2Fb":                                        "example,a)/a/b",
		"http://a.example/a+b?c+d":                                      "example,a)/a+b?c+d",
		"http://a.example/?b=2&a=1&A=0":                                 "example,a)/?a=0&a=1&b=2",
		"http://a.example/%E9":                                          "example,a)/%e9",
		"http://1.2.3.4/x":                                              "4,3,2,1)/x",
		"http://a.example:80/x#y":                                       "example,a)/x",
		"https://a.example:443/":                                        "example,a)/",
		"https://a.example:8443/":                                       "example,a:8443)/",
		"http://a.example/a//b/../c":                                    "example,a)/a/c",
		"http://u:p@a.example/":                                         "example,a)/",
		"http://a.example/p?sid=12345678901234567890123456789012&x=1":   "example,a)/p?x=1",
		"http://a.example/x?PHPSESSID=12345678901234567890123456789012": "example,a)/x",
		"http://a.example/Ф?q=Ж":                                        "example,a)/%d0%a4?q=%d0%96",
		"file:a b.txt":                                                  "file:a%20b.txt",
		"file:100%25 a.txt":                                             "file:100%25%20a.txt",
		"urn:x":                                                         "urn:x",
	} {
		if got := surt(raw); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
}

func FuzzSurt(f *testing.F) {
	f.Add("https://www.Wire.example/News/%25?b=2&a=1&sid=12345678901234567890123456789012")
	f.Fuzz(func(t *testing.T, raw string) {
		key := surt(raw)
		if strings.ContainsAny(key, " \t\r\n") {
			t.Errorf("%q: the key %q parts a line", raw, key)
		}
	})
}
