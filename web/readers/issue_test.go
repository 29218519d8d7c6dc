package readers_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// archive is an archive of one issue.
type archive struct{ err error }

const archived = `<!DOCTYPE html><html lang="en"><body><h1>Issue 12</h1></body></html>`

func (a archive) Page(_ context.Context, slug string) (string, time.Time, error) {
	if a.err != nil || slug != "12-a-headline" {
		return "", time.Time{}, a.err
	}
	return archived, time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC), nil
}

func TestIssuePage(t *testing.T) {
	t.Parallel()
	b := setup(t, "https://news.example/weekly")
	for _, prefix := range []string{"", "/weekly"} {
		status, body, h := do(t, http.MethodGet, b.url+prefix+"/issues/12-a-headline", "", nil)
		if status != http.StatusOK || body != archived {
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
	status, body, _ := do(t, http.MethodGet, b.url+"/issues/12-a-headline", "", nil)
	if status != http.StatusInternalServerError || strings.Contains(body, "fire") {
		t.Errorf("got %d: %s", status, body)
	}
}
