package extract

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is a paragraph that is surely somebody's text; each begins with its own word.
func said(word string) string {
	return "<p>" + word + " " + strings.Repeat("said that the bridge would be closed for repairs, ", 4) +
		"and that nobody knew for how long.</p>"
}

// TestArticleChoosesTheText writes pages whose paragraphs begin with a word each; the words of
// what is kept are wanted, in order.
func TestArticleChoosesTheText(t *testing.T) {
	t.Parallel()
	body := said("one") + said("two") + said("three")
	for _, c := range []struct{ name, page, want string }{
		{"comments", body + "<div class=comments>" + said("x") + "</div>", "one two three"},
		{"a name in capitals", body + "<div class=peerArticles>" + said("x") + "</div>", "one two three"},
		{"a name with underscores", body + "<div class=author__bio>" + said("x") + "</div>", "one two three"},
		{"an excerpt", body + "<div class=card><div class=post-excerpt>" + said("x") + "</div></div>", "one two three"},
		{"part of a word", "<div class=lead-container_m3L5f>" + said("lead") + "</div>" + body, "lead one two three"},
		{"generated letters", "<div class=table_root__adKqa>" + said("lead") + "</div>" + body, "lead one two three"},
		{"a sidebar beside", "<div class=content-with-sidebar-wrp>" + body + "</div>", "one two three"},
		{"contents with prose", "<section class=toc-para>" + said("zero") + "</section>" + body, "zero one two three"},
		{"contents of links", "<div class=toc><a href=#a>first</a> <a href=#b>second</a></div>" + body, "one two three"},
		{"the section of a name", "<section id=recommended-settings>" + said("zero") + "</section>" + body, "zero one two three"},
		{"a picture's caption", body + "<figure><img><figcaption>caption of it</figcaption></figure>", "one two three"},
		{"a listing's caption", body + "<figure><pre>code</pre><figcaption>caption of it</figcaption></figure>" + said("four"), "one two three code caption four"},
		{"a table's caption", body + "<table><caption>caption of it</caption><tr><td>a<td>b<tr><td>c<td>d</table>" + said("four"), "one two three caption a c four"},
		{"links between paragraphs", said("one") + "<ul><li><a href=a>alpha</a><li><a href=b>beta</a></ul>" + said("two"), "one alpha beta two"},
		{"links at the end", body + "<ul><li><a href=a>alpha</a><li><a href=b>beta</a></ul>", "one two three"},
		{"a table in front", "<table><tr><td>a<td>b<tr><td>c<td>d</table>" + body, "a c one two three"},
		{"a first paragraph apart", "<div>" + said("lead") + "</div><div>" + body + body + "</div>", "lead one two three one two three"},
		{"an introduction under the heading", "<header><h1>Head</h1>" + said("in") + said("tro") + "</header><div>" + body + "</div>", "in tro one two three"},
		{"a prompt in front", "<div><p>allow " + strings.Repeat("us to send you word of it, ", 4) + "</p></div><main><div>" + body + "</div></main>", "one two three"},
		{"tabs", body + "<div role=tabpanel hidden>" + said("four") + "</div>", "one two three four"},
		{"hidden", body + "<div hidden>" + said("four") + "</div>", "one two three"},
		{"all hidden until a script runs", "<div style='visibility:hidden'>" + body + "</div>", "one two three"},
		{"streamed late", said("one") + "<template id=B:1></template>" + said("three") + "<div hidden id=S:1>" + said("two") + "</div>", "one two three"},
		{"streamed to no place", "<div hidden id=S:1>" + body + "</div>", "one two three"},
		{"names that lie", "<p>Some words.</p><div class=excerpt>" + said("one") + "</div><div class=excerpt>" +
			said("two") + "</div><div class=excerpt>" + said("three") + "</div><div class=excerpt>" + said("four") + "</div>", "Some one two three four"},
	} {
		page := "<title>t</title><body><div id=all>" + c.page + "</div>"
		var got []string
		for _, b := range must(t, "file:a.html", "text/html", []byte(page)).Blocks {
			got = append(got, strings.Fields(b.Text)[0])
		}
		if diff := cmp.Diff(c.want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestKindsOfBlocks writes what each part of an article is read as.
func TestKindsOfBlocks(t *testing.T) {
	t.Parallel()
	page := "<title>t</title><article>" + said("one") + "<h2>two</h2><blockquote><p>three said it.</p></blockquote>" +
		"<ul><li>four</li></ul><table><caption>five</caption><tr><th>six<th>a<tr><td>seven<td>b</table>" + said("eight") + "</article>"
	var got []string
	for _, b := range must(t, "file:a.html", "text/html", []byte(page)).Blocks {
		got = append(got, strings.Fields(b.Text)[0]+" "+string(b.Kind))
	}
	want := []string{"one paragraph", "two heading", "three quote", "four item", "five caption", "six row", "seven row", "eight paragraph"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
