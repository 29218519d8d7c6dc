package feeds_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/digest/feeds"
)

func contextOf(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

const pageHead = `<!doctype html><html><head><meta charset="utf-8"><title>The bridge | The Magazine</title>
<link rel="canonical" href="https://other.example/stolen">
<meta property="og:title" content="The bridge &amp; the river">
<meta property="og:description" content="Why a bridge divides two towns.">
<meta property="og:image" content="/img/bridge.jpg?utm_source=og"><meta property="og:image:alt" content="A bridge at dawn">
<meta property="og:image:width" content="1200"><meta property="og:image:height" content="800">`

const pageLD = `<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"x"},
{"@type":["NewsArticle"],"headline":"The bridge","description":"From the linked data.","datePublished":"2024-03-04T10:00:00Z",
"author":[{"@type":"Person","name":"Jane Doe","url":"/jane"},{"@type":"Person","name":"John Roe"}],
"image":{"@type":"ImageObject","url":"https://cdn.example/ld.jpg","caption":"The bridge.","creditText":"Photo: Ann Poe","width":900,"height":"600px"}}]}</script>`

func TestEnrich(t *testing.T) {
	t.Parallel()
	published := time.Date(2024, 3, 4, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		name, page string
		in, want   digest.Article // URLs are completed in the test
	}{
		{"picture and dek", pageHead, digest.Article{Title: "T", Summary: "It began in May."},
			digest.Article{Title: "T", Summary: "It began in May.", Dek: "Why a bridge divides two towns.",
				Image: digest.Image{URL: "SITE/img/bridge.jpg", Alt: "A bridge at dawn", Width: 1200, Height: 800}}},
		{"what is there stays", pageHead, digest.Article{Title: "T", Dek: "D", Authors: []digest.Author{{Name: "A"}}},
			digest.Article{Title: "T", Dek: "D", Authors: []digest.Author{{Name: "A"}}, Image: digest.Image{URL: "SITE/img/bridge.jpg", Alt: "A bridge at dawn", Width: 1200, Height: 800}}},
		{"JSON-LD alone", "<!doctype html>" + pageLD, digest.Article{Title: "T"},
			digest.Article{Title: "T", Dek: "From the linked data.", Image: digest.Image{URL: "https://cdn.example/ld.jpg", Caption: "The bridge.", Credit: "Ann Poe", Width: 900, Height: 600}}},
		{"nothing but its address", pageHead + pageLD, digest.Article{},
			digest.Article{Title: "The bridge", Dek: "Why a bridge divides two towns.", Published: published,
				Authors: []digest.Author{{Name: "Jane Doe", URI: "SITE/jane"}, {Name: "John Roe"}},
				Image:   digest.Image{URL: "SITE/img/bridge.jpg", Alt: "A bridge at dawn", Caption: "The bridge.", Credit: "Ann Poe", Width: 1200, Height: 800}}},
		{"the article's own beginning is no dek", `<meta name="description" content="It began in May, when the river rose and the…">`,
			digest.Article{Title: "T", Summary: "It began in May, when the river rose and the bridge fell."},
			digest.Article{Title: "T", Summary: "It began in May, when the river rose and the bridge fell."}},
		{"the site's logo is no picture", `<meta property="og:image" content="https://cdn.example/img/site-logo.png">`, digest.Article{Title: "T"}, digest.Article{Title: "T"}},
		{"hostile", `<meta property="og:image" content="javascript:alert(1)"><meta property="og:description" content="&lt;script&gt;alert(1)&lt;/script&gt;A &lt;b&gt;fine&lt;/b&gt; dek.">`,
			digest.Article{Title: "T"}, digest.Article{Title: "T", Dek: "A fine dek."}},
		{"broken JSON-LD", `<script type="application/ld+json">{"@type":"Article",</script><script type="application/ld+json">[[[[[[[[[[[[{}]]]]]]]]]]]]</script>`, digest.Article{Title: "T"}, digest.Article{Title: "T"}},
		{"a page that never ends", pageHead + strings.Repeat("<p>x</p>", 1<<20), digest.Article{Title: "T", Dek: "D"},
			digest.Article{Title: "T", Dek: "D", Image: digest.Image{URL: "SITE/img/bridge.jpg", Alt: "A bridge at dawn", Width: 1200, Height: 800}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			site := serve(t, says(tt.page))
			tt.in.URL, tt.want.URL = site+"/a", site+"/a"
			tt.want.Image.URL = strings.Replace(tt.want.Image.URL, "SITE", site, 1)
			for i := range tt.want.Authors {
				tt.want.Authors[i].URI = strings.Replace(tt.want.Authors[i].URI, "SITE", site, 1)
			}
			got, err := reader(t, feeds.Options{}).Enrich(t.Context(), tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := compare(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEnrichLeavesAlone(t *testing.T) {
	t.Parallel()
	site := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusNotFound)
		case "/meta":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		default:
			t.Errorf("asked for %s", r.URL)
			_, _ = io.WriteString(w, pageHead)
		}
	})
	rd := reader(t, feeds.Options{})
	full := digest.Article{Title: "T", URL: site + "/full", Dek: "D", Image: digest.Image{URL: "https://mag.example/a.jpg"}}
	for _, a := range []digest.Article{full, {Title: "T"}} {
		if got, err := rd.Enrich(t.Context(), a); err != nil || compare(a, got) != "" {
			t.Errorf("Enrich = %+v, %v: want it left alone", got, err)
		}
	}
	for _, path := range []string{"/gone", "/meta"} {
		in := digest.Article{Title: "T", URL: site + path}
		if got, err := rd.Enrich(t.Context(), in); err == nil || compare(in, got) != "" || !strings.Contains(err.Error(), in.URL) {
			t.Errorf("Enrich of %s = %+v, %v: want an error that names it", path, got, err)
		}
	}
}
