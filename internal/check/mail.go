package check

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"roundup/digest/letter"
	"roundup/internal/check/finding"
	"roundup/internal/desk/planner"
	"roundup/internal/eml"
	"roundup/internal/remedy"
	"roundup/internal/wording"
)

// shownFlaws is how many flaws of a kind are told in one finding.
const shownFlaws = 5

// mail looks at the mail as a reader would get it, and at nothing beyond it.
func (c *check) mail(l *finding.List, p planner.Plan, draft planner.Draft) {
	example := ""
	if p.Example {
		example = " (an example made of the most recent articles)"
	}
	if err := c.desk.TryTemplates(); err != nil {
		failTemplate(l, "template", fmt.Errorf("this mail can be made, one with other articles can't: %w", err))
	} else {
		l.Pass("template", "the mail can be made"+example)
	}
	if c.tryPages != nil {
		if err := c.tryPages(); err != nil {
			failTemplate(l, "pages", err)
		} else {
			l.Pass("pages", "the readers' pages can be made of templates of your own")
		}
	}
	m, err := eml.Read(bytes.NewReader(draft.Data))
	if err != nil {
		l.Fail("mail", err.Error(), "this is a fault of Roundup's: please report it")
		return
	}
	html := eml.ReadHTML(draft.HTML)
	checkSize(l, m, draft, c.extent.Offline && c.cfg.Digest.Images == string(letter.EmbedImages) && len(html.Pictures) > 0)
	c.checkLeaving(l, m, html, draft)
	c.checkPostal(l, html, draft)
	c.checkPictures(l, p, html)
	checkContrast(l, html)
	checkStructure(l, html)
	checkClients(l, html)
}

// failTemplate tells of a mail, or of pages, that can't be made, and what to do. What
// is no mistake in a template, and not too large, says so itself.
func failTemplate(l *finding.List, what string, err error) {
	mistake, tooLarge := (*letter.TemplateError)(nil), (*letter.TooLargeError)(nil)
	switch {
	case errors.As(err, &tooLarge):
		l.Fail(what, err.Error(), tooLarge.Hint)
	case !errors.As(err, &mistake):
		l.Fail(what, err.Error(), "")
	case mistake.Hint == "":
		l.Fail(what, err.Error(), "")
		l.Do(remedy.Remedy{Code: remedy.MendTemplate})
	default:
		l.Fail(what, err.Error(), mistake.Hint)
	}
}

// checkSize looks at how large the mail is. linked is that its pictures stand in
// it as links only because they were not fetched.
func checkSize(l *finding.List, m *eml.Message, draft planner.Draft, linked bool) {
	encoded := 0
	if part, ok := m.Part("text/html"); ok {
		encoded = part.Size
	}
	detail := fmt.Sprintf("%s of HTML (%s as sent), %s of text, %s in all",
		wording.Bytes(int64(len(draft.HTML))), wording.Bytes(int64(encoded)), wording.Bytes(int64(len(draft.Text))), wording.Bytes(int64(len(draft.Data))))
	if linked {
		detail += " without the pictures, which were not fetched"
	}
	switch {
	case draft.HTML == "":
		l.Warn("size", detail+": there is no HTML part", "")
	case max(len(draft.HTML), encoded) > letter.MaxHTML:
		l.Warn("size", detail+": Gmail cuts it off, and with it the way out", "shorten the note, or your own templates")
	default:
		l.Pass("size", detail)
	}
}

// checkLeaving looks for every way out that mail providers and readers expect.
func (c *check) checkLeaving(l *finding.List, m *eml.Message, html eml.HTML, draft planner.Draft) {
	header, post := m.Get("List-Unsubscribe"), m.Get("List-Unsubscribe-Post")
	inBody := false
	for _, link := range html.Links {
		inBody = inBody || strings.Contains(header, "<"+link.URL+">")
	}
	inText := false
	for way := range strings.SplitSeq(header, ",") {
		inText = inText || strings.Contains(draft.Text, strings.Trim(strings.TrimSpace(way), "<>"))
	}
	switch {
	case header == "":
		l.Fail("unsubscribe", "there is no List-Unsubscribe field", "this is a fault of Roundup's: please report it")
	case !inBody || !inText:
		l.Fail("unsubscribe", "the mail shows its readers no link to leave by", "print {{ .Unsubscribe }} in the template, in HTML and in text")
	case post == "":
		l.Warn("unsubscribe", "a link in the mail and List-Unsubscribe, but not with one click (RFC 8058): Gmail and Yahoo ask for that of whoever sends 5,000 mails a day", "")
		l.Do(remedy.Remedy{Code: remedy.ServeByHTTPS})
	default:
		l.Pass("unsubscribe", "a link in the mail, List-Unsubscribe, and one click (RFC 8058)")
	}
}

func (c *check) checkPostal(l *finding.List, html eml.HTML, draft planner.Draft) {
	address := strings.Join(strings.Fields(c.cfg.Newsletter.PostalAddress), " ")
	if address == "" {
		return // said under configuration
	}
	words := func(text string) string { // without what a template or the setting of lines puts between them
		return strings.Join(strings.FieldsFunc(text, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(",·|", r)
		}), " ")
	}
	if !strings.Contains(words(html.Text), words(address)) || !strings.Contains(words(draft.Text), words(address)) {
		l.Warn("postal address", "newsletter.postal_address is not in the mail, in HTML and in text: CAN-SPAM asks for it", "print {{ .Newsletter.Address }} in the template")
		return
	}
	l.Pass("postal address", address)
}

// checkPictures looks for pictures that say nothing to those who don't see them.
// The lead's is the one whose alternative text is shown: beside a headline a
// picture says nothing that the headline does not.
func (c *check) checkPictures(l *finding.List, p planner.Plan, html eml.HTML) {
	var silent []string
	for _, picture := range html.Pictures {
		if !picture.HasAlt {
			silent = append(silent, picture.URL)
		}
	}
	if len(silent) > 0 {
		l.Warn("pictures", fmt.Sprintf("%s without alt: %s", wording.Count(len(silent), "picture"), some(silent)), "print {{ .Alt }} of each in the template")
	}
	lead := p.Issue.Lead()
	switch {
	case lead.Image.URL != "" && lead.Image.Alt == "":
		l.Warn("pictures", "the feed does not describe the lead's picture: “"+beginning(lead.Headline)+"” is shown without it where pictures are not loaded", "describe the picture where the article is edited")
		l.About(lead.ID)
	case len(silent) == 0 && len(html.Pictures) > 0:
		l.Pass("pictures", wording.Count(len(html.Pictures), "picture")+", and the lead's is described")
	case len(html.Pictures) == 0:
		l.Pass("pictures", "none")
	}
}

func checkContrast(l *finding.List, html eml.HTML) {
	if len(html.Faint) == 0 {
		l.Pass("contrast", "every text stands out by 4.5:1, large ones by 3:1 (WCAG 2.2; on a light screen, as far as the styles are inlined)")
		return
	}
	var faint []string
	for _, f := range html.Faint {
		faint = append(faint, fmt.Sprintf("“%s” %s on %s is %.1f:1, not %.1f:1", beginning(f.Text), f.Colour, f.Background, f.Ratio, f.Wanted))
	}
	l.Warn("contrast", some(faint), "change the colour in the template, or newsletter.accent_color")
}

func checkStructure(l *finding.List, html eml.HTML) {
	if flaws := html.Flaws(); len(flaws) > 0 {
		l.Warn("accessibility", some(flaws), "mend it in the template; the built-in ones have it right")
		return
	}
	l.Pass("accessibility", "language, direction, title, headings in order, tables marked as layout, links with words")
}

// checkClients looks for what falls apart in clients that many readers have. It
// proves no more than that nothing of a short list is used.
func checkClients(l *finding.List, html eml.HTML) {
	if len(html.Lacking) > 0 {
		l.Warn("mail clients", "the mail uses "+some(html.Lacking), "use tables for structure, and nothing that must run or load")
		return
	}
	names := make([]string, 0, len(eml.Features()))
	for _, f := range eml.Features() {
		names = append(names, f.Name)
	}
	l.Pass("mail clients", "none of what Outlook, Gmail or Yahoo fall over is used: "+strings.Join(names, ", "))
}

// some joins the first of many.
func some(all []string) string { return wording.First(all, shownFlaws) }
