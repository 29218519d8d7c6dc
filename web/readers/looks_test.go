package readers_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/internal/language"
	"roundup/internal/testing/proof"
	"roundup/subscribers"
	"roundup/web/readers"
)

// shelf is the archive of a sample's publication: three issues, of which the second
// is the sample.
type shelf struct {
	issues []digest.Issue
	page   string
}

func newShelf(t *testing.T, s proof.Sample) *shelf {
	t.Helper()
	all := make([]digest.Issue, 3)
	for i, lead := range s.Issue.Articles()[:3] {
		all[i] = s.Issue
		all[i].Number, all[i].Slug = 13-i, fmt.Sprintf("%d-a", 13-i)
		all[i].Date = s.Issue.Date.AddDate(0, 0, 50-50*i)
		if i != 1 {
			all[i].Subject = lead.Headline
		}
	}
	all[1].Corrected = s.Issue.Date.AddDate(0, 0, 1)
	all[1].Corrections = []digest.IssueCorrection{{At: all[1].Corrected, Text: s.Issue.Articles()[0].Text + "\nBundesausbildungsförderungsgesetzesänderungen"}}
	return &shelf{issues: all, page: s.Mail(t).Page}
}

func (s *shelf) Page(context.Context, string) (digest.ArchivedPage, error) {
	return digest.ArchivedPage{Issue: s.issues[1], HTML: s.page, Previous: s.issues[2], Next: s.issues[0]}, nil
}

func (s *shelf) Archived(context.Context, digest.ArchiveQuery) ([]digest.Issue, error) {
	return s.issues, nil
}

func (s *shelf) ArchivedDates(context.Context) (dates []time.Time, err error) {
	for _, i := range s.issues {
		dates = append(dates, i.Date)
	}
	return dates, nil
}

// site answers as a publication's readers' pages, and pictures from elsewhere.
func site(t *testing.T, s proof.Sample) http.Handler {
	t.Helper()
	pub := s.Publication
	var sections []readers.Section
	for _, section := range s.Issue.Sections {
		sections = append(sections, readers.Section{Title: section.Title, Key: language.Key(section.Title)})
	}
	pages, err := readers.New(readers.Options{
		Confirmations: &tally{asked: 20}, Keyring: someKeys(t), SignUps: &signUps{email: "ann@readers.example"}, Readers: &someone{}, Own: &list{},
		Name: pub.Name, Tagline: pub.Tagline, Logo: pub.Logo, Home: pub.SiteURL, Accent: pub.AccentColor, Theme: s.Options.Theme,
		Language: pub.Language, Languages: []string{pub.Language, "de", "ar-EG"}, Location: pub.Location, BaseURL: pub.BaseURL, Sections: sections, Archive: newShelf(t, s),
		Rhythm:    schedule.Rhythm{Pace: schedule.Weekly, Day: time.Friday},
		NextIssue: func() time.Time { return proof.Moment().AddDate(0, 0, 7) },
		Log:       slog.New(slog.DiscardHandler), Now: proof.Moment,
	})
	if err != nil {
		t.Fatal(err)
	}
	pictures := proof.Pictures{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(pub.BaseURL, "https://"+r.Host) {
			if r.URL.Path == "/subscribe" && r.URL.RawQuery != "" { // a form that was sent, with these fields
				sent := strings.NewReader(r.URL.RawQuery)
				r = httptest.NewRequestWithContext(r.Context(), http.MethodPost, pub.BaseURL+"/subscribe", sent)
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			pages.ServeHTTP(w, r)
			return
		}
		pictures.ServeHTTP(w, r)
	})
}

// looked are the samples whose publications' pages are looked at: with a logo and
// without, from the left and from the right, in each look.
func looked(t *testing.T) map[string]proof.Sample {
	t.Helper()
	found := map[string]proof.Sample{}
	for _, s := range proof.Samples(t) {
		switch s.Name {
		case "nine", "fifteen", "arabic", "nine-compact":
			found[s.Name] = s
		}
	}
	return found
}

// someone is a list of one reader, and of one who left.
type someone struct{ list }

func here() subscribers.PublicID { return subscribers.PublicID{1} }
func gone() subscribers.PublicID { return subscribers.PublicID{2} }

func (someone) Reader(_ context.Context, id subscribers.PublicID) (subscribers.Subscriber, bool, error) {
	sub := subscribers.Subscriber{PublicID: id, Email: "ann@readers.example", Name: "Ann Lee", Status: subscribers.Active}
	if id == gone() {
		sub.Status = subscribers.Unsubscribed
	}
	return sub, id == gone(), nil
}

func someKeys(t *testing.T) *subscribers.Keyring {
	t.Helper()
	keys, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: bytes.Repeat([]byte{7}, 32)}}, bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func lookedAt(t *testing.T) []string {
	t.Helper()
	keys := someKeys(t)
	code := url.Values{"email": {"ann@readers.example"}, "code": {"x"}, "moment": {keys.TimedToken(subscribers.PurposeForm, subscribers.PublicID{}, proof.Moment().Add(-time.Minute))}}
	return []string{
		"/subscribe?" + code.Encode(), "/", "/issues/", "/issues/12-a", "/subscribe", "/u/x",
		"/u/" + keys.Token(subscribers.PurposeUnsubscribe, here()), "/u/" + keys.Token(subscribers.PurposeUnsubscribe, gone()),
		"/me/" + keys.Token(subscribers.PurposeOwn, here()),
		"/confirm/" + keys.TimedToken(subscribers.PurposeConfirm, here(), proof.Moment()),
		"/never/" + keys.TimedToken(subscribers.PurposeNever, here(), proof.Moment()),
	}
}

// axe-core holds nothing against a page, nothing runs over the edge of the smallest
// phone, nothing is asked of others but pictures, and every link can be reached with
// the keyboard and shows that it was.
func TestPagesAreForEverybody(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	for name, sample := range looked(t) {
		pages := site(t, sample)
		views := []proof.View{{Width: 320}, {Width: 1280, Dark: true}}
		if sample.Publication.Logo != "" || sample.Options.Theme == "compact" {
			views = []proof.View{{Width: 320, Dark: true}, {Width: 1280}}
		}
		if testing.Short() {
			if views = views[:1]; name != "arabic" && name != "nine-compact" {
				continue
			}
		}
		for _, view := range views {
			t.Run(fmt.Sprintf("%s/%d-dark=%t", name, view.Width, view.Dark), func(t *testing.T) {
				t.Parallel()
				for _, path := range lookedAt(t) {
					t.Run(path, func(t *testing.T) {
						tab := browser.Open(t, view, sample.Publication.BaseURL+path, pages)
						_ = proof.Eval[int](t, tab, `Array.from(document.querySelectorAll("details")).filter(d => d.open = true).length`)
						for _, v := range tab.Axe(t) {
							t.Error(v)
						}
						if wide := proof.Eval[int](t, tab, `document.documentElement.scrollWidth`); wide > view.Width {
							t.Errorf("it is %d pixels wide", wide)
						}
						if small := proof.Eval[string](t, tab, narrowTargets); small != "" {
							t.Errorf("too small to be hit: %s", small)
						}
					})
				}
			})
		}
	}
}

// narrowTargets are links and fields of our own, not of the frozen page, that are
// smaller than 24 pixels and not within a sentence (WCAG 2.2, 2.5.8).
const narrowTargets = `Array.from(document.querySelectorAll("body > main a, body > footer a, button, summary, input:not([tabindex='-1'])"))
.filter(e => { const r = e.getBoundingClientRect(); return r.height > 0 && r.height < 24 }).map(e => e.outerHTML).join("\n")`

// A word that is longer than a phone is wide makes no page wider, and in a list from the
// right a title from the left keeps the page's edge.
func TestLongWordsAndTheOtherDirectionKeepTheEdge(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	sample := looked(t)["arabic"]
	sample.Publication.Name, sample.Publication.Logo = "Bundesausbildungsförderungsgesetzesänderungen", ""
	lead := &sample.Issue.Sections[0].Articles[0]
	lead.Headline = "The Bundesausbildungsförderungsgesetz, and who has to pay for all of it"
	pages := site(t, sample)
	for _, path := range []string{"/", "/issues/", "/issues/12-a", "/subscribe"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			tab := browser.Open(t, proof.View{Width: 320}, sample.Publication.BaseURL+path, pages)
			if wide := proof.Eval[int](t, tab, `document.documentElement.scrollWidth`); wide > 320 {
				t.Errorf("it is %d pixels wide", wide)
			}
			if off := proof.Eval[string](t, tab, offTheEdge); off != "" {
				t.Errorf("not at the page's edge: %s", off)
			}
		})
	}
}

// On the smallest phone the search is one line, in every language.
func TestSearchIsOneLine(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	sample := looked(t)["fifteen"]
	for _, tag := range language.Known() {
		sample.Publication.Language = tag
		pages := site(t, sample)
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			tab := browser.Open(t, proof.View{Width: 320}, sample.Publication.BaseURL+"/issues/", pages)
			if low := proof.Eval[float64](t, tab, `document.querySelector("[role=search] button").getBoundingClientRect().top - document.querySelector("#q").getBoundingClientRect().bottom`); low >= 0 {
				t.Errorf("the button is %.0f pixels below its field", low)
			}
		})
	}
}

// offTheEdge are titles, texts and names of feeds with a line that does not begin at the
// right, where the list does.
const offTheEdge = `Array.from(document.querySelectorAll(".issues h3 a, .issues .text, .roundup-after li a, .feed")).filter(e => {
const range = document.createRange(), lines = new Map(), edge = e.closest("li").getBoundingClientRect().right;
range.selectNodeContents(e);
for (const r of range.getClientRects()) lines.set(Math.round(r.bottom), Math.max(r.right, lines.get(Math.round(r.bottom)) ?? 0));
return Array.from(lines.values()).some(right => right < edge - 8);
}).map(e => e.textContent).join("\n")`
