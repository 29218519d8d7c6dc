package feeds_test

import (
	"strings"
	"testing"

	"roundup/digest/feeds"
)

func titles(f feeds.Feed) string {
	var all []string
	for _, a := range f.Articles {
		all = append(all, a.Title)
	}
	return strings.Join(all, " ")
}

func TestSalvage(t *testing.T) {
	t.Parallel()
	one := func(title string) string {
		return "<item><title>" + title + "</title><link>/" + title + "</link><description>Text &amp; more.</description></item>"
	}
	three := rss(one("A") + one("B") + one("C"))
	entries := `<entry xml:base="https://b.example/x/"><id>1</id><title>A</title><link href="a"/></entry><entry><id>2</id><title>B</title></entry><entry><id>3</id><title>C</title></entry>`
	rdf := `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>F</title></channel>` + one("A") + one("B") + "<item><title>C"
	json := `{"version":"https://jsonfeed.org/version/1","title":"F","items":[{"id":"1","title":"A"},{"id":"2","title":"B"},{"id":"3","title":"C"}]}`
	tests := []struct{ name, doc, want string }{
		{"cut in the third item", three[:strings.Index(three, "<title>C")+9], "A B"},
		{"cut in a tag", three[:strings.Index(three, "<link>/C")+3], "A B"},
		{"cut between items", three[:strings.LastIndex(three, "<item>")], "A B"},
		{"cut before the end", strings.TrimSuffix(three, "</channel></rss>"), "A B C"},
		{"cut in CDATA", rss(one("A") + "<item><title>B</title><description><![CDATA[x</item>")[:], "A"},
		{"cut in a comment", rss(one("A") + "<!-- " + one("B")), "A"},
		{"Atom, cut", atom(entries)[:strings.Index(atom(entries), "<title>C")], "A B"},
		{"RSS 1.0, cut", rdf, "A B"},
		{"JSON, cut", json[:strings.Index(json, `"C"`)], "A B"},
		{"JSON, an item of the wrong shape", strings.Replace(json, `{"id":"2","title":"B"}`, `{"id":"2","title":["B"]}`, 1), "A C"},
		{"JSON, a field of the wrong shape", strings.Replace(json, `"title":"F"`, `"title":7,"authors":"x"`, 1), "A B C"},
		{"JSON, null items", strings.Replace(json, `{"id":"2","title":"B"}`, `null`, 1), "A C"},
		{"a fault in one item", rss(one("A") + "<item><title>B</title><a:b:c/></item>" + one("C")), "A C"},
		{"an item never closed", rss("<item><title>A</title>" + one("B") + one("C")), "A B C"},
		{"elements crossed", rss("<item><title>A</title><description><b><i>x</b></i></description></item>" + one("B")), "A B"},
		{"HTML not escaped", rss("<item><title>A</title><description>x <br> y <img src=a.jpg> & <p>z</description></item>" + one("B")), "A B"},
		{"stray marks", rss("<item><title>A</title><description>1 < 2 ]]> 3 &nosuch; <3</description></item>" + one("B")), "A B"},
		{"junk after the end", three + "\n<!-- served in 3 ms --></html>", "A B C"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := parse(t, tt.doc)
			if got := titles(f); got != tt.want {
				t.Errorf("articles %q, want %q (%q)", got, tt.want, f.Warnings)
			}
			lost := strings.Count(tt.want, " ") < 2 && strings.Contains(tt.name, "cut")
			if lost && (f.Whole || len(f.Warnings) == 0) {
				t.Errorf("whole %t, warnings %q: want the loss told", f.Whole, f.Warnings)
			}
		})
	}
	f := parse(t, three[:strings.Index(three, "<title>C")])
	if f.Title != "The Magazine" || f.Articles[1].URL != "https://mag.example/B" {
		t.Errorf("title %q, link %q: want them as in the whole feed", f.Title, f.Articles[1].URL)
	}
	f = parse(t, atom(entries)[:strings.Index(atom(entries), "<title>C")])
	if a := f.Articles[0]; a.URL != "https://b.example/x/a" || a.GUID != "1" {
		t.Errorf("link %q, GUID %q: want them under the entry's base, and untouched by it", a.URL, a.GUID)
	}
}

// A feed cut at any byte gives a prefix of its articles, or a named error.
func TestCutAnywhere(t *testing.T) {
	t.Parallel()
	doc := rss(`<item><title>A</title><description><![CDATA[<p>é & x</p>]]></description></item><!-- c --><item><title>B</title><link>/b?a=1&amp;c</link></item><item><title>C</title></item>`)
	for i := range doc {
		f, err := feeds.Parse([]byte(doc[:i]), feeds.Meta{})
		if got := titles(f); !strings.HasPrefix("A B C", got) || err == nil && !f.Whole && len(f.Warnings) == 0 {
			t.Fatalf("cut at %d: %q, %v, %q", i, got, err, f.Warnings)
		}
		if err == nil && len(f.Articles) == 0 {
			t.Fatalf("cut at %d: neither articles nor an error", i)
		}
	}
}
