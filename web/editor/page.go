package editor

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"roundup/digest"
	"roundup/internal/language"
	"roundup/internal/wording"
)

// page is what the template of the editor's page is filled with.
type page struct {
	Display  display
	Query    string // of Display, for forms to come back to
	Stamp    string // of what is shown
	Version  string // of the mail in the frame
	Said     *remark
	Problem  string // why there is no issue to show; of what is below only Preview's words are filled then, if they are known
	Preview  Preview
	Inbox    inbox
	Sections []cardSection
	Left     []leftGroup
	Checks   checkList
	CanFetch bool
	Undo     *done // the change that can be taken back next; nil for none
}

// show answers with the page, or with what keeps it from being put together.
func (s *server) show(w http.ResponseWriter, r *http.Request) {
	shown := displayOf(r.URL.Query())
	page := page{
		Display:  shown,
		Query:    shown.values().Encode(),
		Said:     s.remarks.take(r.URL.Query().Get("said")),
		CanFetch: s.Fetcher != nil,
	}
	status := http.StatusOK
	ctx, cancel := s.patient(w, r)
	defer cancel()
	done, err := s.compile(ctx, shown.As)
	page.Stamp = digestOf(done.stamp)
	if err != nil {
		page.Problem, status = err.Error(), http.StatusInternalServerError
		page.Preview = done.preview // its words, where they may be what is wrong
		if done.stamp == "" {
			page.Stamp = digestOf(err.Error())
		}
	} else {
		s.fill(&page, done)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Referrer-Policy", "same-origin") // with none, a form without script has no Origin
	var b strings.Builder
	if err := s.pages.ExecuteTemplate(&b, "preview.html", page); err != nil {
		s.Log.Error("the preview's page", "error", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String())) // a browser that went away
}

func (s *server) fill(page *page, done compiled) {
	p := done.preview
	p.Notes = slices.DeleteFunc(slices.Clone(p.Notes), func(note string) bool {
		return slices.ContainsFunc(p.Conflicts, func(c digest.Conflict) bool { return strings.HasSuffix(note, c.String()) })
	}) // a conflict is shown with its article
	page.Preview = p
	page.Version = digestOf(p.HTML)
	page.Inbox = inboxOf(p)
	page.Sections = sectionsOf(p)
	page.Left = leftOf(p)
	if last, ok := s.history.last(); ok {
		page.Undo = &last
	}
	s.mu.Lock()
	seen := s.seen
	s.mu.Unlock()
	page.Checks = checksOf(done, seen, s.Checker != nil, s.Now())
}

// LeftCount is how many candidates are not in the issue.
func (p page) LeftCount() int {
	n := 0
	for _, group := range p.Left {
		n += len(group.Cards)
	}
	return n
}

// Stops says why the issue will not go out; none where it will.
func (p Preview) Stops() []Notice { return p.notices(false) }

// Troubles is what else the editor must know first.
func (p Preview) Troubles() []Notice { return p.notices(true) }

func (p Preview) notices(mild bool) []Notice {
	return slices.DeleteFunc(slices.Clone(p.Notices), func(n Notice) bool { return n.Mild != mild })
}

// inbox is the line the mail makes in a list of mails.
type inbox struct {
	From, Initial, Time, Subject, Preheader string
	Direction                               string // of its readers' writing: "ltr" or "rtl"
}

func inboxOf(p Preview) inbox {
	initial, _ := utf8.DecodeRuneInString(cmp.Or(strings.TrimSpace(p.From), "?"))
	return inbox{
		From:      p.From,
		Initial:   strings.ToUpper(string(initial)),
		Time:      p.in(p.Issue.Date).Format("15:04"),
		Subject:   cmp.Or(p.Subject, p.Issue.Subject),
		Preheader: cmp.Or(p.Preheader, p.Issue.Preheader),
		Direction: language.WordsFor(p.Language).Direction(),
	}
}

func (p Preview) in(t time.Time) time.Time {
	if p.Location == nil {
		return t.UTC()
	}
	return t.In(p.Location)
}

// Articles is how many articles are in the issue.
func (p Preview) Articles() int { return len(p.Issue.Articles()) }

// Counted is "9 articles of 31 candidates".
func (p Preview) Counted() string {
	if p.Example || len(p.Fates) == 0 {
		return "no articles yet"
	}
	return fmt.Sprintf("%s of %s", wording.Count(p.Articles(), "article"), wording.Count(len(p.Fates), "candidate"))
}

// Length is how many characters a text has, as a person counts them.
func (i inbox) Length(text string) int { return utf8.RuneCountInString(text) }

// Edited says whether a text of the issue was edited by hand.
func (p Preview) Edited(what digest.Verb) bool {
	switch what {
	case digest.DoSubject:
		return p.Edits.Subject != ""
	case digest.DoPreheader:
		return p.Edits.Preheader != ""
	case digest.DoNote:
		return p.Edits.Note != ""
	}
	return false
}

// cardOnPage is a card with what its forms need of the page.
type cardOnPage struct {
	Card     card
	Query    string
	Issue    int
	Language string
}

// With is a card of this page.
func (p page) With(c card) cardOnPage {
	return cardOnPage{Card: c, Query: p.Query, Issue: p.Preview.Issue.Number, Language: p.Preview.Language}
}

// DisplayFields are the display's part of an address for a form that asks who reads.
func (p page) DisplayFields() map[string]string {
	fields := map[string]string{}
	for name, values := range p.Display.values() {
		if name != "as" {
			fields[name] = values[0]
		}
	}
	return fields
}

// SourceHead is the header of the whole mail.
func (p page) SourceHead() string {
	head, _, _ := strings.Cut(p.source(), "\n\n")
	return head
}

// SourceBody is what follows the header.
func (p page) SourceBody() string {
	_, body, _ := strings.Cut(p.source(), "\n\n")
	return body
}

// mostSource is how much of the mail the page shows, in octets: with pictures
// inside it is megabytes of base64 that nobody reads.
const mostSource = 256 << 10

func (p page) source() string {
	mail := p.Preview.Mail
	if len(mail) > mostSource {
		more := fmt.Sprintf("\n\n… and %d KB more: see the file, below.\n", (len(mail)-mostSource)>>10)
		mail = append(mail[:mostSource:mostSource], more...)
	}
	return strings.ToValidUTF8(strings.ReplaceAll(string(mail), "\r\n", "\n"), "\ufffd")
}
