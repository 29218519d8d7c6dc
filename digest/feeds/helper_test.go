package feeds_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roundup/digest"
	"roundup/digest/feeds"
)

// rss wraps items in a feed that declares every name space in use.
func rss(items string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0">
<channel><title>The Magazine</title><link>https://mag.example/</link>` + items + `</channel></rss>`
}

// atom wraps entries in a feed.
func atom(entries string) string {
	return `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<title>The Magazine</title><link href="https://mag.example/"/>` + entries + `</feed>`
}

// parse parses a document that is whole and fine.
func parse(t *testing.T, doc string) feeds.Feed {
	t.Helper()
	f, err := feeds.Parse([]byte(doc), feeds.Meta{URL: "https://mag.example/feed.xml"})
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, doc)
	}
	return f
}

// only parses a feed of one article.
func only(t *testing.T, doc string) digest.Article {
	t.Helper()
	f := parse(t, doc)
	if len(f.Articles) != 1 {
		t.Fatalf("%d articles, want one (%q)\n%s", len(f.Articles), f.Warnings, doc)
	}
	return f.Articles[0]
}

// item parses one RSS item with this inside.
func item(t *testing.T, inner string) digest.Article {
	t.Helper()
	if !strings.Contains(inner, "<title>") {
		inner = "<title>T</title>" + inner
	}
	return only(t, rss("<item>"+inner+"</item>"))
}

// body parses one RSS item with this HTML as its content:encoded.
func body(t *testing.T, html string) digest.Article {
	t.Helper()
	return item(t, "<content:encoded><![CDATA["+html+"]]></content:encoded>")
}

func cdata(s string) string { return "<![CDATA[" + s + "]]>" }

// compare tells how two articles differ; "" when they do not.
func compare(want, got digest.Article) string { return cmp.Diff(want, got, cmpopts.EquateEmpty()) }
