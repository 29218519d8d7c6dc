package desk_test

import (
	"errors"
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
	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/templates"
)

// bundle is a desk over a real database, a scripted relay and a web server that
// counts how often each path was asked for.
type bundle struct {
	desk  *desk.Desk
	store *store.Store
	relay *smtptest.Server
	now   time.Time
	asked map[string]*atomic.Int32

	cfg        *config.Config
	broken     atomic.Bool // the readers' pages
	down, more atomic.Bool // well.xml can't be read; has a second article
	retryAfter string      // what a server wishes that can't be read
	reading    func()      // called as well.xml is asked for; nil for nothing
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
	if b.cfg, err = config.Load(file, nil); err != nil {
		t.Fatal(err)
	}
	if b.store, _, err = sqlite.Create(t.Context(), string(b.cfg.Database), sqlite.Options{Now: b.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	b.open(t)
	return b
}

func (b *bundle) clock() time.Time { return b.now }

// open makes a desk that remembers only what the database does, as each process has.
func (b *bundle) open(t *testing.T, change ...func(*desk.Options)) {
	t.Helper()
	o := desk.Options{Config: b.cfg, Store: b.store, Now: b.clock, Version: "test", Log: slog.New(slog.DiscardHandler), By: storetest.Anna()}
	for _, c := range change {
		c(&o)
	}
	var err error
	if b.desk, err = desk.New(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

func (b *bundle) answer(w http.ResponseWriter, r *http.Request) {
	name, _, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	b.asked[name].Add(1)
	fail := func() {
		if b.retryAfter != "" {
			w.Header().Set("Retry-After", b.retryAfter)
		}
		http.Error(w, "no", http.StatusServiceUnavailable)
	}
	switch name {
	case "readers":
		if b.broken.Load() {
			http.Error(w, "no", http.StatusBadGateway)
		}
	case "ill.xml":
		fail()
	case "well.xml":
		if b.reading != nil {
			b.reading()
		}
		if b.down.Load() {
			fail()
			return
		}
		items := `<item><title>A</title><link>https://m.example/a</link></item>`
		if b.more.Load() {
			items += `<item><title>B</title><link>https://m.example/b</link></item>`
		}
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>M</title>%s</channel></rss>`, items)
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
	for _, theme := range templates.Themes() {
		path := filepath.Join(t.TempDir(), "roundup.yaml")
		if err := os.WriteFile(path, []byte("digest: {theme: "+theme+"}\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := config.Load(path, nil); err != nil {
			t.Error(err)
		}
	}
}

// A timer's runs leave a failing source alone for as long as the daemon does,
// though each begins with nothing but the database.
func TestFailingSourceIsLeftAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	run := func() {
		t.Helper()
		b.open(t)
		if _, err := b.desk.Run(t.Context(), desk.RunOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	run()
	run()
	b.want(t, "ill.xml", 1)

	// After a while it is tried again, and it alone: the other was just read.
	b.now = b.now.Add(11 * time.Minute)
	run()
	run()
	b.want(t, "ill.xml", 2)
	b.want(t, "well.xml", 1)

	b.now = b.now.Add(time.Hour)
	run()
	b.want(t, "well.xml", 2)

	// A person who asks is not put off, but the server's own wish is.
	if _, err := b.desk.FetchIfStale(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.want(t, "ill.xml", 4)
	b.retryAfter = "7200"
	b.now = b.now.Add(time.Hour)
	run()
	b.want(t, "ill.xml", 5)
	b.now = b.now.Add(time.Hour)
	run()
	b.want(t, "ill.xml", 5)
	b.now = b.now.Add(time.Hour + time.Minute)
	run()
	b.want(t, "ill.xml", 6)
}

// An issue that is due, and for which no source was read, waits no two days
// because a server asked for them.
func TestIssueDoesNotWaitOutAServersPause(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.subscribe(t, "anna@readers.example")
	friday := time.Date(2026, 11, 27, 7, 0, 0, 0, time.UTC)
	run := func(at time.Time) (desk.Result, error) {
		b.now = at
		b.open(t)
		return b.desk.Run(t.Context(), desk.RunOptions{})
	}
	mustRun := func(at time.Time) {
		t.Helper()
		if _, err := run(at); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(friday.Add(-26 * time.Hour))
	b.down.Store(true)
	b.retryAfter = "172800"
	mustRun(friday.Add(-20 * time.Hour))
	mustRun(friday.Add(-19 * time.Hour)) // nothing is due: the wish holds
	b.want(t, "well.xml", 2)

	var stale *desk.StaleError
	for _, minute := range []int{1, 5, 13} {
		if _, err := run(friday.Add(time.Duration(minute) * time.Minute)); !errors.As(err, &stale) {
			t.Errorf("minute %d: %v, want a *StaleError", minute, err)
		}
	}
	b.want(t, "well.xml", 4)
	b.down.Store(false)
	result, err := run(friday.Add(25 * time.Minute))
	if err != nil || len(result.Sent) != 1 {
		t.Errorf("once the server is back: %d issues sent, %v; want one", len(result.Sent), err)
	}
}

// A clock that was wrong for a day doesn't keep sources from being read after.
func TestSourceReadInTheFuture(t *testing.T) {
	t.Parallel()
	b := setup(t)
	today := b.now
	b.now = today.Add(24 * time.Hour)
	if _, err := b.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	b.now = today
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	b.want(t, "well.xml", 2)
}

// What only keeps mail back keeps no source from being read.
func TestSourcesAreReadWithoutAWayOut(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.broken.Store(true)
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{}); err == nil {
		t.Error("a run without a way out did not fail")
	}
	b.want(t, "well.xml", 1)
}

// Where mails lead to pages, these must answer, whoever reads the mailbox that
// mails name besides; a mailbox alone will do where they lead to none.
func TestWayOut(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		pages, answer   bool
		mailbox, refuse bool
	}{
		{name: "neither", refuse: true},
		{name: "a mailbox alone", mailbox: true},
		{name: "pages that answer", pages: true, answer: true},
		{name: "pages that do not", pages: true, refuse: true},
		{name: "pages that do not, and a mailbox", pages: true, mailbox: true, refuse: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.cfg.Mail.UnsubscribeChosen = tt.mailbox
			b.broken.Store(!tt.answer)
			if !tt.pages {
				b.cfg.Newsletter.BaseURL = ""
			}
			var refused *desk.NotReadyError
			if _, err := b.desk.Run(t.Context(), desk.RunOptions{}); errors.As(err, &refused) != tt.refuse {
				t.Errorf("a run ended with %v, want it refused: %t", err, tt.refuse)
			}
			if _, err := b.desk.Foresee(t.Context(), false); errors.As(err, &refused) != tt.refuse {
				t.Errorf("a dry run ended with %v, want it refused: %t", err, tt.refuse)
			}
		})
	}
}

// Nor does another sender at work, which may be so for hours.
func TestSourcesAreReadBesideAnotherSender(t *testing.T) {
	t.Parallel()
	b := setup(t)
	lock, err := b.store.Lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Unlock() }()
	var busy *desk.BusyError
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{}); !errors.As(err, &busy) {
		t.Errorf("a run beside another: %v, want a *BusyError", err)
	}
	b.want(t, "well.xml", 1)
}

// While an issue goes out, be it for hours, sources are read.
func TestSourcesAreReadBesideASend(t *testing.T) {
	t.Parallel()
	b := setup(t)
	read := func() bool { return b.asked["well.xml"].Load() > 0 }
	b.desk.Beside(t.Context(), time.Millisecond, func() {
		for deadline := time.Now().Add(30 * time.Second); !read() && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
	})
	if !read() {
		t.Error("no source was read")
	}
}

// An issue under way waits for no source, not even for one that hangs; what is due is read
// once it went on, however short that was.
func TestAResumedIssueWaitsForNoSource(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"an issue under way", "an issue held"} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			friday := time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC)
			b.begin(t, how, friday)
			b.now = friday
			relay := smtptest.Start(t, smtptest.Options{})
			b.cfg.SMTP.Port = relay.Port()
			b.open(t)
			before, mails := b.asked["well.xml"].Load(), -1
			b.reading = func() { mails = relay.Kept() }
			if _, err := b.desk.Run(t.Context(), desk.RunOptions{}); err != nil {
				t.Fatal(err)
			}
			b.want(t, "well.xml", before+1)
			want := map[string]int{"an issue under way": 1}[how]
			if mails != want {
				t.Errorf("%d mails were out when the source was read, want %d", mails, want)
			}
		})
	}
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
