package readers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/digest"
)

func TestIssuesAreListedByYear(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example/weekly")
	status, body, h := do(t, http.MethodGet, b.url+"/issues/", "", nil)
	if status != http.StatusOK || h.Get("X-Robots-Tag") != "" {
		t.Fatalf("got %d, %q: %s", status, h.Get("X-Robots-Tag"), body)
	}
	for _, want := range []string{
		"<h1>All issues</h1>", "<h2>2027</h2>", "<h2>2026</h2>", `<a href="/weekly/issues/?year=2026">2026</a>`, "Another &lt;headline&gt;",
		`<time datetime="2026-12-27">December 27, 2026</time>`, `<a href="/weekly/issues/in/in-brief/feed.atom">Atom</a>`, "The &lt;Weekly&gt;: Analysis",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in %s", want, body)
		}
	}
	if strings.Index(body, "<h2>2027") > strings.Index(body, "<h2>2026") {
		t.Error("older years stand first")
	}
	for _, tt := range []struct {
		query string
		want  digest.ArchiveQuery
	}{
		{"", digest.ArchiveQuery{}},
		{"?year=2026&before=40", digest.ArchiveQuery{
			From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), Before: 40}},
		{"?q=" + url.QueryEscape("  Größe PORTS größe "), digest.ArchiveQuery{Words: []string{"grosse", "ports"}}},
		{"?q=" + url.QueryEscape("a b c d e f g h"), digest.ArchiveQuery{Words: []string{"a", "b", "c", "d", "e", "f"}}},
		{"?year=x&before=y", digest.ArchiveQuery{}},
	} {
		if status, _, _ := do(t, http.MethodGet, b.url+"/issues/"+tt.query, "", nil); status != http.StatusOK {
			t.Errorf("%s: got %d", tt.query, status)
		}
		got := b.archive.asked
		if !slices.Equal(got.Words, tt.want.Words) || !got.From.Equal(tt.want.From) || !got.Until.Equal(tt.want.Until) || got.Before != tt.want.Before || got.Limit != 51 {
			t.Errorf("%s asks for %+v, want %+v", tt.query, got, tt.want)
		}
	}
}

// Where issues have appeared, a year without any does not say that none has.
func TestYearWithoutIssues(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	if _, body, _ := do(t, http.MethodGet, b.url+"/issues/?year=2020", "", nil); !strings.Contains(body, "No issue appeared in that time.") {
		t.Errorf("a year before the first: %s", body)
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	_, body, h := do(t, http.MethodGet, b.url+"/issues/?q="+url.QueryEscape(`"><b>`), "", nil)
	if strings.Contains(body, "<b>") || !strings.Contains(body, "<h1>Issues with “&#34;&gt;&lt;b&gt;”</h1>") {
		t.Errorf("the words are not escaped: %s", body)
	}
	if h.Get("X-Robots-Tag") == "" {
		t.Error("what somebody searched for may be found")
	}
	if _, body, _ = do(t, http.MethodGet, b.url+"/issues/?q=nothing", "", nil); !strings.Contains(body, "No issue has all of these words.") {
		t.Errorf("got %s", body)
	}
	const all = `<a href="/issues/">All issues</a>`
	for query, want := range map[string]int{"?q=nothing": 1, "?q=headline": 1, "?year=2020": 1, "?q=": 0, "": 0, "?q=headline&before=3": 0} {
		if _, body, _ = do(t, http.MethodGet, b.url+"/issues/"+query, "", nil); strings.Count(body, all) != want {
			t.Errorf("%s: %d links to all issues, want %d: %s", query, strings.Count(body, all), want, body)
		}
	}
	if status, _, h := do(t, http.MethodGet, b.url+"/issues", "", nil); status != http.StatusMovedPermanently || h.Get("Location") != "/issues/" {
		t.Errorf("without a slash: %d to %s", status, h.Get("Location"))
	}
}
