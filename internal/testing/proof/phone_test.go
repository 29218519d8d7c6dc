package proof_test

import (
	"regexp"
	"strings"
	"testing"

	"roundup/internal/testing/proof"
	"roundup/templates"
)

const (
	phoneWidth  = 375
	phoneHeight = 667
	leastColumn = 280 // CSS pixels that a column of words has on a phone at least
)

// columnsOf are the headings and texts in columns narrower than this, each as its
// width and its first words; but for titles of sections, which stand beside them in a list
const columnsOf = `[...document.querySelectorAll('h2:not(.title), h3, .text, .byline')].map(e => [Math.round(e.parentElement.getBoundingClientRect().width), e.textContent.trim().slice(0, 40)])
	.filter(([width]) => width < 280).map(found => found.join(': '))`

// TestWithoutStyleSheet: where a client keeps no style sheet, as Gmail's app does
// with accounts that are not Google's, columns stack on a phone by themselves.
func TestWithoutStyleSheet(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	for _, s := range proof.Some(t) {
		if strings.HasPrefix(s.Name, "hostile") {
			continue
		}
		m := s.Mail(t)
		m.HTML = styleSheet.ReplaceAllString(m.HTML, "")
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tab := browser.Show(t, m, proof.View{Width: phoneWidth}, proof.Pictures{})
			for _, narrow := range proof.Eval[[]string](t, tab, columnsOf) {
				t.Errorf("a column of words is narrower than %d pixels: %s", leastColumn, narrow)
			}
			if width := proof.Eval[int](t, tab, `document.documentElement.scrollWidth`); width > phoneWidth {
				t.Errorf("the mail is %d pixels wide on a screen of %d", width, phoneWidth)
			}
		})
	}
}

// TestFirstScreen: a phone's first screen shows the lead's picture and headline,
// and at most two lines of the note above them.
func TestFirstScreen(t *testing.T) {
	t.Parallel()
	browser := proof.NewBrowser(t)
	samples := byName(t)
	short := samples["eleven"]
	short.Issue.Note = "Water, this week."
	short.Name = "short-note"
	for _, s := range []proof.Sample{samples["nine"], samples["eleven"], samples["fifteen"], samples["german"], samples["arabic"], samples["nine-letter"],
		samples["eleven-letter"], samples["nine-compact"], samples["eleven-compact"], samples["arabic-letter"], samples["long-headline"], short} {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			tab := browser.Show(t, s.Mail(t), proof.View{Width: phoneWidth, Height: phoneHeight}, proof.Pictures{})
			if bottom := proof.Eval[int](t, tab, `Math.round(document.querySelector('.lead').getBoundingClientRect().bottom)`); bottom > phoneHeight {
				t.Errorf("the lead's headline ends %d pixels down, and the screen has %d", bottom, phoneHeight)
			}
			if s.Options.Theme == templates.DefaultTheme && s.Issue.Lead().Image.URL != "" {
				if bottom := proof.Eval[int](t, tab, `Math.round(document.querySelector('.photo').getBoundingClientRect().bottom)`); bottom > phoneHeight {
					t.Errorf("the lead's picture ends %d pixels down", bottom)
				}
			}
			const note = `(() => { const n = document.querySelector('.note'), lead = document.querySelector('.lead')
				return n && n.compareDocumentPosition(lead) & Node.DOCUMENT_POSITION_FOLLOWING ? [...n.querySelectorAll('p')].reduce((sum, p) => sum + Math.round(p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight)), 0) : 0 })()`
			if lines := proof.Eval[int](t, tab, note); lines > 2 {
				t.Errorf("%d lines of the note stand above the lead, want at most 2", lines)
			} else if lines == 0 && s.Name == short.Name {
				t.Error("a short note does not stand above the lead")
			}
		})
	}
}

// elevenBefore is how high the eleven articles were on a phone when every
// picture was as wide as the screen and all headlines stood above the lead.
const elevenBefore = 7141

// TestPhoneIsShort: the mail is a quarter shorter than that at least.
func TestPhoneIsShort(t *testing.T) {
	t.Parallel()
	tab := proof.NewBrowser(t).Show(t, byName(t)["eleven"].Mail(t), proof.View{Width: phoneWidth}, proof.Pictures{})
	if got := proof.Eval[int](t, tab, `document.documentElement.scrollHeight`); got > elevenBefore*3/4 {
		t.Errorf("eleven articles are %d pixels high, want at most %d", got, elevenBefore*3/4)
	}
	if got := proof.Eval[int](t, tab, `document.querySelectorAll('.list li').length`); got < 3 || got > 7 {
		t.Errorf("%d headlines are listed below the lead", got)
	}
	const lines = `[...document.querySelectorAll('.list li')].reduce((sum, li) => sum + Math.round(li.getBoundingClientRect().height / parseFloat(getComputedStyle(li).lineHeight)), 0)`
	if got := proof.Eval[int](t, tab, lines); got > 7 {
		t.Errorf("the list has %d lines, want at most 7", got)
	}
}

var wordFor = regexp.MustCompile(`(?s)<!--\[if mso\]>(.*?)<!\[endif\]-->`)

// TestGhostTables: what Outlook alone reads is whole: every table, row and cell
// it opens it closes.
func TestGhostTables(t *testing.T) {
	t.Parallel()
	for _, s := range proof.Samples(t) {
		var ghosts strings.Builder
		for _, m := range wordFor.FindAllStringSubmatch(s.Mail(t).HTML, -1) {
			ghosts.WriteString(m[1])
		}
		for _, name := range []string{"table", "tr", "td"} {
			opened, closed := strings.Count(ghosts.String(), "<"+name), strings.Count(ghosts.String(), "</"+name+">")
			if opened != closed {
				t.Errorf("%s: Outlook is shown %d <%s and %d </%s>", s.Name, opened, name, closed, name)
			}
		}
	}
}
