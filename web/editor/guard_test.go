package editor_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"roundup/web/editor"
)

func TestPreviewAnswersThisMachineOnly(t *testing.T) {
	t.Parallel()
	h := handler(t, sampleDesk())
	for host, want := range map[string]int{
		"localhost": 200, "localhost:8123": 200, "127.0.0.1:1": 200, "[::1]:99": 200,
		"evil.example": 403, "evil.example:8123": 403, "127.0.0.1.evil.example": 403, "10.0.0.1": 403, "": 403,
	} {
		for _, path := range []string{"/", "/issue.html", "/issue.eml", "/stamp", "/preview.js"} {
			if got := ask(t, h, path, "", "Host", host).Code; got != want {
				t.Errorf("Host %q, %s: got %d, want %d", host, path, got, want)
			}
		}
	}
}

func TestPreviewAnswersItsOwnPagesOnly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		form    string
		headers []string
		want    int
	}{
		{"a look from nowhere", "", nil, 200},
		{"a look from the page", "", []string{"Origin", "http://localhost:8123"}, 200},
		{"a look from another site", "", []string{"Origin", "https://evil.example"}, 403},
		{"a look from another port", "", []string{"Origin", "http://localhost:9"}, 403},
		{"a look from an opaque place", "", []string{"Origin", "null"}, 403},
		{"a form of the page", "do=pin&article=1", []string{"Origin", "http://localhost:8123", "Sec-Fetch-Site", "same-origin"}, 303},
		{"a form of another site", "do=pin&article=1", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403},
		{"a form of another site without an origin", "do=pin&article=1", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"a form of another port", "do=pin&article=1", []string{"Sec-Fetch-Site", "same-site"}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := sampleDesk()
			path := "/"
			if tt.form != "" {
				path = "/edit"
			}
			if got := ask(t, handler(t, d), path, tt.form, tt.headers...).Code; got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
			if changed := len(d.changes) > 0; changed != (tt.want == 303) {
				t.Errorf("changed: %v", changed)
			}
		})
	}
}

func TestPreviewAsksWhoMayEdit(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	h, err := editor.New(editor.Options{
		Desk: d, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Host:  func(host string) bool { return host == "news.example" },
		Allow: func(r *http.Request) bool { return r.Header.Get("Cookie") == "editor=1" },
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := ask(t, h, "/", "", "Host", "localhost").Code; got != 403 {
		t.Errorf("under another name: got %d", got)
	}
	if got := ask(t, h, "/issue.html", "", "Host", "news.example").Code; got != 401 {
		t.Errorf("a stranger: got %d", got)
	}
	if got := ask(t, h, "/", "", "Host", "news.example", "Cookie", "editor=1").Code; got != 200 {
		t.Errorf("the editor: got %d", got)
	}
}

func TestPreviewBelowAPath(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	server := httptest.NewServer(http.StripPrefix("/edit/weekly", handler(t, d)))
	defer server.Close()
	res, err := http.PostForm(server.URL+"/edit/weekly/edit", url.Values{"do": {"pin"}, "article": {"1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || res.Request.URL.Path != "/edit/weekly/" || !strings.Contains(string(body), "is pinned.") {
		t.Errorf("%v, %d at %s: %s", err, res.StatusCode, res.Request.URL, body)
	}
	for _, address := range []string{`href="/`, `src="/`, `action="/`} {
		if strings.Contains(string(body), address) {
			t.Errorf("an address is not relative: %s", address)
		}
	}
}
