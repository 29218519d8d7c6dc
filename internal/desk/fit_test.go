package desk_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/config"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/internal/testing/smtptest"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// heap is a newsletter that takes all a feed has, and a feed with a great deal,
// each article as large as those of real magazines are.
type heap struct {
	t      *testing.T
	desk   *desk.Desk
	store  *store.Store
	folder string
	now    time.Time
}

const heapConfig = `newsletter: {name: The Weekly, base_url: "WWW", postal_address: 1 Main St, timezone: UTC}
mail: {from: weekly@magazine.example, unsubscribe: leave@magazine.example}
smtp: {host: 127.0.0.1, port: PORT, tls: none}
sources: [{path: feed.xml}]
digest:
  min_articles: 90
  max_articles: 500
  sections: [{title: Analysis, labels: [analysis], max: 20}, {title: Also this week, rest: true}]
`

func newHeap(t *testing.T, articles int, change ...string) *heap {
	t.Helper()
	relay := smtptest.Start(t, smtptest.Options{})
	pages := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(pages.Close)
	h := &heap{t: t, folder: t.TempDir(), now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	h.publish(articles)
	if err := os.Mkdir(filepath.Join(h.folder, "mine"), 0o700); err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(append(change, "PORT", fmt.Sprint(relay.Port()), "WWW", pages.URL)...).Replace(heapConfig)
	file := filepath.Join(h.folder, "roundup.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return h.now }
	if h.store, _, err = sqlite.Create(t.Context(), string(cfg.Database), sqlite.Options{Now: clock}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.store.Close() })
	if h.desk, err = desk.New(t.Context(), desk.Options{Config: cfg, Store: h.store, Now: clock, Version: "test", Log: slog.New(slog.DiscardHandler), By: storetest.Anna()}); err != nil {
		t.Fatal(err)
	}
	reader := subscribers.Subscriber{Email: "r1@readers.example", Key: "r1@readers.example", Status: subscribers.Active}
	if _, err := h.store.Add(t.Context(), reader, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return h
}

// publish writes the feed: every third article is an analysis.
func (h *heap) publish(articles int) {
	h.t.Helper()
	var feed strings.Builder
	feed.WriteString(`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>M</title>`)
	for i := range articles {
		label := []string{"Analysis", "Reporting", "Culture"}[i%3]
		fmt.Fprintf(&feed, `<item><title>Number %d: the quiet war under the Baltic, and what the harbours of the north make of it</title>`+
			`<link>https://magazine.example/2026/11/the-quiet-war-under-the-baltic-%d</link><description>%s</description>`+
			`<category>%s</category><category>Europe</category><category>Security</category><dc:creator>Ngozi Achebe and Jonas Berg</dc:creator>`+
			`<pubDate>%s</pubDate><media:content url="https://magazine.example/pictures/2026/11/harbour-%d.jpg" medium="image" width="1200" height="800"/></item>`,
			i, i, strings.Repeat("Deterrence at sea now begins on the sea floor, where no one looks. ", 8), label,
			h.now.Add(-time.Duration(i)*time.Minute).Format(time.RFC1123Z), i)
	}
	feed.WriteString("</channel></rss>")
	h.write("feed.xml", feed.String())
}

func (h *heap) write(name, text string) {
	h.t.Helper()
	if err := os.WriteFile(filepath.Join(h.folder, name), []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// plan is the next issue outside the schedule, as `send --now` would have it.
func (h *heap) plan() planner.Plan {
	h.t.Helper()
	p, err := h.desk.Plan(h.t.Context(), time.Time{})
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// send sends an issue and says which articles were in it, oldest first.
func (h *heap) send() []string {
	h.t.Helper()
	result, err := h.desk.Run(h.t.Context(), desk.RunOptions{Now: true, NoFetch: true})
	if err != nil {
		h.t.Fatal(err)
	}
	if len(result.Sent) != 1 || result.Sent[0].Sent != 1 {
		h.t.Fatalf("sent %+v", result.Sent)
	}
	issue, err := h.store.Issue(h.t.Context(), result.Sent[0].Issue)
	if err != nil {
		h.t.Fatal(err)
	}
	return urls(issue)
}

func urls(issue digest.Issue) (all []string) {
	for _, a := range issue.Articles() {
		all = append(all, a.URL)
	}
	return all
}

const doesNotFit = "does not fit: the mail would be larger than Gmail shows whole; waits"

// waiting are the articles that did not fit, and nothing else was left out.
func (h *heap) waiting(p planner.Plan) (all []digest.Fate) {
	h.t.Helper()
	for _, f := range p.Selection.Fates {
		switch {
		case f.Outcome == digest.Next && f.Reason == doesNotFit:
			all = append(all, f)
		case f.Outcome != digest.In && f.Outcome != digest.Out:
			h.t.Errorf("%s is %s: %s", f.Candidate.Title, f.Outcome, f.Reason)
		}
	}
	return all
}

// What is too much for one mail goes out with the next ones, every article once.
func TestTooMuchForOneMailRollsOver(t *testing.T) {
	t.Parallel()
	for _, articles := range []int{55, 200} {
		t.Run(fmt.Sprint(articles), func(t *testing.T) {
			t.Parallel()
			h := newHeap(t, articles, "min_articles: 90", "min_articles: 1")
			seen := map[string]int{}
			for issue := 1; len(seen) < articles && issue < 12; issue++ {
				p := h.plan()
				left := h.waiting(p)
				if got, want := len(p.Issue.Articles())+len(left), articles-len(seen); got != want {
					t.Fatalf("issue %d: %d in and %d waiting, want %d together", issue, len(p.Issue.Articles()), len(left), want)
				}
				remark := fmt.Sprintf("%d articles more would make the mail larger than Gmail shows whole: what does not fit waits for the next issue", len(left))
				if said := slices.ContainsFunc(p.Remarks, func(r planner.Remark) bool { return r.Warning && r.Text == remark }); said != (len(left) > 1) {
					t.Errorf("issue %d: remarks %+v, and %d articles wait", issue, p.Remarks, len(left))
				}
				variant, err := h.desk.Render(p)
				if err != nil {
					t.Fatal(err)
				}
				longest := strings.Repeat("r", 230) + "@readers.example" // longer than any address
				filled := digest.Fill(digest.Split(variant.HTML, p.Issue.UID), map[digest.Placeholder]string{
					digest.PlaceEmail: longest, digest.PlaceGreeting: "Dear reader,", digest.PlaceUnsubscribe: "https://news.magazine.example/unsubscribe?token=" + longest,
				}, true)
				size := max(len(filled), mail.EncodedSize(filled))
				if size > letter.MaxHTML || len(left) > 0 && size < letter.MaxHTML*95/100 {
					t.Errorf("issue %d has %d octets with %d articles", issue, size, len(p.Issue.Articles()))
				}
				sent := h.send()
				if !slices.Equal(sent, urls(p.Issue)) {
					t.Errorf("issue %d is not as it was planned", issue)
				}
				for _, url := range sent {
					if seen[url]++; seen[url] > 1 {
						t.Errorf("%s was sent %d times", url, seen[url])
					}
				}
				h.now = h.now.Add(time.Hour)
			}
			if len(seen) != articles {
				t.Errorf("%d articles went out, want %d", len(seen), articles)
			}
		})
	}
}

// Pinned articles stay longest, and so does what leads; edits are printed, and
// what a person moves is moved among what is printed.
func TestWhatStaysWhereNotAllFits(t *testing.T) {
	t.Parallel()
	h := newHeap(t, 200)
	before := h.plan()
	if !before.Enough {
		t.Errorf("with 200 articles there are not enough: %+v", before.Lacks)
	}
	left := h.waiting(before)
	if len(left) == 0 || slices.ContainsFunc(left, func(f digest.Fate) bool { return f.Section != "Also this week" }) {
		t.Errorf("%d articles wait, want some, all of them of the rest", len(left))
	}
	last := left[len(left)-1].Candidate.ID
	number := before.Issue.Number
	for _, change := range []digest.Change{
		{Do: digest.DoPin, Article: last, Issue: number},
		{Do: digest.DoHeadline, Article: last, Text: "A headline of our own", Issue: number},
		{Do: digest.DoNote, Text: strings.Repeat("A long note. ", 800), Issue: number},
		{Do: digest.DoMove, Article: left[0].Candidate.ID, Section: "Also this week", Place: 1000, Issue: number},
	} {
		if _, err := h.desk.Edit(t.Context(), change, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
	}
	after := h.plan()
	if len(after.Selection.Problems) > 0 {
		t.Errorf("problems: %q", after.Selection.Problems)
	}
	if before.Issue.Lead().ID != after.Issue.Lead().ID || after.Selection.Count() >= before.Selection.Count() {
		t.Errorf("%d articles led by %d, want fewer than %d led by %d", after.Selection.Count(), after.Issue.Lead().ID, before.Selection.Count(), before.Issue.Lead().ID)
	}
	printed := after.Issue.Sections[1].Articles
	if printed[0].Headline != "A headline of our own" {
		t.Errorf("first of the rest is %q", printed[0].Headline)
	}
	if got := printed[len(printed)-1].ID; got != left[0].Candidate.ID {
		t.Errorf("last of the rest is %d, want %d, which was moved there", got, left[0].Candidate.ID)
	}
	if sent := h.send(); !slices.Equal(sent, urls(after.Issue)) {
		t.Error("the issue is not as it was planned")
	}
}

// What is too large without any article is told as what it is.
func TestTooLargeWithoutArticles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, note, template string
		want, hint           string
	}{
		{"the note", strings.Repeat("漢字の長い長い手紙", 2000), "", "issue 1: the editor's note is too long: its HTML has ", "shorten the note"},
		{"the templates", "Hello.", `<tr><td>{{ range 3000 }}<p class="foot">{{ $.Newsletter.Name }}, every week</p>{{ end }}</td></tr>`,
			"issue 1: there is too much around the articles: its HTML has ", "print less in your own templates"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHeap(t, 3, "min_articles: 90", "min_articles: 1\n  note_file: note.md", "sources:", "templates: mine\nsources:")
			h.write("mine/preheader.html", tt.template)
			h.write("note.md", tt.note)
			p := h.plan()
			if got := p.Remarks[len(p.Remarks)-1]; p.Selection.Count() != 3 || !got.Warning || !strings.HasPrefix(got.Text, tt.want) {
				t.Errorf("remark %+v with %d articles", got, p.Selection.Count())
			}
			if _, err := h.desk.Run(t.Context(), desk.RunOptions{Now: true}); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("sending: %v", err)
			}
			_, err := h.desk.Render(p)
			var tooLarge *letter.TooLargeError
			if !errors.As(err, &tooLarge) || !strings.HasPrefix(err.Error(), tt.want) || tooLarge.Hint != tt.hint {
				t.Errorf("got %v with %+v, want %q", err, tooLarge, tt.want)
			}
		})
	}
}

// A template of one's own that prints much for each article leaves room for fewer,
// though all of them would be more than a mail may ever have.
func TestLargeTemplateHasRoomForFewer(t *testing.T) {
	t.Parallel()
	for _, times := range []int{200, 700} {
		h := newHeap(t, 30, "sources:", "templates: mine\nsources:")
		h.write("mine/labels.html", fmt.Sprintf(`<p>{{ range %d }}{{ $.Headline }} {{ end }}</p>`, times))
		p := h.plan()
		if n := p.Selection.Count(); n < 1 || n > 8 || len(h.waiting(p)) != 30-n {
			t.Errorf("%d times: %d articles and %d that wait", times, n, len(h.waiting(p)))
		}
		if _, err := h.desk.Render(p); err != nil {
			t.Error(err)
		}
	}
}

// A mistake in a template is none of the choice: all of it is planned and explained,
// and told where the mail is made.
func TestMistakeInATemplateLeavesTheChoice(t *testing.T) {
	t.Parallel()
	for name, template := range map[string]string{"typo": "{{ .Lables }}", "syntax": "{{ if }}", "without end": "{{ range 40000 }}{{ $.Headline }}{{ end }}"} {
		h := newHeap(t, 30, "sources:", "templates: mine\nsources:")
		h.write("mine/labels.html", template)
		p := h.plan()
		if p.Selection.Count() != 30 {
			t.Errorf("%s: %d articles, want all 30", name, p.Selection.Count())
		}
		var mistake *letter.TemplateError
		if _, err := h.desk.Render(p); !errors.As(err, &mistake) {
			t.Errorf("%s: rendering: %v", name, err)
		}
	}
}

// Pictures that travel within the mail are taken into account before they are fetched.
func TestRoomWithPicturesWithin(t *testing.T) {
	t.Parallel()
	g := newGallery(t, 150, "max_articles: 60", "max_articles: 150")
	p := g.preview(t)
	variant, err := g.desk.Render(p)
	if err != nil {
		t.Fatal(err)
	}
	if size := mail.EncodedSize(variant.HTML); len(p.Pictures) == 0 || size < letter.MaxHTML*9/10 {
		t.Errorf("%d octets with %d pictures and %d articles", size, len(p.Pictures), p.Selection.Count())
	}
}
