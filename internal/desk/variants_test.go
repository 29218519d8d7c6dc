package desk_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/config"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/internal/testing/smtptest"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

const choosing = `newsletter:
  name: The Weekly
  postal_address: "1 Main St"
mail: {from: weekly@magazine.example, unsubscribe: leave@magazine.example}
sources: [{path: feed.xml}]
digest:
  min_articles: 1
  sections:
    - {title: Analysis, labels: [analysis]}
    - {title: OPINION, labels: [opinion]}
    - {title: Briefs, key: briefs, rest: true}
schedule: {cron: "0 7 * * FRI"}
smtp: {host: 127.0.0.1, port: PORT, tls: none}
`

// choosers are a newsletter whose readers have chosen.
type choosers struct {
	t     testing.TB
	cfg   *config.Config
	store *store.Store
	relay *smtptest.Server
	now   time.Time
	items []string
	read  int // mails that were looked at
}

func newChoosers(t testing.TB, now time.Time) *choosers {
	t.Helper()
	c := &choosers{t: t, now: now}
	var err error
	if c.relay, err = smtptest.New(smtptest.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.relay.Close() })
	c.configure(filepath.Join(t.TempDir(), "roundup.yaml"), choosing)
	if c.store, _, err = sqlite.Create(t.Context(), string(c.cfg.Database), sqlite.Options{Now: func() time.Time { return c.now }}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.store.Close() })
	return c
}

// dueChoosers has a reader, Ann, and a slot that has been due for an hour.
func dueChoosers(t testing.TB) *choosers {
	t.Helper()
	c := newChoosers(t, time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	c.joins("ann@a.example", false)
	if _, err := c.open().Run(t.Context(), desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	c.now = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	return c
}

func (c *choosers) configure(file, text string) {
	c.t.Helper()
	text = strings.ReplaceAll(text, "PORT", fmt.Sprint(c.relay.Port()))
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	var err error
	if c.cfg, err = config.Load(file, nil); err != nil {
		c.t.Fatal(err)
	}
}

// joins adds a reader who has turned sections off.
func (c *choosers) joins(email string, monthly bool, off ...string) {
	c.t.Helper()
	addr, err := subscribers.ParseAddress(email)
	if err != nil {
		c.t.Fatal(err)
	}
	_, err = c.store.Add(c.t.Context(), subscribers.Subscriber{
		Email: addr.Given, Key: addr.Key, Status: subscribers.Active, Choice: subscribers.Choice{Off: off, Monthly: monthly},
	}, storetest.Anna())
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *choosers) open() *desk.Desk {
	c.t.Helper()
	d, err := desk.New(c.t.Context(), desk.Options{
		Config: c.cfg, Store: c.store, Now: func() time.Time { return c.now }, Version: "test", Log: slog.New(slog.DiscardHandler), By: storetest.Anna(),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return d
}

// publishes puts articles into the feed, each named after its label and the week.
func (c *choosers) publishes(week int, labels ...string) {
	c.t.Helper()
	for _, label := range labels {
		name := fmt.Sprintf("%s%d", label, week)
		c.items = append(c.items, fmt.Sprintf(`<item><title>%s.</title><link>https://m.example/%[1]s</link><category>%s</category><pubDate>%s</pubDate></item>`,
			name, label, c.now.Add(-time.Hour).Format(time.RFC1123Z)))
	}
	text := `<rss version="2.0"><channel><title>M</title>` + strings.Join(c.items, "") + `</channel></rss>`
	if err := os.WriteFile(filepath.Join(filepath.Dir(c.cfg.Path), "feed.xml"), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// sends runs the desk and returns what each reader got: the names of the articles in the
// order of the mail.
func (c *choosers) sends() (map[string]string, desk.Result) {
	c.t.Helper()
	result, err := c.open().Run(c.t.Context(), desk.RunOptions{})
	if err != nil {
		c.t.Fatal(err)
	}
	got := map[string]string{}
	mails := c.relay.Mails()
	for _, m := range mails[c.read:] {
		text, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(m.Data)))
		if err != nil && len(text) == 0 {
			c.t.Fatal(err)
		}
		var names []string
		for _, found := range regexp.MustCompile(`m\.example/([a-z]+\d)`).FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(names, found[1]) {
				names = append(names, found[1])
			}
		}
		if to := m.To[0]; got[to] != "" {
			c.t.Errorf("%s got two mails", to)
		} else {
			got[to] = strings.Join(names, " ")
		}
	}
	c.read = len(mails)
	return got, result
}

// Week after week each reader gets the articles of the sections they have on, in every
// issue or the first of a month, once; what nobody wanted waits for somebody who does.
func TestReadersGetWhatTheyChose(t *testing.T) {
	t.Parallel()
	c := newChoosers(t, time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	c.joins("all@a.example", false)
	c.joins("too@a.example", false)
	c.joins("few@a.example", false, "opinion")
	c.joins("gone@a.example", false, "gone", "opinion") // which is the same as few
	c.joins("views@a.example", false, "analysis", "briefs")
	c.joins("monthly@a.example", true, "analysis")
	c.open() // sees the schedule
	if _, err := c.open().Run(t.Context(), desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	week := func(at time.Time, n int, labels []string, want map[string]string, skipped ...delivered) {
		t.Helper()
		c.now = at
		c.publishes(n, labels...)
		got, result := c.sends()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("week %d (-want +got):\n%s", n, diff)
		}
		if len(result.Sent) != 1 {
			t.Fatalf("week %d: %+v", n, result)
		}
		sum, why := result.Sent[0], map[string]int{}
		for _, s := range sum.Skips {
			why[s.Why] = s.Readers
		}
		wantWhy := map[string]int{}
		for _, s := range skipped {
			wantWhy[s.why] = s.readers
		}
		if diff := cmp.Diff(wantWhy, why); diff != "" || sum.Sent != len(want) || sum.Audience != 6 {
			t.Errorf("week %d: sent %d of %d, skipped (-want +got):\n%s", n, sum.Sent, sum.Audience, diff)
		}
	}
	friday := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	week(friday, 1, []string{"analysis", "opinion", "other"}, map[string]string{
		"all@a.example": "analysis1 opinion1 other1", "too@a.example": "analysis1 opinion1 other1",
		"few@a.example": "analysis1 other1", "gone@a.example": "analysis1 other1",
		"views@a.example": "opinion1", "monthly@a.example": "opinion1 other1",
	})
	variants, err := c.store.Variants(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(variants) != 4 {
		t.Errorf("%d variants, want one of each choice that differs in this issue: 4", len(variants))
	}
	// The second of the month, and nothing for who wants opinions alone.
	week(friday.AddDate(0, 0, 7), 2, []string{"analysis"}, map[string]string{
		"all@a.example": "analysis2", "too@a.example": "analysis2", "few@a.example": "analysis2", "gone@a.example": "analysis2",
	}, delivered{digest.NothingChosen, 1}, delivered{digest.NotMonthsFirst, 1})

	// A section is renamed, which changes nothing, and another is new: it is on for everybody.
	c.configure(c.cfg.Path, strings.Replace(choosing, "- {title: OPINION, labels: [opinion]}",
		"- {title: Points of view, key: opinion, labels: [opinion]}\n    - {title: Culture, labels: [culture]}", 1))
	week(friday.AddDate(0, 0, 14), 3, []string{"analysis", "opinion", "culture"}, map[string]string{
		"all@a.example": "analysis3 opinion3 culture3", "too@a.example": "analysis3 opinion3 culture3",
		"few@a.example": "analysis3 culture3", "gone@a.example": "analysis3 culture3",
		"views@a.example": "opinion3 culture3", "monthly@a.example": "opinion3 culture3",
	})
	// Nobody wants briefs any more: they wait, and go nowhere else.
	for _, key := range []string{"all@a.example", "too@a.example", "few@a.example", "gone@a.example"} {
		if err := c.store.Choose(t.Context(), key, subscribers.Choice{Off: []string{"briefs"}}, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
	}
	week(friday.AddDate(0, 0, 21), 4, []string{"analysis", "other"}, map[string]string{
		"all@a.example": "analysis4", "too@a.example": "analysis4", "few@a.example": "analysis4", "gone@a.example": "analysis4",
	}, delivered{digest.NothingChosen, 1}, delivered{digest.NotMonthsFirst, 1})
	if err := c.store.Choose(t.Context(), "few@a.example", subscribers.Choice{}, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	week(friday.AddDate(0, 0, 28), 5, []string{"opinion"}, map[string]string{
		"all@a.example": "opinion5", "too@a.example": "opinion5", "few@a.example": "opinion5 other4", "gone@a.example": "opinion5", "views@a.example": "opinion5",
	}, delivered{digest.NotMonthsFirst, 1})
}

// delivered is a reason to skip, and how many readers it has.
type delivered struct {
	why     string
	readers int
}

// A reader who chooses between the rendering of an issue and its start gets what they
// chose: the start finds no mail for it, and one is rendered.
func TestChoosingWhileAnIssueStarts(t *testing.T) {
	t.Parallel()
	c := dueChoosers(t)
	c.publishes(1, "analysis", "opinion")
	_, err := c.open().Run(t.Context(), desk.RunOptions{Confirm: func(p planner.Plan, _ int) (bool, error) { // after it was chosen
		if len(p.Variants) != 1 {
			t.Errorf("planned are %d variants, want 1", len(p.Variants))
		}
		return true, c.store.Choose(t.Context(), "ann@a.example", subscribers.Choice{Off: []string{"analysis"}}, storetest.Anna())
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := c.sends(); got["ann@a.example"] != "opinion1" {
		t.Errorf("got %q", got)
	}
}
