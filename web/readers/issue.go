package readers

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"roundup/digest"
)

// issuePolicy is the policy of an issue's page: the publication's own HTML with
// its styles, and pictures from wherever its articles have them. Nothing runs,
// nothing is sent, nobody frames it.
const issuePolicy = "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// issueFresh is how long a browser or a proxy may show the page without asking
// again: it may be taken down, and the next issue is linked on it.
const issueFresh = "public, max-age=300"

// issueParts are what is put around an issue's page.
type issueParts struct {
	Previous, Next *issueLine // nil for none
	Data           *issueData // nil for none
	Corrections    []correction
}

// issue shows a past issue to whoever has its address: there is no token in it,
// and nothing of one reader's own on the page.
func (r *pages) issue(w http.ResponseWriter, req *http.Request) {
	slug := req.PathValue("slug")
	// PostgreSQL takes no text that is not UTF-8, and no NUL.
	if r.archiveMode() == Off || !utf8.ValidString(slug) || strings.ContainsFunc(slug, unicode.IsControl) {
		r.noIssue(w)
		return
	}
	archived, err := r.Archive.Page(req.Context(), slug)
	switch {
	case err != nil:
		r.fail(w, req, err)
		return
	case !archived.Issue.Unpublished.IsZero():
		r.say(w, http.StatusGone, page{Title: r.words.Archive.TakenDown, Text: []string{r.named(r.words.Archive.TakenDownHelp)}})
		return
	case archived.HTML == "":
		r.noIssue(w)
		return
	}
	html, err := r.around(archived)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	changed := archived.Issue.Changed()
	if r.archiveMode() == Public {
		changed = later(changed, archived.Next.Started) // a link to it is on the page
		if r.SignUps != nil {
			changed = later(changed, r.Now().Truncate(formStays))
		}
		r.index(w)
	}
	h := w.Header()
	policy := issuePolicy
	if r.SignUps != nil && r.archiveMode() == Public {
		policy = strings.Replace(policy, "form-action 'none'", "form-action 'self'", 1) // the sign-up form below the issue
	}
	h.Set("Content-Security-Policy", policy)
	r.serve(w, req, "text/html; charset=utf-8", html, changed)
}

func (r *pages) noIssue(w http.ResponseWriter) {
	r.say(w, http.StatusNotFound, page{Title: r.words.Pages.NoIssue, Text: []string{r.named(r.words.Pages.NoIssueHelp)}})
}

// serve answers with what everybody gets, and with nothing to who has it already.
func (r *pages) serve(w http.ResponseWriter, req *http.Request, contentType, body string, changed time.Time) {
	sum := sha256.Sum256([]byte(body))
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", issueFresh)
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, req, "", changed, strings.NewReader(body))
}

// formStays is for how long the form below an issue stays the same: what everybody
// gets can't bear the moment of each, and a form is good for longer than that.
const formStays = time.Hour

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// around is an issue's page with what was corrected on top and, where everybody may see
// the archive, with its place in it: what programs read at the end of its head, and below
// it the issues before and after. The frozen page itself is not touched, and needs no
// mark: an older one, or one of the publication's own templates, has the ends of its head
// and body too.
func (r *pages) around(archived digest.ArchivedPage) (string, error) {
	html, public := archived.HTML, r.archiveMode() == Public
	v := r.view(page{})
	v.Issue = &issueParts{}
	if public {
		v = r.placed(archived)
	}
	v.Issue.Corrections = r.corrections(archived.Issue)
	corrected := len(v.Issue.Corrections) > 0
	for _, part := range []struct {
		name string
		is   bool
		at   func(html string) int // where it goes; -1 for nowhere
	}{
		{"issue_foot", public, func(html string) int { return strings.LastIndex(html, "</body>") }},
		{"issue_top", corrected, top},
		{"issue_head", public || corrected, func(html string) int { return strings.Index(html, "</head>") }},
	} {
		if !part.is {
			continue
		}
		markup, err := r.set.HTML(part.name, v)
		if err != nil {
			return "", err
		}
		if at := part.at(html); at >= 0 {
			html = html[:at] + markup + html[at:]
		}
	}
	return html, nil
}

// placed is what is put around an issue's page in the archive.
func (r *pages) placed(archived digest.ArchivedPage) view {
	invited := r.invitation(formStays)
	if invited != nil {
		invited.Sections = nil // the page is an issue's: the form below it is short
	}
	v := r.view(page{Feeds: r.feedsOfAll(), Form: invited})
	v.Issue = &issueParts{Data: r.dataOf(archived.Issue)}
	for _, neighbour := range []struct {
		issue digest.Issue
		into  **issueLine
	}{{archived.Previous, &v.Issue.Previous}, {archived.Next, &v.Issue.Next}} {
		if neighbour.issue.Number > 0 {
			line := r.line(neighbour.issue)
			*neighbour.into = &line
		}
	}
	return v
}
