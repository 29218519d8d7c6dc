package web_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"roundup/web"
)

type previewer struct {
	p   web.Preview
	err error
}

func (p previewer) Preview(context.Context) (web.Preview, error) { return p.p, p.err }

func get(t *testing.T, p previewer, host, path string) *httptest.ResponseRecorder {
	t.Helper()
	h, err := web.NewPreview(p, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	req.Host = host
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func TestPreviewAnswersThisMachineOnly(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8123": 200, "127.0.0.1:1": 200, "[::1]:99": 200,
		"evil.example": 403, "evil.example:8123": 403, "127.0.0.1.evil.example": 403, "10.0.0.1": 403, "": 403,
	} {
		if got := get(t, previewer{}, host, "/").Code; got != want {
			t.Errorf("Host %q: got %d, want %d", host, got, want)
		}
	}
}

func TestPreviewServesEachForm(t *testing.T) {
	t.Parallel()
	p := previewer{p: web.Preview{
		Subject: "War & peace", HTML: "<p>mail<script>alert(1)</script></p>", Text: "text", Mail: []byte("From: x"), JSON: []byte(`{}`),
	}}
	for path, want := range map[string]string{
		"/": "War &amp; peace", "/issue.html": "<p>mail", "/issue.txt": "text", "/issue.eml": "From: x", "/issue.json": "{}",
	} {
		rec := get(t, p, "localhost", path)
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: got %d %q, want %q in it", path, rec.Code, rec.Body, want)
		}
		csp := rec.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "script") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if path == "/issue.html" && !strings.HasPrefix(csp, "sandbox;") {
			t.Errorf("the mail is not sandboxed: %q", csp)
		}
	}
}

func TestPreviewSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	rec := get(t, previewer{err: errors.New("digest.subject: no such field .Led")}, "localhost", "/")
	if rec.Code != 500 || !strings.Contains(rec.Body.String(), "no such field .Led") {
		t.Errorf("got %d %q", rec.Code, rec.Body)
	}
}
