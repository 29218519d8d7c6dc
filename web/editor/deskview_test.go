package editor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/config"
	"roundup/digest"
	"roundup/internal/check"
	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/store/sqlite"
	"roundup/subscribers"
	"roundup/web/editor"
)

const viewFeed = `<rss version="2.0"><channel><title>M</title>
<item><title>Alpha</title><link>https://m.example/a</link><description>First.</description></item>
<item><title>Beta</title><link>https://m.example/b</link><description>Second.</description></item>
</channel></rss>`

// newView is what is behind the page, over a real database, configuration and
// feed; nothing to send with is configured.
func newView(t *testing.T) (*editor.DeskView, *config.Config) {
	t.Helper()
	return newViewOf(t, "{min_articles: 1}")
}

// newViewOf is that of other settings of the digest.
func newViewOf(t *testing.T, choosing string) (*editor.DeskView, *config.Config) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"feed.xml":     viewFeed,
		"roundup.yaml": "newsletter: {name: The Weekly}\nsources: [{path: feed.xml}]\ndigest: " + choosing + "\nnotify: {email: [desk@magazine.example]}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(filepath.Join(dir, "roundup.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }
	st, _, err := sqlite.Create(t.Context(), string(cfg.Database), sqlite.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	d, err := desk.New(t.Context(), desk.Options{Config: cfg, Store: st, Now: now, Version: "test", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	everybody, err := list.New(t.Context(), st, list.Policy{}, now)
	if err != nil {
		t.Fatal(err)
	}
	return &editor.DeskView{
		Desk:    func(context.Context) (*desk.Desk, error) { return d, nil },
		Readers: everybody,
		Checker: func(d *desk.Desk) *check.Checker {
			return check.New(check.Options{Desk: d, Config: d.Config(), Store: st, Now: now, Version: "test"})
		},
		File:     func(i digest.Issue) ([]byte, error) { return json.Marshal(i.Number) },
		Unmailed: func(u list.Unmailed, _ *time.Location) string { return "is " + string(u.Why) },
	}, cfg
}

func TestDeskView(t *testing.T) {
	t.Parallel()
	v, cfg := newView(t)
	if said, err := v.Fetch(t.Context()); err != nil || said != "1 source read: 2 articles new, 0 changed." {
		t.Fatal(said, err)
	}
	p, err := v.Preview(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if p.Name != "The Weekly" || p.Articles() != 2 || !strings.Contains(p.HTML, "Alpha") || len(p.Checks) == 0 || string(p.JSON) != "1" || p.TestTo != "desk@magazine.example" {
		t.Errorf("got %d articles, %d checks, %s: %+v", p.Articles(), len(p.Checks), p.JSON, p)
	}
	var stops []string
	for _, n := range p.Stops() {
		stops = append(stops, n.Text)
	}
	if !strings.Contains(strings.Join(stops, " "), "Settings are not filled in yet") || !slices.Contains(stops, "Nobody has subscribed yet.") {
		t.Errorf("it would not go out because of %q", stops)
	}
	first := p.Issue.Articles()[0]
	stamp, err := v.Stamp(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	done, err := v.Edit(t.Context(), digest.Change{Do: digest.DoHeadline, Article: first.ID, Issue: p.Issue.Number, Text: "Omega"})
	if err != nil {
		t.Fatal(err)
	}
	if p, err = v.Preview(t.Context(), ""); err != nil || !strings.Contains(p.HTML, "Omega") {
		t.Errorf("the headline is not edited: %v", err)
	}
	if now, err := v.Stamp(t.Context()); err != nil || now == stamp {
		t.Errorf("the stamp is the same: %v", err)
	}
	if err := done.Undo(t.Context()); err != nil {
		t.Error(err)
	}
	if p, err = v.Preview(t.Context(), ""); err != nil || strings.Contains(p.HTML, "Omega") {
		t.Errorf("the headline is still edited: %v", err)
	}
	st, err := sqlite.Open(t.Context(), string(cfg.Database), sqlite.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	last, err := st.LastEdits(t.Context())
	if e := last.Articles[first.ID]; err != nil || e.What != "article headline edited" || e.By != (subscribers.Actor{Kind: subscribers.Editor}) {
		t.Errorf("on record: %+v, %v", e, err)
	}
}

// Of two who save at the same time, having seen the same, the later overwrites nothing.
func TestDeskViewOverwritesNothing(t *testing.T) {
	t.Parallel()
	v, _ := newView(t)
	was := ""
	if _, err := v.Edit(t.Context(), digest.Change{Do: digest.DoNote, Text: "One", Was: &was}); err != nil {
		t.Fatal(err)
	}
	var refused *digest.ChangeError
	if _, err := v.Edit(t.Context(), digest.Change{Do: digest.DoNote, Text: "Two", Was: &was}); !errors.As(err, &refused) || refused.Code != digest.EditedSince {
		t.Errorf("got %v", err)
	}
	if p, err := v.Preview(t.Context(), ""); err != nil || p.Edits.Note != "One" {
		t.Errorf("the note is %q, %v", p.Edits.Note, err)
	}
}

func TestDeskViewShowsReaders(t *testing.T) {
	t.Parallel()
	v, _ := newView(t)
	for as, want := range map[string]string{
		"ann@readers.example": "Shown as a stand-in gets it: ann@readers.example is not on the list",
		"nobody":              "Shown as a stand-in gets it: ",
	} {
		p, err := v.Preview(t.Context(), as)
		if err != nil || len(p.Notes) == 0 || !strings.HasPrefix(p.Notes[0], want) {
			t.Errorf("%s: got %q, %v", as, p.Notes, err)
		}
	}
}

func TestDeskViewSaysWhatKeepsATest(t *testing.T) {
	t.Parallel()
	v, cfg := newView(t)
	if _, err := v.SendTest(t.Context(), "ann@readers.example"); err == nil || !strings.Contains(err.Error(), "smtp.host") {
		t.Errorf("got %v", err)
	}
	if _, err := v.SendTest(t.Context(), "ann"); err == nil {
		t.Error("that is no address")
	}
	was := v.Desk
	v.Desk = func(ctx context.Context) (*desk.Desk, error) {
		d, _ := was(ctx)
		return d, config.Problems{{File: cfg.Path, Line: 1, Message: "is no setting"}}
	}
	if _, err := v.Preview(t.Context(), ""); err == nil || !strings.HasSuffix(err.Error(), ":1: is no setting") {
		t.Errorf("got %v", err)
	}
	var problems config.Problems
	if _, err := v.Edit(t.Context(), digest.Change{}); !errors.As(err, &problems) {
		t.Errorf("got %v", err)
	}
}

// mounted is the page of a view.
func mounted(t *testing.T, v *editor.DeskView) http.Handler {
	t.Helper()
	h, err := editor.New(editor.Options{Desk: v, Checker: v, Fetcher: v, Host: editor.Loopback, Now: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// The page says what is so now, also where no article, edit or file has changed.
func TestDeskViewSeesReadersCome(t *testing.T) {
	t.Parallel()
	v, _ := newView(t)
	if _, err := v.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	h := mounted(t, v)
	const nobody = "Nobody has subscribed yet."
	if page := ask(t, h, "/", "").Body.String(); !strings.Contains(page, nobody) {
		t.Fatalf("the page does not say it: %s", page)
	}
	ann, err := subscribers.ParseAddress("ann@readers.example")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Readers.Join(t.Context(), list.Joining{Address: ann, Status: subscribers.Active}, subscribers.Actor{Kind: subscribers.Editor}); err != nil {
		t.Fatal(err)
	}
	if page := ask(t, h, "/", "").Body.String(); strings.Contains(page, nobody) {
		t.Error("the page still says it")
	}
}

// What serves readers can serve the page too, below a path: it needs no command.
func TestDeskViewIsMounted(t *testing.T) {
	t.Parallel()
	v, _ := newView(t)
	rec := ask(t, mounted(t, v), "/", "")
	if body := rec.Body.String(); rec.Code != 200 || !strings.Contains(body, "There is no article to print.") || strings.Contains(body, "under “Not in this issue”") {
		t.Errorf("got %d: %s", rec.Code, body)
	}
}

// The page has a menu of the variants in use, and shows one, or what a reader gets.
func TestDeskViewShowsVariants(t *testing.T) {
	t.Parallel()
	v, cfg := newViewOf(t, "{min_articles: 1, sections: [{title: Firsts, labels: [first]}, {title: Rest, rest: true}]}")
	feed := strings.Replace(viewFeed, "<title>Alpha</title>", "<title>Alpha</title><category>first</category>", 1)
	if err := os.WriteFile(filepath.Join(filepath.Dir(cfg.Path), "feed.xml"), []byte(feed), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg.Newsletter.Languages = []string{"de"}
	if _, err := v.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := sqlite.Open(t.Context(), string(cfg.Database), sqlite.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	for email, choice := range map[string]subscribers.Choice{
		"a@x.example": {}, "b@x.example": {Off: []string{"firsts"}}, "c@x.example": {Off: []string{"firsts"}},
		"d@x.example": {Off: []string{"firsts", "rest"}}, "e@x.example": {Language: "de"}, "f@x.example": {Off: []string{"firsts"}, Language: "de"},
	} {
		_, err := st.Add(t.Context(), subscribers.Subscriber{
			Email: email, Key: email, Status: subscribers.Active, Choice: choice,
		}, subscribers.Actor{Kind: subscribers.Editor})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := st.Add(t.Context(), subscribers.Subscriber{Email: "p@x.example", Key: "p@x.example", Status: subscribers.Pending}, subscribers.Actor{Kind: subscribers.Editor}); err != nil {
		t.Fatal(err)
	}
	for as, want := range map[string]struct {
		shown, without, note string
		subject              string
	}{
		"":                     {shown: "Everything", subject: "Alpha"},
		"sections:firsts,rest": {shown: "Everything", subject: "Alpha"},
		"sections:rest":        {shown: "Rest", without: "Alpha", subject: "Beta"},
		"b@x.example":          {shown: "Rest", without: "Alpha", subject: "Beta"},
		"e@x.example":          {shown: "Everything · Deutsch", subject: "Alpha"},
		"sections:rest;de":     {shown: "Rest · Deutsch", without: "Alpha", subject: "Beta"},
		"d@x.example":          {shown: "Everything", subject: "Alpha", note: "This reader gets no mail of this issue"},
		"p@x.example":          {shown: "Everything", subject: "Alpha", note: "This reader gets no mail of this issue: is pending. Shown is what it would be"},
		"sections:firsts":      {shown: "Everything", subject: "Alpha", note: "Nobody gets those sections alone"},
	} {
		p, err := v.Preview(t.Context(), as)
		if err != nil {
			t.Fatal(err)
		}
		var menu []string
		for _, variant := range p.Variants {
			menu = append(menu, fmt.Sprint(variant.Name, " ", variant.Readers))
			if variant.Shown != (variant.Name == want.shown) {
				t.Errorf("%q: %s is shown: %v", as, variant.Name, variant.Shown)
			}
		}
		slices.Sort(menu)
		if want := []string{"Everything 1", "Everything · Deutsch 1", "No mail: none of their sections has an article 1", "Rest 2", "Rest · Deutsch 1"}; !slices.Equal(menu, want) {
			t.Errorf("%q: the menu is %q, want %q", as, menu, want)
		}
		if german := strings.Contains(p.HTML, "Abbestellen"); german != strings.HasSuffix(want.shown, "Deutsch") {
			t.Errorf("%q: the mail is in German: %v", as, german)
		}
		if p.Subject != want.subject || want.without != "" && strings.Contains(p.HTML, want.without) || p.Articles() != 2 {
			t.Errorf("%q: subject %q, %d articles to edit: %s", as, p.Subject, p.Articles(), p.HTML)
		}
		if got := strings.Join(p.Notes, " "); want.note != "" && !strings.Contains(got, want.note) {
			t.Errorf("%q: notes %q, want %q", as, got, want.note)
		}
	}
}

// An article can be moved to a compact section that is called by its built-in title, which is
// the one the mail prints.
func TestMovingToASectionWithoutATitle(t *testing.T) {
	t.Parallel()
	v, _ := newViewOf(t, "{min_articles: 1, sections: [{title: Analysis, labels: [analysis]}, {compact: true, rest: true}]}")
	if _, err := v.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	p, err := v.Preview(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"Analysis", "In brief"}; !slices.Equal(p.Sections, want) {
		t.Errorf("the page offers the sections %q, want %q", p.Sections, want)
	}
	for _, section := range []string{"Analysis", "In brief"} {
		if _, err := v.Edit(t.Context(), digest.Change{Do: digest.DoMove, Article: 1, Section: section}); err != nil {
			t.Fatal(err)
		}
		if p, err = v.Preview(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(p.Issue.Sections, func(s digest.IssueSection) bool {
			return slices.ContainsFunc(s.Articles, func(a digest.Printed) bool { return a.ID == 1 })
		})
		if at < 0 || p.Issue.Sections[at].Title != section {
			t.Errorf("moved to %s it is in section %d of %+v", section, at, p.Issue.Sections)
		}
	}
}
