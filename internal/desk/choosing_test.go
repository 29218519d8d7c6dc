package desk_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/config"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/internal/desk"
	"roundup/store"
	"roundup/store/content"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// magazine is a newsletter whose sources are files.
type magazine struct {
	t     *testing.T
	dir   string
	desk  *desk.Desk
	store *store.Store
	now   time.Time
}

// newMagazine has no source yet.
func newMagazine(t *testing.T) *magazine {
	t.Helper()
	m := &magazine{t: t, dir: t.TempDir(), now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	var err error
	if m.store, _, err = sqlite.Create(t.Context(), filepath.Join(m.dir, "roundup.db"), sqlite.Options{Now: m.clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.store.Close() })
	return m
}

func (m *magazine) clock() time.Time { return m.now }

func (m *magazine) write(name, text string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.dir, name), []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// feed writes a feed with these items; %s in them stands for a moment ago.
func (m *magazine) feed(name string, items ...string) {
	m.t.Helper()
	date := "<pubDate>" + m.now.Add(-time.Minute).Format(time.RFC1123Z) + "</pubDate>"
	all := "<item>" + date + strings.Join(items, "</item>\n<item>"+date) + "</item>"
	m.write(name, `<rss version="2.0"><channel><title>M</title>`+all+"</channel></rss>")
}

// fetch reads the sources, a line of YAML each, and plans an issue: the titles that
// are in, in the order of the alphabet.
func (m *magazine) fetch(sources ...string) []string {
	m.t.Helper()
	m.write("roundup.yaml", `newsletter: {name: M, postal_address: "1 Main St"}
mail: {from: m@magazine.example, unsubscribe: leave@magazine.example}
smtp: {host: 127.0.0.1, port: 25, tls: none}
sources: [`+strings.Join(sources, ", ")+"]\n")
	cfg, err := config.Load(filepath.Join(m.dir, "roundup.yaml"), nil)
	if err != nil {
		m.t.Fatal(err)
	}
	m.desk, err = desk.New(m.t.Context(), desk.Options{Config: cfg, Store: m.store, Now: m.clock, Version: "test", Log: slog.New(slog.DiscardHandler), By: storetest.Anna()})
	if err != nil {
		m.t.Fatal(err)
	}
	fetched, err := m.desk.Fetch(m.t.Context())
	if err != nil {
		m.t.Fatal(err)
	}
	for _, f := range fetched {
		if f.Error != "" {
			m.t.Fatalf("%s: %s", f.Source, f.Error)
		}
	}
	p, err := m.desk.Plan(m.t.Context(), time.Time{})
	if err != nil {
		m.t.Fatal(err)
	}
	var in []string
	for _, f := range p.Selection.Fates {
		if f.Outcome == digest.In {
			in = append(in, f.Candidate.Title)
		}
	}
	slices.Sort(in)
	return in
}

func (m *magazine) want(got []string, want string) {
	m.t.Helper()
	if list := strings.Join(got, " "); list != want {
		m.t.Errorf("in: %s; want %s", list, want)
	}
}

// A feed that links nothing but the show's page gives all its articles, and each
// new one.
func TestItemsOfOneLink(t *testing.T) {
	t.Parallel()
	for name, guid := range map[string]string{"of identifiers": "%d", "of one identifier": "https://show.example/", "of none": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMagazine(t)
			var items []string
			episode := func(n int) string {
				g := strings.ReplaceAll(guid, "%d", fmt.Sprint(n))
				return fmt.Sprintf(`<title>Episode%d</title><link>https://show.example/</link><guid isPermaLink="false">%s</guid>`, n, g)
			}
			for n := range 4 {
				items = append(items, episode(n))
			}
			m.feed("show.xml", items...)
			m.want(m.fetch("{path: show.xml}"), "Episode0 Episode1 Episode2 Episode3")
			m.feed("show.xml", append([]string{episode(4)}, items...)...)
			m.want(m.fetch("{path: show.xml}"), "Episode0 Episode1 Episode2 Episode3 Episode4")
			owed, err := m.store.Articles(t.Context(), content.ArticleFilter{State: digest.Owed})
			if err != nil || len(owed) != 5 {
				t.Errorf("%d articles are owed, %v; want 5", len(owed), err)
			}
		})
	}
}

// An article that two sources give is in where one of them takes it, whichever was
// read first.
func TestArticleOfTwoSources(t *testing.T) {
	t.Parallel()
	const (
		piece    = "<title>Piece</title><link>https://m.example/piece</link><category>Opinion</category>"
		analysis = "<title>Analysis</title><link>https://m.example/analysis</link><category>Analysis</category>"
		other    = "<title>Other</title><link>https://m.example/other</link>"
		narrow   = "{path: main.xml, include: {labels: [analysis]}}"
		wide     = "{path: opinion.xml}"
	)
	for name, sources := range map[string][]string{"the narrow one first": {narrow, wide}, "the wide one first": {wide, narrow}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMagazine(t)
			m.feed("main.xml", piece, analysis, other)
			m.feed("opinion.xml", piece)
			m.want(m.fetch(sources...), "Analysis Piece")
			m.want(m.fetch(narrow), "Analysis") // by a source that is there, not by one that was
		})
	}
}

// What a source's include kept out stays out when the source moves, and so does what
// has been kept out for as long as an article may be owed.
func TestWhatWasKeptOutStaysOut(t *testing.T) {
	t.Parallel()
	const (
		analysis = "<title>Analysis</title><link>https://m.example/analysis</link><category>Analysis</category>"
		other    = "<title>Other</title><link>https://m.example/other</link>"
		later    = "<title>Later</title><link>https://m.example/later</link><category>Analysis</category>"
		rule     = ", include: {labels: [analysis]}}"
	)
	m := newMagazine(t)
	m.feed("old.xml", analysis, other)
	m.want(m.fetch("{path: old.xml"+rule), "Analysis")
	m.feed("new.xml", later)
	m.want(m.fetch("{path: new.xml"+rule), "Analysis Later")

	m = newMagazine(t)
	m.feed("old.xml", analysis, other)
	m.fetch("{path: old.xml" + rule)
	m.want(m.fetch("{path: old.xml}"), "Analysis Other") // a person wants it after all, in time
	m.now = m.now.Add(22 * 24 * time.Hour)
	m.fetch("{path: old.xml" + rule)
	p, err := m.desk.Plan(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.desk.Pass(t.Context(), m.now, schedule.Skipped, "", p.Selection); err != nil {
		t.Fatal(err)
	}
	m.want(m.fetch("{path: old.xml}"), "")
	dropped, err := m.store.Articles(t.Context(), content.ArticleFilter{State: digest.Dropped})
	if err != nil || len(dropped) != 1 || dropped[0].Title != "Other" || dropped[0].Why != "not included: not the label analysis; older than 21 days: dropped" {
		t.Errorf("dropped: %+v, %v", dropped, err)
	}
}
