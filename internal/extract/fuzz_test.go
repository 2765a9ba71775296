package extract

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"ibid/corpus"
)

// FuzzExtract feeds any bytes as a page and as text: no panic, a sound document or an error
// with a kind, and every run proven.
func FuzzExtract(f *testing.F) {
	for _, s := range []string{
		"", "one line", "- Source: A title\nText here.\n= Half\n=Then prose follows here.\n",
		"<p>a &amp; b<sup class=reference><a href=#cite_note-1>[1]</a></sup></p>" +
			"<ol class=references><li id=cite_note-1>x</ol>",
		"<table>text<tr><td>a<p>b<td>c</table>", "<pre>\n\nx\r\ny\x00</pre>",
		"<svg><title>a<b>c</title><![CDATA[d&amp;e]]></svg>", "\xff\xfeh\x00i\x00",
		"<meta charset=shift_jis><p>\x82\xa0 \x82\xa2", "\xcf\xf0\xe8\xe2\xe5\xf2 \xec\xe8\xf0",
		"<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":[1]}</script>x",
		"&notit; &#x110000; &#0; &#32;&nbsp;&shy;x", "<p>\ue0000\ue001<p>t",
		"<p id=fn1>1. n<a href=#r1>^</a></p><a id=r1 href=#fn1>1</a>",
		"<base href=//a.example/><a href=%zz>", "<plaintext>a<b>&amp;",
		"<textarea>\ne</textarea><title>&lt;t", "<a href=#fn1>1</a><p id=fn1>note <a href=#fn1>1</a>",
	} {
		f.Add([]byte(s), "")
	}
	f.Fuzz(func(t *testing.T, body []byte, charset string) {
		for _, mediaType := range []string{"text/html", "text/plain", ""} {
			c := capture("file:a.html", mediaType, body)
			c.Charset = charset
			d, err := Extract(c, body, Options{})
			if err != nil {
				if corpus.KindOf(err) == corpus.Internal {
					t.Fatalf("%s: an error without a kind: %v", mediaType, err)
				}
				continue
			}
			if err := prove(d, body); err != nil {
				t.Fatalf("%s: %v", mediaType, err)
			}
		}
	})
}

// FuzzToken holds the pieces of a text token against the parser's own decoding of it.
func FuzzToken(f *testing.F) {
	for _, s := range []string{"a &amp; b", "&notit; &amp &ampx; &#38 &#x26;y", "&&amp;;", "&nbsp0",
		"&nbsp;&#32;a", "&frac12x", "&#1114112;", "&ThickSpace;", "a&shy;b\u200b", "0 &#01"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
			return
		}
		src := Decoder{name: "utf-8"}.decode([]byte(s), 0)
		w := &writer{src: src}
		w.token(token{0, uint32(len(s)), false})
		if want := clean(html.UnescapeString(s)); string(w.text) != want {
			t.Fatalf("%q: got %q, want %q", s, w.text, want)
		}
		if b, ok := w.block(); ok && b.Untraced {
			t.Fatalf("%q: untraced", s)
		}
	})
}
