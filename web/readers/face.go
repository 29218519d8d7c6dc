package readers

import (
	"net/http"

	"roundup/digest"
	"roundup/digest/schedule"
)

// onFace is how many issues the newsletter's own page lists.
const onFace = 5

// faceParts are those of the newsletter's own page.
type faceParts struct {
	Rhythm string // how often issues come; "" where that is not said
	Next   string // when the next one does; "" where nobody knows
	Latest []issueLine
}

// face shows what the newsletter is, and how to get it.
func (r *pages) face(w http.ResponseWriter, req *http.Request) {
	p := page{
		Title: r.Name, Public: r.archiveMode() == Public, Canonical: r.absolute("/"),
		Face: &faceParts{Rhythm: r.rhythm()}, Feeds: r.feedsOfAll(), Form: r.invitation(0),
	}
	if r.NextIssue != nil {
		if next := r.NextIssue(); !next.IsZero() {
			p.Face.Next = r.words.Fill(r.words.Archive.Coming, "date", r.words.Date(r.words.FullDate, r.local(next)))
		}
	}
	if r.archiveMode() == Public {
		issues, err := r.Archive.Archived(req.Context(), digest.ArchiveQuery{Limit: onFace})
		if err != nil {
			r.fail(w, req, err)
			return
		}
		p.Face.Latest = r.lines(issues)
	}
	r.index(w)
	r.say(w, http.StatusOK, p)
}

// rhythm says how often issues come.
func (r *pages) rhythm() string {
	words := r.words.Archive
	switch r.Rhythm.Pace {
	case schedule.Daily:
		return words.Daily
	case schedule.Weekly:
		return words.Weekly[r.Rhythm.Day]
	case schedule.Often:
		return words.Often
	case schedule.Weeks:
		return r.words.Count(words.Weeks, r.Rhythm.Weeks)
	case schedule.Monthly:
		return words.Monthly
	}
	return ""
}
