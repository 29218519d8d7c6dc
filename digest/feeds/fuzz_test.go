package feeds_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"roundup/digest"
	"roundup/digest/feeds"
)

// FuzzParse feeds the parser anything: it never panics, fails only by name, and
// what it gives is fit to print.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		good,
		rss(`<item><title>A &lt;b&gt;x&lt;/b&gt; &#8217;</title><content:encoded><![CDATA[<figure><img src="/a.jpg" alt="x"><figcaption>c (Photo: d)</figcaption></figure><p>One. Two.</p>]]></content:encoded><dc:creator>A and B</dc:creator><pubDate>Tue, 05 Mar 2024 05:00:00 EST</pubDate></item>`),
		atom(`<entry xml:base="x/"><id>1</id><title type="html">A</title><link href="b"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>x</p></div></content></entry>`),
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"title":"T","content_text":"x\n\ny","authors":[{"name":"A"}]}]}`,
		`<!DOCTYPE rss [<!ENTITY a "b">]><rss><channel><item><title>&a;</title></item></channel></rss>`,
		`<!doctype html><link rel="alternate" type="application/rss+xml" href="/f">`,
		"\xff\xfe<\x00r\x00s\x00s\x00>\x00",
		"<rss><channel><item><title>\xe9</title></item>",
		`<rss xml:base="http://e.example/a?b#c"><channel><item><link x=y z>1</link><title>a < b ]]> &#0; &x;</title>`,
	} {
		f.Add([]byte(seed), "text/xml; charset=iso-8859-1")
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		feed, err := feeds.Parse(body, feeds.Meta{ContentType: contentType, URL: "https://mag.example/feed"})
		if err != nil {
			if !isNamed(err) {
				t.Fatalf("%v has no name", err)
			}
			return
		}
		for _, a := range feed.Articles {
			fit(t, "fuzz", a)
			if strings.Contains(a.Title, "\n") || !utf8.ValidString(a.Title+a.Blurb()) {
				t.Fatalf("article %+v", a)
			}
			if digest.Canonical(a.URL) != a.Canonical {
				t.Fatalf("canonical %q of %q", a.Canonical, a.URL)
			}
		}
	})
}
