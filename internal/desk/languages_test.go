package desk_test

import (
	"bytes"
	"fmt"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/internal/eml"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// offering is choosing with two more languages, and a section without a title of its own.
func offering(languages string) string {
	text := strings.Replace(choosing, "  name: The Weekly\n", "  name: The Weekly\n  languages: "+languages+"\n", 1)
	text = strings.Replace(text, "- {title: Briefs, key: briefs, rest: true}", "- {key: briefs, rest: true, compact: true}", 1)
	return strings.Replace(text, "min_articles: 1\n", "min_articles: 1\n  subject: \"{{ .Date }}: {{ .Lead.Title }}\"\n", 1)
}

// speaks gives a reader a language and turns sections off.
func (c *choosers) speaks(email, language string, off ...string) {
	c.t.Helper()
	if err := c.store.Choose(c.t.Context(), email, subscribers.Choice{Off: off, Language: language}, storetest.Anna()); err != nil {
		c.t.Fatal(err)
	}
}

// around is what is around the articles of the mail that a reader got last: the subject,
// the language and direction of the HTML, the titles of its sections, and the words of the way out.
func (c *choosers) around(to string) string {
	c.t.Helper()
	for _, m := range slices.Backward(c.relay.Mails()) {
		if m.To[0] != to {
			continue
		}
		message, err := mail.ReadMessage(bytes.NewReader(m.Data))
		if err != nil {
			c.t.Fatal(err)
		}
		subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
		if err != nil {
			c.t.Fatal(err)
		}
		whole, err := eml.Read(bytes.NewReader(m.Data))
		if err != nil {
			c.t.Fatal(err)
		}
		at := slices.IndexFunc(whole.Parts, func(p eml.Part) bool { return p.Type == "text/html" })
		html := eml.ReadHTML(whole.Parts[at].Text)
		leave := html.Links[len(html.Links)-1]
		var titles []string
		for _, found := range regexp.MustCompile(`<h2 class="title"[^>]*>(.*?)</h2>`).FindAllStringSubmatch(whole.Parts[at].Text, -1) {
			titles = append(titles, regexp.MustCompile(`<[^>]*>`).ReplaceAllString(found[1], ""))
		}
		return fmt.Sprintf("%s | %s %s | %s | %s", subject, html.Language, html.Direction, strings.Join(titles, ", "), leave.Text)
	}
	return "no mail"
}

// One issue goes to each reader in the words of the language they chose, with the articles
// of their sections. Who chose one that is not offered gets the newsletter's, which is all
// that those get who chose nothing.
func TestReadersGetTheirLanguage(t *testing.T) {
	t.Parallel()
	c := newChoosers(t, time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	c.configure(c.cfg.Path, offering("[de, ar-EG]"))
	for _, name := range []string{"own", "german", "austrian", "arab", "few", "french"} {
		c.joins(name+"@a.example", false)
	}
	c.speaks("german@a.example", "de")
	c.speaks("austrian@a.example", "de-AT")
	c.speaks("arab@a.example", "ar-EG")
	c.speaks("few@a.example", "de", "analysis")
	c.speaks("french@a.example", "fr")
	if _, err := c.open().Run(t.Context(), desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	c.now = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	c.publishes(1, "analysis", "opinion", "one", "two", "three")
	got, result := c.sends()
	if len(result.Sent) != 1 || result.Sent[0].Sent != 6 {
		t.Fatalf("%+v", result)
	}
	all, some := "analysis1 opinion1", "opinion1"
	for who, begins := range map[string]string{"own": all, "german": all, "austrian": all, "arab": all, "few": some, "french": all} {
		if articles := got[who+"@a.example"]; !strings.HasPrefix(articles, begins) || len(strings.Fields(articles)) != len(strings.Fields(begins))+3 {
			t.Errorf("%s got %q", who, articles)
		}
	}
	english := "November 20, 2026: analysis1. | en ltr | OPINION, In brief | Unsubscribe"
	german := "20. November 2026: analysis1. | de ltr | OPINION, Kurz gemeldet | Abbestellen"
	around := map[string]string{}
	for _, who := range []string{"own", "french", "german", "austrian", "arab", "few"} {
		around[who] = c.around(who + "@a.example")
	}
	if diff := cmp.Diff(map[string]string{
		"own": english, "french": english, "german": german, "austrian": german,
		"few":  "20. November 2026: opinion1. | de ltr | Kurz gemeldet | Abbestellen",
		"arab": "٢٠ نوفمبر ٢٠٢٦: \u200eanalysis1.\u200e | ar-EG rtl | \u2066OPINION\u2069, باختصار | إلغاء الاشتراك",
	}, around); diff != "" {
		t.Errorf("around the articles (-want +got):\n%s", diff)
	}
	variants, err := c.store.Variants(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	var frozen []string
	for _, v := range variants {
		frozen = append(frozen, fmt.Sprintf("%d %s %d %t", v.Number, v.Language, v.Readers, v.Page != ""))
	}
	slices.Sort(frozen[1:])
	if diff := cmp.Diff([]string{"1  2 true", "2 ar-EG 1 false", "3 de 2 false", "4 de 1 false"}, frozen, cmp.Comparer(func(a, b string) bool {
		return a[1:] == b[1:] // in whichever order
	})); diff != "" {
		t.Errorf("variants (-want +got):\n%s", diff)
	}
}

// A reader who chooses a language between the rendering of an issue and its start gets it.
func TestChoosingALanguageWhileAnIssueStarts(t *testing.T) {
	t.Parallel()
	c := newChoosers(t, time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	c.configure(c.cfg.Path, offering("[de]"))
	c.joins("ann@a.example", false)
	if _, err := c.open().Run(t.Context(), desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	c.now = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	c.publishes(1, "analysis", "opinion")
	_, err := c.open().Run(t.Context(), desk.RunOptions{Confirm: func(p planner.Plan, _ int) (bool, error) {
		if len(p.Variants) != 1 {
			t.Errorf("planned are %d variants, want 1", len(p.Variants))
		}
		c.speaks("ann@a.example", "de")
		return true, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := c.around("ann@a.example"); !strings.Contains(got, "| de ltr |") {
		t.Errorf("got %q", got)
	}
}

// A preview shows a reader's language, of an example too where nothing is owed.
func TestPreviewOfALanguage(t *testing.T) {
	t.Parallel()
	c := newChoosers(t, time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	c.configure(c.cfg.Path, offering("[ar]"))
	c.joins("ann@a.example", false)
	c.speaks("ann@a.example", "ar")
	c.publishes(1, "analysis", "opinion")
	d := c.open()
	for _, example := range []bool{false, true} {
		if !example {
			if _, err := d.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
		} else {
			for id := range int64(2) {
				if err := c.store.DropArticle(t.Context(), id+1, "", storetest.Anna()); err != nil {
					t.Fatal(err)
				}
			}
		}
		p, err := d.Preview(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		v := p.VariantFor(subscribers.Choice{Language: "ar"})
		as, err := d.As(p, v)
		if err != nil {
			t.Fatal(err)
		}
		mail, err := d.Draft(as, &subscribers.Subscriber{Email: "ann@a.example"})
		if err != nil {
			t.Fatal(err)
		}
		if html := eml.ReadHTML(mail.HTML); p.Example != example || v.Language != "ar" || html.Direction != "rtl" || as.Issue.Slug != p.Issue.Slug {
			t.Errorf("example %t: variant %+v, %s, slugs %q and %q", p.Example, v, html.Direction, as.Issue.Slug, p.Issue.Slug)
		}
		if whole := p.VariantFor(subscribers.Choice{Language: "de"}); whole.Number != digest.Whole {
			t.Errorf("in a language that is not offered it is %+v", whole)
		}
	}
}

// A language that readers may choose makes room for its words before anybody has: whoever
// does so while the issue starts does not make it too large.
func TestIssueFitsInEveryLanguage(t *testing.T) {
	t.Parallel()
	printed := map[string]int{}
	for name, change := range map[string]string{"one": "timezone: UTC}", "several": "timezone: UTC, languages: [de, ar]}"} {
		h := newHeap(t, 60, "timezone: UTC}", change)
		if _, err := h.desk.Fetch(t.Context()); err != nil {
			t.Fatal(err)
		}
		p, err := h.desk.Preview(t.Context(), time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		printed[name] = len(p.Issue.Articles())
		for _, language := range []string{"", "de", "ar"} {
			as, err := h.desk.As(p, p.VariantFor(subscribers.Choice{Language: language}))
			if err == nil {
				_, err = h.desk.Render(as)
			}
			if err != nil {
				t.Errorf("%s, in %q: %v", name, language, err)
			}
		}
	}
	if printed["several"] >= printed["one"] || printed["several"] < printed["one"]/2 {
		t.Errorf("articles printed: %v, want somewhat fewer where Arabic words have to fit, too", printed)
	}
}
