package desk_test

import (
	"database/sql"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundup/digest/feeds"
	"roundup/internal/desk"
	"roundup/internal/outbound"
)

func TestTryFeed(t *testing.T) {
	t.Parallel()
	const rss = `<rss version="2.0"><channel><title>The Harbour Review</title>
		<item><title>Old</title><link>https://h.example/1</link><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate></item>
		<item><title>New</title><link>https://h.example/2</link><pubDate>Tue, 24 Nov 2026 08:00:00 GMT</pubDate></item>
		<item><title>Undated</title><link>https://h.example/3</link></item></channel></rss>`
	mux := http.NewServeMux()
	mux.HandleFunc("/feed.xml", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(rss)) })
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`<!doctype html><link rel="alternate" type="application/rss+xml" href="/feed.xml">`))
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "feed.xml")
	if err := os.WriteFile(file, []byte(rss), 0o600); err != nil {
		t.Fatal(err)
	}
	harbour := desk.TriedFeed{Title: "The Harbour Review", Articles: 3, Newest: time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)}
	tests := []struct {
		name string
		give desk.TryFeedOptions
		url  string
		err  error
	}{
		{"a feed", desk.TryFeedOptions{URL: server.URL + "/feed.xml", AllowPrivate: true}, "", nil},
		{"a site that names its feed", desk.TryFeedOptions{URL: server.URL + "/", AllowPrivate: true}, server.URL + "/feed.xml", nil},
		{"a file", desk.TryFeedOptions{Path: file}, "", nil},
		{"a private address", desk.TryFeedOptions{URL: server.URL + "/feed.xml"}, "", outbound.ErrPrivateAddress},
		{"nothing there", desk.TryFeedOptions{URL: server.URL + "/gone", AllowPrivate: true}, "", feeds.ErrStatus},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.give.Now = time.Now
			got, err := desk.TryFeed(t.Context(), tt.give)
			if !errors.Is(err, tt.err) {
				t.Fatalf("got error %v, want %v", err, tt.err)
			}
			if err == nil && (got.Title != harbour.Title || got.Articles != harbour.Articles || !got.Newest.Equal(harbour.Newest) || got.URL != tt.url) {
				t.Errorf("got %+v, want %+v at %q", got, harbour, tt.url)
			}
		})
	}
}

// What the database does not take of one source fails that source alone, until it does.
func TestFetchOfWhatIsRefused(t *testing.T) {
	t.Parallel()
	m := newMagazine(t)
	m.feed("a.xml", "<title>Alpha</title><guid>a</guid>")
	m.feed("b.xml", "<title>Beta</title><guid>b</guid>")
	m.want(m.fetch("{path: a.xml}", "{path: b.xml}"), "Alpha Beta")
	db, err := sql.Open("sqlite3", m.store.Path())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.Exec(`CREATE TRIGGER block BEFORE INSERT ON articles WHEN NEW.title = 'Gamma' BEGIN SELECT RAISE(ABORT, 'too long'); END`); err != nil {
		t.Fatal(err)
	}
	m.feed("a.xml", "<title>Alpha</title><guid>a</guid>", "<title>Gamma</title><guid>c</guid>")
	m.feed("b.xml", "<title>Beta</title><guid>b</guid>", "<title>Delta</title><guid>d</guid>")
	got, err := m.desk.Fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || !strings.Contains(got[0].Error, "too long") || got[1].Error != "" || got[1].New != 1 {
		t.Errorf("fetched %+v, want the first refused and one article of the second", got)
	}
	sources, err := m.desk.Sources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) != 2 || sources[0].LastError != got[0].Error || sources[0].FailingSince.IsZero() || sources[1].LastError != "" {
		t.Errorf("sources on record: %+v, want the first failing", sources)
	}
	if _, err := db.Exec(`DROP TRIGGER block`); err != nil {
		t.Fatal(err)
	}
	m.want(m.fetch("{path: a.xml}", "{path: b.xml}"), "Alpha Beta Delta Gamma")
}
