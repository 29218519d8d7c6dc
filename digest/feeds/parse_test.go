package feeds_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"roundup/digest/feeds"
)

func TestFormats(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"RSS 0.91": `<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><title>F</title><link>https://mag.example/</link><item><title>T</title><link>https://mag.example/a</link><description>A dek.</description></item></channel></rss>`,
		"RSS 0.9":  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://channel.netscape.com/rdf/simple/0.9/"><channel><title>F</title></channel><item><title>T</title><link>https://mag.example/a</link><description>A dek.</description></item></rdf:RDF>`,
		"RSS 1.0":  `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>F</title><items><rdf:Seq><rdf:li resource="y"/></rdf:Seq></items></channel><item rdf:about="y"><title>T</title><link>https://mag.example/a</link><description>A dek.</description><dc:date>2024-03-05T10:00:00Z</dc:date></item></rdf:RDF>`,
		"RSS 2.0":  rss(`<item><title>T</title><link>https://mag.example/a</link><description>A dek.</description></item>`),
		"Atom 0.3": `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>F</title><entry><title>T</title><link rel="alternate" type="text/html" href="https://mag.example/a"/><summary>A dek.</summary></entry></feed>`,
		"Atom 1.0": atom(`<entry><title>T</title><link href="https://mag.example/a"/><summary>A dek.</summary></entry>`),
		"JSON 1.0": `{"version":"https://jsonfeed.org/version/1","title":"F","items":[{"id":"1","url":"https://mag.example/a","title":"T","summary":"A dek."}]}`,
		"JSON 1.1": `{"version":"https://jsonfeed.org/version/1.1","title":"F","items":[{"id":2,"url":"https://mag.example/a","title":"T","summary":"A dek."}]}`,
		"capitals": strings.NewReplacer("<rss", "<RSS", "</rss", "</RSS", "channel>", "CHANNEL>", "item>", "Item>").Replace(rss(`<item><title>T</title><link>https://mag.example/a</link><description>A dek.</description></item>`)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := parse(t, doc)
			if len(f.Articles) != 1 || f.Title == "" || !f.Whole || len(f.Warnings) != 0 {
				t.Fatalf("feed %q, %d articles, whole %t, warnings %q", f.Title, len(f.Articles), f.Whole, f.Warnings)
			}
			if a := f.Articles[0]; a.Title != "T" || a.URL != "https://mag.example/a" || a.Canonical != "mag.example/a" || a.Dek != "A dek." {
				t.Errorf("article = %+v", a)
			}
		})
	}
}

func TestNotFeeds(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, doc string
		want      error
		words     string
	}{
		{"nothing", "", feeds.ErrEmpty, "empty"},
		{"white space", " \n\ufeff ", feeds.ErrEmpty, "empty"},
		{"page", "<!DOCTYPE html><html><head><title>Home</title></head></html>", feeds.ErrNotFeed, "a web page, and it names no feed"},
		{"page in pieces", "<div>hello</div>", feeds.ErrNotFeed, "a web page"},
		{"list of feeds", `<?xml version="1.0"?><opml version="2.0"></opml>`, feeds.ErrNotFeed, "OPML"},
		{"sitemap", `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>`, feeds.ErrNotFeed, "sitemap"},
		{"other XML", "<note><to>x</to></note>", feeds.ErrNotFeed, "<note>"},
		{"other JSON", `{"error":"not found"}`, feeds.ErrNotFeed, "JSON"},
		{"a JSON list", `[1,2]`, feeds.ErrNotFeed, "JSON"},
		{"text", "Service unavailable", feeds.ErrNotFeed, "plain text"},
		{"binary", "\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", feeds.ErrNotFeed, "plain text"},
		{"cut off at once", `<?xml version="1.0"?><rss><channel><title>F</ti`, feeds.ErrBroken, "cut off"},
		{"cut off in the first item", `<rss><channel><title>F</title><item><title>T</title>`, feeds.ErrBroken, "no article of it is whole"},
		{"JSON cut off", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"`, feeds.ErrBroken, "cut off"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := feeds.Parse([]byte(tt.doc), feeds.Meta{})
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.words) {
				t.Errorf("Parse = %v, want %v that says %q", err, tt.want, tt.words)
			}
			if len(f.Articles) != 0 {
				t.Errorf("%d articles", len(f.Articles))
			}
		})
	}
}

func TestPageNamesItsFeed(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, head, want string }{
		{"one", `<link rel="alternate" type="application/rss+xml" href="/feed.xml">`, "https://mag.example/feed.xml"},
		{"comments first", `<link rel="alternate" type="application/rss+xml" title="Mag &raquo; Comments Feed" href="/comments/feed/"><link rel="alternate" type="application/atom+xml" href="/feed/">`, "https://mag.example/feed/"},
		{"base", `<base href="https://cdn.example/x/"><link rel='alternate home' type='Application/RSS+XML' href='feed.xml'>`, "https://cdn.example/x/feed.xml"},
		{"JSON Feed", `<link rel="alternate" type="application/feed+json" href="feed.json">`, "https://mag.example/world/feed.json"},
		{"other languages are no feeds", `<link rel="alternate" hreflang="de" href="/de/">`, ""},
		{"hostile", `<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f, err := feeds.Parse([]byte("<!doctype html><html><head>"+tt.head+"</head><body>x</body></html>"), feeds.Meta{URL: "https://mag.example/world/"})
			if !errors.Is(err, feeds.ErrNotFeed) || f.Alternate != tt.want {
				t.Errorf("alternate %q, %v; want %q", f.Alternate, err, tt.want)
			}
		})
	}
}

func TestLinks(t *testing.T) {
	t.Parallel()
	in := func(links string) string { return rss("<item><title>T</title>" + links + "</item>") }
	tests := []struct{ name, doc, want string }{
		{"absolute", in("<link>https://mag.example/a?utm_source=rss&amp;id=1</link>"), "https://mag.example/a?id=1"},
		{"relative", in("<link>/posts/1</link>"), "https://mag.example/posts/1"},
		{"in CDATA with white space", in("<link>\n <![CDATA[ https://mag.example/a ]]> </link>"), "https://mag.example/a"},
		{"javascript", in("<link>javascript:alert(1)</link>"), ""},
		{"data", in("<link>data:text/html,x</link>"), ""},
		{"too long", in("<link>https://mag.example/" + strings.Repeat("a", 5000) + "</link>"), ""},
		{"protocol-relative", in("<link>//cdn.example/a</link>"), "https://cdn.example/a"},
		{"GUID that is a permalink", in("<guid>https://mag.example/a</guid>"), "https://mag.example/a"},
		{"GUID that is none", in(`<guid isPermaLink="false">https://mag.example/a</guid>`), ""},
		{"hostile link, permalink GUID", in("<link>javascript:x</link><guid>https://mag.example/a</guid>"), "https://mag.example/a"},
		{"original behind a proxy", in("<link>https://feeds.example/~r/x/1</link><feedburner:origLink>https://mag.example/a</feedburner:origLink>"), "https://mag.example/a"},
		{"Atom link in RSS", in(`<atom:link href="https://mag.example/a"/>`), "https://mag.example/a"},
		{"xml:base of the feed", strings.Replace(in("<link>1</link>"), "<rss ", `<rss xml:base="https://b.example/blog/index.html" `, 1), "https://b.example/blog/1"},
		{"Atom, xml:base of the entry", atom(`<entry xml:base="https://b.example/x/y"><title>T</title><link href="../1?a=b"/></entry>`), "https://b.example/1?a=b"},
		{"Atom, nested xml:base", strings.Replace(atom(`<entry xml:base="posts/"><title>T</title><link href="1"/></entry>`), "<feed ", `<feed xml:base="https://b.example/blog/" `, 1), "https://b.example/blog/posts/1"},
		{"Atom, no rel, beside others", atom(`<entry><title>T</title><link rel="self" href="/self"/><link rel="alternate" type="application/json" href="/json"/><link type="text/html" href="/a"/></entry>`), "https://mag.example/a"},
		{"Atom, id for a link", atom(`<entry><title>T</title><id>https://mag.example/a</id></entry>`), "https://mag.example/a"},
		{"Atom, id that is none", atom(`<entry><title>T</title><id>tag:mag.example,2024:1</id></entry>`), ""},
		{"JSON, external", `{"version":"https://jsonfeed.org/version/1","home_page_url":"https://mag.example/","items":[{"id":"1","title":"T","external_url":"/a"}]}`, "https://mag.example/a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := only(t, tt.doc).URL; got != tt.want {
				t.Errorf("URL = %q, want %q", got, tt.want)
			}
		})
	}
	f, err := feeds.Parse([]byte(`<rss><channel><item><title>T</title><link>/a</link></item></channel></rss>`), feeds.Meta{})
	if err != nil || f.Articles[0].URL != "" {
		t.Errorf("a relative link without any base = %+v, %v; want none", f.Articles, err)
	}
}

func TestGUIDs(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, doc, want string }{
		{"RSS", rss(`<item><title>T</title><guid isPermaLink="false"> 42 </guid></item>`), "42"},
		{"none", rss(`<item><title>T</title><link>https://mag.example/a</link></item>`), ""},
		{"Atom, relative, under xml:base", `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/blog/"><entry><title>T</title><id>1</id></entry></feed>`, "1"},
		{"Atom, in CDATA", atom(`<entry><title>T</title><id><![CDATA[a&b]]></id></entry>`), "a&b"},
		{"Atom, escaped", atom(`<entry><id>https://mag.example/?a=1&amp;b=2</id><title>T</title></entry>`), "https://mag.example/?a=1&b=2"},
		{"Atom, a source's id is not it", atom(`<entry><title>T</title><id>own</id><source><id>other</id></source></entry>`), "own"},
		{"JSON, a number", `{"version":"https://jsonfeed.org/version/1","items":[{"id":7,"title":"T"}]}`, "7"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := only(t, tt.doc).GUID; got != tt.want {
				t.Errorf("GUID = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSameAgainInOneFeed(t *testing.T) {
	t.Parallel()
	f := parse(t, rss(`
<item><title>Old words</title><link>https://mag.example/a</link><pubDate>Mon, 04 Mar 2024 10:00:00 GMT</pubDate><guid isPermaLink="false">1</guid></item>
<item><title>New words</title><link>http://mag.example/a/?utm_source=x</link><pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate><guid isPermaLink="false">2</guid></item>
<item><title>B</title><link>https://mag.example/b</link><guid isPermaLink="false">same</guid></item>
<item><title>C</title><link>https://mag.example/c</link><guid isPermaLink="false">same</guid></item>
<item><title>D</title></item><item><title>E</title></item>
<item><title>F</title><guid isPermaLink="false">f</guid></item><item><title>F</title><guid isPermaLink="false">f</guid></item>`))
	var got []string
	for _, a := range f.Articles {
		got = append(got, a.Title+":"+a.GUID)
	}
	if want := "New words:2 B: C: D: E: F:f"; strings.Join(got, " ") != want || len(f.Warnings) != 2 {
		t.Errorf("articles %q, warnings %q; want %q and two", got, f.Warnings, want)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	march := time.Date(2024, 3, 5, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		name, doc          string
		published, updated time.Time
	}{
		{"RFC 822", rss("<item><title>T</title><pubDate>Tue, 05 Mar 2024 05:00:00 EST</pubDate></item>"), march, time.Time{}},
		{"offset", rss("<item><title>T</title><pubDate>Tue, 5 Mar 2024 11:00 +0100</pubDate></item>"), march, time.Time{}},
		{"unknown zone", rss("<item><title>T</title><pubDate>Tue, 05 Mar 2024 10:00:00 XYZ</pubDate></item>"), march, time.Time{}},
		{"dc:date", rss("<item><title>T</title><dc:date>2024-03-05T10:00:00Z</dc:date></item>"), march, time.Time{}},
		{"Atom", atom("<entry><title>T</title><published>2024-03-05T10:00:00Z</published><updated>2024-03-06T10:00:00.5Z</updated></entry>"), march, march.Add(24*time.Hour + 500*time.Millisecond)},
		{"Atom, updated before", atom("<entry><title>T</title><published>2024-03-05T10:00:00Z</published><updated>2024-03-05T10:00:00Z</updated></entry>"), march, time.Time{}},
		{"Atom, only updated", atom("<entry><title>T</title><updated>2024-03-05T10:00:00Z</updated></entry>"), march, time.Time{}},
		{"JSON", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"T","date_published":"2024-03-05T11:00:00+01:00"}]}`, march, time.Time{}},
		{"none", rss("<item><title>T</title></item>"), time.Time{}, time.Time{}},
		{"nonsense", rss("<item><title>T</title><pubDate>yesterday</pubDate></item>"), time.Time{}, time.Time{}},
		{"epoch", rss("<item><title>T</title><pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate></item>"), time.Time{}, time.Time{}},
		{"year 1", atom("<entry><title>T</title><published>0001-01-01T00:00:00Z</published></entry>"), time.Time{}, time.Time{}},
		{"year 0", atom("<entry><title>T</title><published>0000-01-01T00:00:00Z</published></entry>"), time.Time{}, time.Time{}},
		{"future kept", atom("<entry><title>T</title><published>2199-01-01T00:00:00Z</published></entry>"), time.Date(2199, 1, 1, 0, 0, 0, 0, time.UTC), time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := only(t, tt.doc)
			if !a.Published.Equal(tt.published) || !a.Updated.Equal(tt.updated) {
				t.Errorf("published %s, updated %s; want %s, %s", a.Published, a.Updated, tt.published, tt.updated)
			}
		})
	}
}
