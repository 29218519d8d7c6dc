package desk_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"testing"
	"time"

	"roundup/digest"
	"roundup/internal/desk"
	"roundup/store/content"
	"roundup/store/storetest"
)

func TestStampTellsOfChanges(t *testing.T) {
	t.Parallel()
	b := setup(t)
	stamp := func() string {
		t.Helper()
		s, err := b.desk.Stamp(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	before := stamp()
	if again := stamp(); again != before {
		t.Errorf("nothing changed, and the stamp is %s after %s", again, before)
	}
	edit := func(c digest.Change) {
		t.Helper()
		if _, err := b.desk.Edit(t.Context(), c, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(filepath.Dir(b.store.Path()), "roundup.yaml")
	for _, step := range []struct {
		name string
		do   func()
	}{
		{"articles were read", func() {
			if _, err := b.desk.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
		}},
		{"a subject", func() { edit(digest.Change{Do: digest.DoSubject, Text: "Mine"}) }},
		{"a headline", func() { edit(digest.Change{Do: digest.DoHeadline, Article: 1, Text: "Mine"}) }},
		{"the headline taken back", func() { edit(digest.Change{Do: digest.DoHeadline, Article: 1}) }},
		{"an article dropped", func() { edit(digest.Change{Do: digest.DoDrop, Article: 1}) }},
		{"a template of one's own", func() {
			if err := os.WriteFile(filepath.Join(filepath.Dir(file), "templates", "footer.html"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}},
		{"the configuration saved", func() {
			if err := os.Chtimes(file, time.Time{}, b.now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}},
		{"the configuration gone", func() {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		step.do()
		after := stamp()
		if after == before {
			t.Errorf("%s: the stamp did not change", step.name)
		}
		before = after
	}
}

// It differs too when time alone changes the issue, and when what keeps it from going out
// does; not while nothing happens.
func TestStampTellsOfTimeAndObstacles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.store.SaveReading(t.Context(), content.SourceReading{Reading: digest.Reading{
		Source: b.cfg.Sources[0].URL, At: b.now, FirstWindow: b.cfg.Digest.FirstWindow,
		Articles: []digest.Article{{
			Title: "Embargoed", URL: "https://m.example/e", Canonical: "https://m.example/e", Source: b.cfg.Sources[0].URL,
			Published: b.now.Add(time.Hour), FirstSeen: b.now,
		}},
	}, By: storetest.Anna()}); err != nil {
		t.Fatal(err)
	}
	before := ""
	for _, step := range []struct {
		name string
		do   func() error
		same bool
	}{
		{name: "the start", do: func() error { return nil }},
		{name: "half an hour", do: func() error { b.now = b.now.Add(30 * time.Minute); return nil }, same: true},
		{name: "an article's hour has come", do: func() error { b.now = b.now.Add(time.Hour); return nil }},
		{name: "a reader", do: func() error { b.subscribe(t, "anna@readers.example"); return nil }},
		{name: "another reader", do: func() error { b.subscribe(t, "bert@readers.example"); return nil }, same: true},
		{name: "the slot after the next is the next", do: func() error { b.now = b.now.Add(9 * 24 * time.Hour); return nil }},
		{name: "a source that was not tried yet", do: func() error {
			_, err := b.desk.Fetch(t.Context())
			return err
		}},
		{name: "no source can be read", do: func() error {
			b.down.Store(true)
			_, err := b.desk.Fetch(t.Context())
			return err
		}},
		{name: "for too long", do: func() error { b.now = b.now.Add(25 * time.Hour); return nil }},
		{name: "an issue that waits", do: func() error {
			b.down.Store(false)
			b.relay.Close()
			_, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true})
			return err
		}},
		{name: "is held", do: func() error { return b.store.HoldIssue(t.Context(), 1, "by hand", storetest.Anna()) }},
		{name: "is released", do: func() error { return b.store.ReleaseIssue(t.Context(), 1, "by hand", storetest.Anna()) }},
		{name: "a database that is not in charge", do: func() error {
			return os.Remove(b.store.Path() + ".lock")
		}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		after, err := b.desk.Stamp(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if (after == before) != step.same {
			t.Errorf("%s: the stamp is the same: %v", step.name, after == before)
		}
		before = after
	}
}

// The page asks for it each second: it never waits for a sender, nor keeps one waiting.
func TestStampTakesNoWriteLock(t *testing.T) {
	t.Parallel()
	b := setup(t)
	before, err := b.desk.Stamp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+b.store.Path()+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if after, err := b.desk.Stamp(ctx); err != nil || after != before {
		t.Errorf("got %s after %s, %v", after, before, err)
	}
}
