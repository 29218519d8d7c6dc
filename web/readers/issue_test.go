package readers_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/web/readers"
)

// archive is an archive of three issues: 11, 12 and 13, of which 13 has another page.
type archive struct {
	err         error
	asked       digest.ArchiveQuery
	corrections []digest.IssueCorrection // of each issue
	corrected   time.Time
}

const archived = `<!DOCTYPE html><html lang="en"><head><title>12</title></head><body><h1>Issue 12</h1></body></html>`

func issues() []digest.Issue {
	var all []digest.Issue
	for i, subject := range []string{"Another <headline>", "A headline", "The first"} {
		all = append(all, digest.Issue{
			Number: 13 - i, Slug: []string{"13-b", "12-a-headline", "11-c"}[i], Subject: subject, Preheader: "And more",
			Date:    time.Date(2027, time.January, 3, 12, 0, 0, 0, time.UTC).AddDate(0, 0, -7*i),
			Started: time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC),
			Sections: []digest.IssueSection{
				{Title: "Analysis", Key: "analysis", Articles: []digest.Printed{{
					Headline: "Ports & <trade>", Text: "What it means",
					Article: digest.Article{URL: "https://mag.example/ports", Authors: []digest.Author{{Name: "Ann"}, {Name: "Bo"}}},
				}}},
				{Title: "In brief", Key: "in-brief", Articles: []digest.Printed{{Headline: "Rails", Article: digest.Article{URL: "javascript:alert(1)"}}}},
			},
		})
	}
	return all
}

// issues are those, with their corrections.
func (a *archive) issues() []digest.Issue {
	all := issues()
	for i := range all {
		all[i].Corrections, all[i].Corrected = a.corrections, a.corrected
	}
	return all
}

func (a *archive) Page(_ context.Context, slug string) (p digest.ArchivedPage, err error) {
	all := a.issues()
	switch {
	case a.err != nil:
		return p, a.err
	case slug == "12-a-headline":
		return digest.ArchivedPage{Issue: all[1], HTML: archived, Previous: all[2], Next: all[0]}, nil
	case slug == "13-b": // of the publication's own templates
		return digest.ArchivedPage{Issue: all[0], HTML: "<p>No head, no body</p>"}, nil
	case slug == "10-gone":
		return digest.ArchivedPage{Issue: digest.Issue{Number: 10, Unpublished: all[0].Date}}, nil
	}
	return p, nil
}

func (a *archive) Archived(_ context.Context, q digest.ArchiveQuery) ([]digest.Issue, error) {
	a.asked = q
	all := a.issues()
	if len(q.Words) > 0 && q.Words[0] == "nothing" || q.From.Year() == 2020 {
		return nil, a.err
	}
	return all, a.err
}

func (a *archive) ArchivedDates(context.Context) (dates []time.Time, err error) {
	for _, i := range issues() {
		dates = append(dates, i.Date)
	}
	return dates, a.err
}

func TestIssuePage(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example/weekly")
	for _, prefix := range []string{"", "/weekly"} {
		status, body, h := do(t, http.MethodGet, b.url+prefix+"/issues/12-a-headline", "", nil)
		if status != http.StatusOK || !strings.Contains(body, "<h1>Issue 12</h1>") {
			t.Errorf("%s: got %d %q", prefix, status, body)
		}
		for name, want := range map[string]string{
			"Content-Type":            "text/html; charset=utf-8",
			"Cache-Control":           "public, max-age=300",
			"Last-Modified":           "Fri, 20 Nov 2026 12:00:00 GMT",
			"X-Content-Type-Options":  "nosniff",
			"X-Robots-Tag":            "",
			"Content-Security-Policy": "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
	status, body, _ := do(t, http.MethodHead, b.url+"/issues/12-a-headline", "", nil)
	if status != http.StatusOK || body != "" {
		t.Errorf("HEAD: got %d %q", status, body)
	}
}

func TestIssuePageIsNotSentAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	address := b.url + "/issues/12-a-headline"
	_, _, h := do(t, http.MethodGet, address, "", nil)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("If-None-Match", h.Get("ETag"))
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if h.Get("ETag") == "" || res.StatusCode != http.StatusNotModified {
		t.Errorf("got %d for ETag %q, want 304", res.StatusCode, h.Get("ETag"))
	}
}

func TestIssuePageOnlyReads(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		status, body, h := do(t, method, b.url+"/issues/12-a-headline", "", nil)
		if status != http.StatusMethodNotAllowed || h.Get("Allow") != "GET, HEAD" || strings.Contains(body, "Issue 12") {
			t.Errorf("%s: got %d, Allow %q: %s", method, status, h.Get("Allow"), body)
		}
	}
}

// Around the frozen page are its neighbours and what programs read; of the page
// itself nothing is changed.
func TestIssuePageHasItsPlaceInTheArchive(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example/weekly")
	_, body, _ := do(t, http.MethodGet, b.url+"/issues/12-a-headline", "", nil)
	head, rest, _ := strings.Cut(body, "</head>")
	for _, want := range []string{
		`<title>12</title>`, `<link rel="prev" href="/weekly/issues/11-c">`, `<link rel="next" href="/weekly/issues/13-b">`,
		`type="application/atom+xml" title="The &lt;Weekly&gt;" href="/weekly/issues/feed.atom">`, `<script type="application/ld+json">{"@context":"https://schema.org"`,
		`"url":"https://news.example/weekly/issues/12-a-headline"`, `"issueNumber":12`,
	} {
		if !strings.Contains(head, want) {
			t.Errorf("the head lacks %s: %s", want, head)
		}
	}
	if !strings.HasPrefix(rest, "<body><h1>Issue 12</h1><footer") || !strings.HasSuffix(body, "</body></html>") {
		t.Errorf("the frozen page was changed: %s", body)
	}
	for _, want := range []string{`<a rel="prev" href="/weekly/issues/11-c"><bdi>The first</bdi></a>`, "Another &lt;headline&gt;", `href="/weekly/issues/"`} {
		if !strings.Contains(rest, want) {
			t.Errorf("the body lacks %s: %s", want, rest)
		}
	}
	if status, body, _ := do(t, http.MethodGet, b.url+"/issues/13-b", "", nil); status != http.StatusOK || body != "<p>No head, no body</p>" {
		t.Errorf("a page without ends: got %d %q", status, body)
	}
}

// The form below an issue bears the moment of the hour: the page stays the same for so
// long, and is asked for again after that, by whichever of the two a program asks.
func TestIssuePageInvites(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 25, 12, 10, 0, 0, time.UTC)
	b := setup(t, "https://news.example", func(o *readers.Options) {
		o.SignUps, o.Now = &signUps{}, func() time.Time { return now }
	})
	ask := func() (body, tag, modified string) {
		_, body, h := do(t, http.MethodGet, b.url+"/issues/12-a-headline", "", nil)
		if got := h.Get("Content-Security-Policy"); !strings.Contains(got, "form-action 'self'") {
			t.Errorf("the form can't be sent: %s", got)
		}
		return body, h.Get("ETag"), h.Get("Last-Modified")
	}
	body, tag, modified := ask()
	if !strings.Contains(body, `<form class="subscribe" method="post" action="/subscribe">`) || modified != "Wed, 25 Nov 2026 12:00:00 GMT" {
		t.Errorf("modified %s: %s", modified, body)
	}
	now = now.Add(40 * time.Minute)
	if _, again, _ := ask(); again != tag {
		t.Error("within the hour it is another page")
	}
	now = now.Add(20 * time.Minute)
	if _, again, later := ask(); again == tag || later != "Wed, 25 Nov 2026 13:00:00 GMT" {
		t.Errorf("after the hour it is the same page, of %s", later)
	}
}

func TestIssueTakenDown(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	status, body, h := do(t, http.MethodGet, b.url+"/issues/10-gone", "", nil)
	if status != http.StatusGone || !strings.Contains(body, "This issue was taken down") || h.Get("X-Robots-Tag") == "" {
		t.Errorf("got %d: %s", status, body)
	}
}

// What can be seen of past issues is a setting.
func TestArchiveModes(t *testing.T) {
	t.Parallel()
	paths := []string{"/", "/issues/12-a-headline", "/issues/", "/issues/feed.atom", "/issues/in/analysis/feed.json"}
	for mode, want := range map[string][]int{readers.Public: {200, 200, 200, 200, 200}, readers.Unlisted: {200, 200, 404, 404, 404}, readers.Off: {200, 404, 404, 404, 404}} {
		b := setup(t, "https://news.example", func(o *readers.Options) { o.ArchiveMode = mode })
		for i, path := range paths {
			status, body, h := do(t, http.MethodGet, b.url+path, "", nil)
			if status != want[i] {
				t.Errorf("%s: %s answers %d, want %d", mode, path, status, want[i])
			}
			if found := h.Get("X-Robots-Tag") == ""; found != (mode == readers.Public) {
				t.Errorf("%s: %s may be found: %v", mode, path, found)
			}
			if mode != readers.Public && (strings.Contains(body, "/issues/") || strings.Contains(body, "feed.")) {
				t.Errorf("%s: %s leads to the archive: %s", mode, path, body)
			}
		}
	}
}

func TestNoSuchIssue(t *testing.T) {
	t.Parallel()
	b := setup(t, "")
	for _, path := range []string{"/issues/13-another", "/issues/12-A-headline", "/issues/..%2f12-a-headline", "/issues/%00"} {
		status, body, h := do(t, http.MethodGet, b.url+path, "", nil)
		if status != http.StatusNotFound || !strings.Contains(body, "This issue is not here") || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d, Cache-Control %q: %s", path, status, h.Get("Cache-Control"), body)
		}
	}
	b.archive.err = errors.New("disk on fire")
	for _, path := range []string{"/issues/%00", "/issues/12-%ff", "/issues/12%0a"} { // nobody is asked
		if status, _, _ := do(t, http.MethodGet, b.url+path, "", nil); status != http.StatusNotFound {
			t.Errorf("%s: got %d, want %d", path, status, http.StatusNotFound)
		}
	}
	status, body, _ := do(t, http.MethodGet, b.url+"/issues/12-a-headline", "", nil)
	if status != http.StatusInternalServerError || strings.Contains(body, "fire") {
		t.Errorf("got %d: %s", status, body)
	}
}
