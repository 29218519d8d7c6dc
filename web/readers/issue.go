package readers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// Archive is what the pages need of past issues.
type Archive interface {
	// Page returns an issue's page by its slug, as it was frozen with the issue,
	// and when that started; "" where there is none.
	Page(ctx context.Context, slug string) (page string, started time.Time, err error)
}

// issuePolicy is the policy of an issue's page: the publication's own HTML with
// its styles, and pictures from wherever its articles have them. Nothing runs,
// nothing is sent, nobody frames it.
const issuePolicy = "default-src 'none'; img-src http: https: data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// issueFresh is how long a browser or a proxy may show the page without asking
// again: a correction changes it.
const issueFresh = "public, max-age=300"

// issue shows a past issue to whoever has its address: there is no token in it,
// and nothing of one reader's own on the page.
func (r *pages) issue(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		r.say(w, http.StatusMethodNotAllowed, page{Title: r.words.Pages.ReadOnly})
		return
	}
	html, started, err := r.Archive.Page(req.Context(), req.PathValue("slug"))
	if err != nil {
		r.fail(w, req, err)
		return
	}
	if html == "" {
		r.say(w, http.StatusNotFound, page{
			Title: r.words.Pages.NoIssue,
			Text:  []string{r.named(r.words.Pages.NoIssueHelp)},
		})
		return
	}
	sum := sha256.Sum256([]byte(html))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", issuePolicy)
	h.Set("Cache-Control", issueFresh)
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	h.Del("X-Robots-Tag") // the archive is there to be found
	http.ServeContent(w, req, "", started, strings.NewReader(html))
}
