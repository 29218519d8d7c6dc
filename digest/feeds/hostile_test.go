package feeds_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"roundup/digest/feeds"
	"roundup/internal/testing/measure"
)

// The bounds that no document of 3 MB may pass, however it is built: far above
// what any needs, far below what a reader needs that is not linear. Allocation
// is counted in total, which is more than was ever held at once.
const (
	size      = 3 << 20
	mostTime  = 5 * time.Second // of processor time
	mostBytes = 300 << 20
)

func TestBombs(t *testing.T) { // not parallel: it measures
	if testing.Short() || measure.UnderRace {
		t.Skip("takes long; and time and memory are not the program's own under the race detector")
	}
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	lol := `<!DOCTYPE rss [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;"><!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p; <!-- don't -->
<!ENTITY lol9 "&lol1;&lol1;&lol1;&lol1;"><!ENTITY x SYSTEM "file:///etc/passwd">]>`
	doc := rss("<item><title>News &lol9;&x;&eacute;</title><description><![CDATA[<p>Text &lol9; here.</p>]]></description><link>https://mag.example/?&lol9;</link></item>")
	tests := []struct {
		name, doc string
		want      error // nil: articles
	}{
		{"entities", strings.Replace(doc, "<rss", lol+"<rss", 1), nil},
		{"document type by address", strings.Replace(doc, "<rss", `<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/evil.dtd"><rss`, 1), nil},
		{"document type that never ends", strings.Replace(doc, "<rss", `<!DOCTYPE rss [<!ENTITY x "`+fill("y")+`<rss`, 1), feeds.ErrNotFeed},
		{"declarations that never end", strings.Replace(rss("<item><title>T</title></item>"), "<channel>", fill("<![>")+"<channel>", 1), nil},
		{"nesting", "<rss><channel>" + fill("<a>"), feeds.ErrTooComplex},
		{"nesting in an item", rss("<item><title>T</title><x>" + fill("<a>")), feeds.ErrTooComplex},
		{"nested names", rss("<item><title>T</title>" + "<media:group>" + strings.Repeat("<media:content>", 300)), feeds.ErrTooComplex},
		{"attributes", rss("<item " + strings.Repeat(`a="b" `, 100_000) + "><title>T</title></item>"), feeds.ErrTooComplex},
		{"name spaces", func() string {
			var b strings.Builder
			for i := range 150 {
				fmt.Fprintf(&b, ` xmlns:n%d="u%d"`, i, i)
			}
			return "<rss" + b.String() + "><channel>" + fill("<a/>")
		}(), feeds.ErrTooComplex},
		{"elements", "<rss><channel>" + strings.Repeat("<a/>", 500_000) + "</channel></rss>", feeds.ErrTooComplex},
		{"as many elements as there may be", rss("<item><title>T</title></item>" + strings.Repeat("<a/>", 399_000)), nil},
		{"items", rss(strings.Repeat("<item><title>T</title></item>", 190_000)), nil},
		{"title", rss("<item><title>" + fill("x") + "</title></item>"), nil},
		{"title of tags", rss("<item><title>" + cdata(fill("<b>x</b>")) + "</title></item>"), nil},
		{"title of references", rss("<item><title>T" + fill("&amp;") + "</title></item>"), nil},
		{"title of open tags", rss("<item><title>T" + fill("&lt;") + "</title></item>"), nil},
		{"body nested", rss("<item><title>T</title><description>" + cdata(fill("<div>")) + "</description></item>"), nil},
		{"body crossed", rss("<item><title>T</title><description>" + cdata(fill("<b><i></b></u>")) + "</description></item>"), nil},
		{"body of pictures", rss("<item><title>T</title><description>" + cdata(fill(`<img src="a.jpg">`)) + "</description></item>"), nil},
		{"body of one figure", rss("<item><title>T</title><description>" + cdata("<figure>"+fill(`<img src="a"><figcaption>c</figcaption>`)) + "</description></item>"), nil},
		{"body of pictures in noscript", rss("<item><title>T</title><description>" + cdata("<figure>"+strings.Repeat("<noscript><img src=a></noscript>", 20_000)+strings.Repeat("<figcaption>x", 150_000)) + "</description></item>"), nil},
		{"body without spaces", rss("<item><title>T</title><description>" + fill("x") + "</description></item>"), nil},
		{"body of stops", rss("<item><title>T</title><description>" + fill("a. ") + "</description></item>"), nil},
		{"body of brackets", rss("<item><title>T</title><description>" + cdata("<figure><img src=a><figcaption>"+fill("(Photo ")) + "</description></item>"), nil},
		{"author", rss("<item><title>T</title><dc:creator>" + fill("a, ") + "</dc:creator></item>"), nil},
		{"labels", rss("<item><title>T</title><category>" + fill("a|") + "</category></item>"), nil},
		{"Atom body in HTML", atom(`<entry><title>T</title><content type="html">` + strings.Repeat("&lt;p&gt;&lt;b x&gt;", 150_000) + "</content></entry>"), nil},
		{"Atom body with a base", atom(`<entry xml:base="https://mag.example/"><title>T</title><content type="html">` + strings.Repeat("&lt;a href=x&gt;", 150_000) + "</content></entry>"), nil},
		{"JSON nested", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"T"},` + fill("["), nil},
		{"JSON of nothing", `{"version":"https://jsonfeed.org/version/1","items":[` + fill("{},") + `{"title":"T"}]}`, feeds.ErrTooComplex},
		{"JSON of little", `{"version":"https://jsonfeed.org/version/1","items":[` + strings.Repeat(`{"title":"T"},`, 190_000) + `{"title":"T"}]}`, nil},
		{"page of links", "<!doctype html>" + fill("<link rel=x>"), feeds.ErrNotFeed},
		{"comment that never ends", rss("<item><title>T</title></item><!--" + fill("- ")), nil},
		{"ends of items with a prefix", strings.Replace(rss("<item><title>T</title></item>"+strings.Repeat("</x:item>", 100_000)), "<rss", "<rss "+strings.Repeat(`xmlns:a="b" `, 20)+`long="`+strings.Repeat("x", 200<<10)+`"`, 1), nil},
		{"items read one by one under a long root", strings.Replace(rss(strings.Repeat("<item><title>T</title></item>", 9_999)+"</channel><channel><item><title>U</title></item>"), "<rss", `<rss long="`+strings.Repeat("x", 200<<10)+`"`, 1), nil},
		{"CDATA without an end", rss("<item><title>T</title></item>" + fill("<a><![CDATA[</a></item>")), nil},
		{"open tags", rss("<item><title>T</title></item>" + fill("<")), feeds.ErrTooComplex},
		{"open tags, fewer", rss("<item><title>T" + strings.Repeat("< ", 390_000) + "</title></item>"), nil},
		{"open quotes", rss("<item><title>T</title></item>" + fill(`<a b="`)), feeds.ErrTooComplex},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := measure.Spent()
			f, err := feeds.Parse([]byte(tt.doc), feeds.Meta{URL: "https://mag.example/feed"})
			took := measure.Spent() - start
			runtime.ReadMemStats(&after)
			used := after.TotalAlloc - before.TotalAlloc
			t.Logf("%d KB: %s, %d MB allocated, %d articles, %v %q", len(tt.doc)>>10, took, used>>20, len(f.Articles), err, f.Warnings)
			if took > mostTime || used > mostBytes {
				t.Errorf("took %s and allocated %d MB", took, used>>20)
			}
			if !errors.Is(err, tt.want) || tt.want == nil && len(f.Articles) == 0 {
				t.Errorf("%d articles, %v; want %v", len(f.Articles), err, tt.want)
			}
			for _, a := range f.Articles[:min(len(f.Articles), 10)] {
				if s := a.Title + a.Blurb(); strings.Contains(s, "lol") || strings.Contains(s, "&x;") {
					t.Errorf("an entity shows: %q", s)
				}
			}
		})
	}
}

func TestNothingActiveIsLeft(t *testing.T) {
	t.Parallel()
	evil := `<script>alert(1)</script><img src=x onerror=alert(1)><iframe src="javascript:x"></iframe><form action=x>form</form></td></table></div><style>*{}</style><a href="javascript:x">click</a>` + "\u202e\r\nBcc: x"
	esc := strings.NewReplacer("<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(evil)
	a := only(t, rss("<item><title>T "+esc+"</title><description>D "+esc+"</description><dc:creator>A "+esc+"</dc:creator><category>C "+esc+
		"</category><media:content url=\"https://mag.example/a.jpg\" medium=\"image\"><media:description>M "+esc+"</media:description><media:credit>K "+esc+"</media:credit></media:content></item>"))
	for name, s := range map[string]string{
		"title": a.Title, "blurb": a.Blurb(), "author": a.Authors[0].Name, "label": a.Labels[0], "caption": a.Image.Caption, "credit": a.Image.Credit,
	} {
		if s == "" || strings.ContainsAny(s, "<>\r\n\u202e") || strings.Contains(s, "alert") || strings.Contains(s, "javascript") {
			t.Errorf("%s = %q", name, s)
		}
	}
}
