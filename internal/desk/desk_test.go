package desk_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"roundup/config"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/smtptest"
	"roundup/store"
)

// bundle is a desk over a real database, a scripted relay and a web server that
// counts how often each path was asked for.
type bundle struct {
	desk  *desk.Desk
	store *store.Store
	relay *smtptest.Server
	now   time.Time
	asked map[string]*atomic.Int32
}

const newsletter = `newsletter:
  name: The Weekly
  base_url: WWW/readers
  postal_address: "1 Main St"
mail: {from: weekly@magazine.example}
templates: templates
sources: [{url: WWW/well.xml}, {url: WWW/ill.xml}]
digest: {min_articles: 1}
schedule: {cron: "0 7 * * FRI"}
fetch: {allow_private: true}
smtp: {host: 127.0.0.1, port: PORT, tls: none}
`

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), asked: map[string]*atomic.Int32{
		"readers": {}, "well.xml": {}, "ill.xml": {},
	}}
	www := httptest.NewServer(http.HandlerFunc(b.answer))
	t.Cleanup(www.Close)
	var err error
	if b.relay, err = smtptest.New(smtptest.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.relay.Close() })
	file := filepath.Join(t.TempDir(), "roundup.yaml")
	if err := os.Mkdir(filepath.Join(filepath.Dir(file), "templates"), 0o700); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("WWW", www.URL, "PORT", fmt.Sprint(b.relay.Port())).Replace(newsletter)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return b.now }
	if b.store, _, err = store.Create(t.Context(), cfg.Database, store.Options{Now: now, Machine: "here"}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	b.desk, err = desk.New(t.Context(), desk.Options{Config: cfg, Store: b.store, Now: now, Version: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bundle) answer(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	b.asked[name].Add(1)
	switch name {
	case "ill.xml":
		http.Error(w, "no", http.StatusInternalServerError)
	case "well.xml":
		fmt.Fprint(w, `<rss version="2.0"><channel><title>M</title><item><title>A</title><link>https://m.example/a</link></item></channel></rss>`)
	}
}

func (b *bundle) want(t *testing.T, name string, times int32) {
	t.Helper()
	if got := b.asked[name].Load(); got != times {
		t.Errorf("%s was asked for %d times, want %d", name, got, times)
	}
}

// The configuration allows the themes there are.
func TestThemes(t *testing.T) {
	t.Parallel()
	for _, theme := range digest.Themes() {
		path := filepath.Join(t.TempDir(), "roundup.yaml")
		if err := os.WriteFile(path, []byte("digest: {theme: "+theme+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(path, nil); err != nil {
			t.Error(err)
		}
	}
}

func TestFailingSourceIsLeftAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	fetch := func() {
		t.Helper()
		if _, err := b.desk.FetchIfStale(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	fetch()
	fetch()
	b.want(t, "ill.xml", 1)

	// After a while it is tried again, and it alone: the other was just read.
	b.now = b.now.Add(11 * time.Minute)
	fetch()
	fetch()
	b.want(t, "ill.xml", 2)
	b.want(t, "well.xml", 1)

	b.now = b.now.Add(time.Hour)
	fetch()
	b.want(t, "well.xml", 2)
}

func TestWayOutIsNotAskedForEachRun(t *testing.T) {
	t.Parallel()
	b := setup(t)
	run := func() {
		t.Helper()
		if _, err := b.desk.Run(t.Context(), desk.RunOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	run()
	run()
	b.want(t, "readers", 1)
	b.now = b.now.Add(6 * time.Minute)
	run()
	b.want(t, "readers", 2)
}
