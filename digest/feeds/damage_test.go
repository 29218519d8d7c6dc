package feeds_test

import (
	"errors"
	"strings"
	"testing"

	"roundup/digest/feeds"
)

// TestDamageIsNamed looks at feeds with one fault: the articles are read as far
// as can be, and the fault is said.
func TestDamageIsNamed(t *testing.T) {
	t.Parallel()
	one := func(title string) string {
		return "<item><title>" + title + "</title><link>/" + title + "</link></item>"
	}
	entry := func(title string) string {
		return `<entry><id>` + title + `</id><title>` + title + `</title><link href="/` + title + `"/></entry>`
	}
	gdata := `<gd:feedLink xmlns:gd="http://schemas.google.com/g/2005"><feed><entry><title>C</title></entry></feed></gd:feedLink>`
	tests := []struct {
		name, doc, want string
		said            string // in a warning; "" for none
	}{
		{"generator", rss("<generator>WordPress" + one("A") + one("B")), "A B", "<generator> never closed"},
		{"a field before another", rss("<generator>WordPress<language>en</language>" + one("A")), "A", "<generator> never closed"},
		{"subtitle", atom("<subtitle>Of things" + entry("A") + entry("B")), "A B", "<subtitle> never closed"},
		{"subtitle in XHTML", atom(`<subtitle type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Of` + entry("A") + entry("B")), "A B", "<subtitle> never closed"},
		{"link to itself", atom(`<link rel="self" href="/feed">` + entry("A") + entry("B")), "A B", "<link> never closed"},
		{"link of Atom in RSS", rss(`<atom:link rel="self" href="/feed">` + one("A") + one("B")), "A B", "<atom:link> never closed"},
		{"link in a name space of its own", rss(`<link xmlns="http://www.w3.org/2005/Atom" rel="self" href="/feed">` + one("A")), "A", "<link> never closed"},
		{"image", rss("<image><title>I</title><url>/i.png</url><link>/</link>" + one("A") + one("B")), "A B", "<image> never closed"},
		{"title of an item", rss("<item><title>A<link>/A</link></item>" + one("B")), "A B", "<title> never closed"},
		{"title of an entry", atom(`<entry><title>A<link href="/A"/></entry>` + entry("B")), "A B", "<title> never closed"},
		{"name of an author", atom(`<author><name>Ann<email>ann@mag.example</email></author>` + entry("A")), "A", ""},
		{"source of an item", rss(`<item><source url="/s.xml">S<title>A</title></item>` + one("B")), "A B", "<source> never closed"},
		{"item", rss("<item><title>A</title>" + one("B") + one("C")), "A B C", "<item> never closed"},
		{"CDATA", rss("<item><title>A</title><description><![CDATA[x</description></item>" + one("B") + "<item><title><![CDATA[C]]></title></item>"), "A B C", "<![CDATA[ never closed"},
		{"start of an item", rss("<title>A</title></item>" + one("B")), "B", "1 article has an end and no beginning"},
		{"items in a list", rss("<items>" + one("A") + one("B") + "</items>"), "A B", ""},
		{"entries in a list", atom("<entries>" + entry("A") + entry("B") + "</entries>"), "A B", ""},
		{"two channels", rss(one("A") + "</channel><channel><title>Other</title>" + one("B")), "A B", "do not fit together"},
		{"channel", `<rss version="2.0"><channel><title>T</title>` + one("A") + one("B") + `</rss>`, "A B", ""},
		{"the name space of the channel", `<rss><channel xmlns="urn:x"><title>T</title>` + one("A") + `</channel></rss>`, "A", "do not fit together"},
		{"the name space of the feed", `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>` + strings.Replace(entry("A"), "<entry", `<entry xmlns="urn:x"`, 1) + entry("B") + `</feed>`, "A B", "do not fit together"},
		{"an entry's comments", atom(`<entry><title>A</title>` + gdata + `</entry>` + entry("B")), "A B", "1 item stands within another"},
		{"an item of an extension", rss(`<x:item xmlns:x="urn:x"><x:title>no</x:title></x:item>` + one("A")), "A", ""},
		{"RSS 1.0 with a prefix", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:r="http://purl.org/rss/1.0/"><r:channel><r:title>T</r:title></r:channel><r:item><r:title>A</r:title></r:item></rdf:RDF>`, "A", ""},
		{"no article", rss(""), "", "no article in it"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := parse(t, tt.doc)
			if got := titles(f); got != tt.want {
				t.Errorf("articles %q, want %q (%q)", got, tt.want, f.Warnings)
			}
			said := strings.Join(f.Warnings, "; ")
			if !strings.Contains(said, tt.said) || tt.said == "" && said != "" {
				t.Errorf("said %q, want %q", said, tt.said)
			}
			for _, a := range f.Articles {
				for _, author := range a.Authors {
					if strings.Contains(author.Name, "@") {
						t.Errorf("a byline %q", author.Name)
					}
				}
			}
		})
	}
}

// A feed of which nothing can be read, though it has articles, is an error.
func TestNothingReadIsAnError(t *testing.T) {
	t.Parallel()
	for name, doc := range map[string]string{
		"cut in its head":         rss("")[:200],
		"cut in its first item":   strings.TrimSuffix(rss("<item><title>A"), "</channel></rss>"),
		"starts of items lost":    rss("<title>A</title></item><title>B</title></item>"),
		"JSON without items":      `{"version":"https://jsonfeed.org/version/1.1","title":"T"}`,
		"JSON with items of null": `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":null}`,
		"JSON with other items":   `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":{"a":1}}`,
		"JSON cut":                `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","ti`,
	} {
		f, err := feeds.Parse([]byte(doc), feeds.Meta{})
		if !errors.Is(err, feeds.ErrBroken) {
			t.Errorf("%s: %d articles, %v, want %v", name, len(f.Articles), err, feeds.ErrBroken)
		}
	}
}
