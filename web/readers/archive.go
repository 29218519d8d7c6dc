package readers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"roundup/digest"
)

// Archive is what the pages need of past issues.
type Archive interface {
	// Page returns an issue's page by its slug, as it was frozen with the issue. It
	// has no HTML where there is none, and Issue.Unpublished where it is taken down.
	Page(ctx context.Context, slug string) (digest.ArchivedPage, error)
	// Archived returns issues whose pages are there, newest first.
	Archived(ctx context.Context, q digest.ArchiveQuery) ([]digest.Issue, error)
	// ArchivedDates returns the date of each of them, newest first.
	ArchivedDates(ctx context.Context) ([]time.Time, error)
}

// What can be seen of past issues (Options.ArchiveMode).
const (
	Public   = "public"   // all of it, by everybody
	Unlisted = "unlisted" // an issue's page, by whoever has its address
	Off      = "off"      // nothing
)

func (r *pages) archiveMode() string {
	if r.ArchiveMode == "" {
		return Public
	}
	return r.ArchiveMode
}

// perList is how many issues are listed on one page.
const perList = 50

// listParts are those of the archive's list.
type listParts struct {
	Query   string // what is searched for
	Years   []yearLink
	Groups  []yearGroup
	Older   string // a link; "" for none
	Newest  string // likewise
	All     string // likewise, from a search or a year
	Nothing string // said where no issue is listed
}

type yearLink struct {
	Title, Link string
	Here        bool // its issues are those on the page
}

type yearGroup struct {
	Year   string
	Issues []issueLine
}

// issueLine is an issue in a list.
type issueLine struct {
	Title, Link, Number, Text string
	Date                      string // for people
	Day                       string // the same for programs: 2026-11-20
}

// line is an issue as a list has it.
func (r *pages) line(i digest.Issue) issueLine {
	date := r.local(i.Date)
	return issueLine{
		Title: i.Subject, Link: r.path("/issues/" + i.Slug), Number: r.words.IssueNumber(i.Number), Text: i.Preheader,
		Date: r.words.Date(r.words.LongDate, date), Day: date.Format(time.DateOnly),
	}
}

func (r *pages) lines(issues []digest.Issue) []issueLine {
	var all []issueLine
	for _, i := range issues {
		all = append(all, r.line(i))
	}
	return all
}

// issues lists past issues by year: the newest, those of a year, or what a search finds.
func (r *pages) issues(w http.ResponseWriter, req *http.Request) {
	typed := req.URL.Query()
	q := digest.ArchiveQuery{Words: digest.SearchWords(typed.Get("q")), Limit: perList + 1}
	year, _ := strconv.Atoi(typed.Get("year"))
	if year > 0 && year < 10000 {
		q.From = time.Date(year, 1, 1, 0, 0, 0, 0, r.location())
		q.Until = q.From.AddDate(1, 0, 0)
	}
	q.Before, _ = strconv.Atoi(typed.Get("before"))
	found, err := r.Archive.Archived(req.Context(), q)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	dates, err := r.Archive.ArchivedDates(req.Context())
	if err != nil {
		r.fail(w, req, err)
		return
	}
	list := &listParts{Query: typed.Get("q"), Years: r.years(dates, year)}
	switch {
	case q.Before > 0:
		list.Newest = r.path("/issues/")
	case len(q.Words) > 0 || !q.From.IsZero():
		list.All = r.path("/issues/")
	}
	if len(found) > perList {
		found = found[:perList]
		typed.Set("before", strconv.Itoa(found[perList-1].Number))
		list.Older = "?" + typed.Encode()
	}
	list.Groups = r.byYear(found)
	p := page{Title: r.words.Archive.Issues, List: list, Feeds: r.allFeeds(), Canonical: r.absolute("/issues/"), Public: len(typed) == 0}
	switch {
	case len(q.Words) > 0:
		p.Title = r.words.Fill(r.words.Archive.Found, "words", list.Query)
		list.Nothing = r.words.Archive.NothingFound
	case len(dates) > 0:
		list.Nothing = r.words.Archive.NoneThen
	default:
		list.Nothing = r.words.Archive.None
	}
	if len(found) > 0 {
		list.Nothing = ""
	}
	if p.Public {
		r.index(w)
	}
	r.say(w, http.StatusOK, p)
}

// toIssues leads to the list.
func (r *pages) toIssues(w http.ResponseWriter, req *http.Request) {
	http.Redirect(w, req, r.path("/issues/"), http.StatusMovedPermanently)
}

// years link to the issues of each year, where there are several.
func (r *pages) years(dates []time.Time, here int) []yearLink {
	var links []yearLink
	var years []int
	for _, date := range dates {
		year := r.local(date).Year()
		if slices.Contains(years, year) {
			continue
		}
		years = append(years, year)
		links = append(links, yearLink{
			Title: r.words.Date("{year}", r.local(date)), Link: r.path("/issues/?year=" + strconv.Itoa(year)), Here: year == here,
		})
	}
	if len(links) < 2 {
		return nil
	}
	return links
}

func (r *pages) byYear(issues []digest.Issue) []yearGroup {
	var groups []yearGroup
	for _, i := range issues {
		year := r.words.Date("{year}", r.local(i.Date))
		if n := len(groups); n == 0 || groups[n-1].Year != year {
			groups = append(groups, yearGroup{Year: year})
		}
		last := &groups[len(groups)-1]
		last.Issues = append(last.Issues, r.line(i))
	}
	return groups
}

// index lets a page be found, and kept for a moment.
func (r *pages) index(w http.ResponseWriter) {
	if r.archiveMode() == Public {
		w.Header().Del("X-Robots-Tag")
	}
}

// public answers only where everybody may see past issues.
func (r *pages) public(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if r.archiveMode() != Public {
			r.notFound(w, req)
			return
		}
		r.reading(next)(w, req)
	}
}

// reading answers what only reads.
func (r *pages) reading(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodGet && req.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			r.say(w, http.StatusMethodNotAllowed, page{Title: r.words.Pages.ReadOnly})
			return
		}
		next(w, req)
	}
}

// absolute is a page's whole address; "" where nobody knows it.
func (r *pages) absolute(to string) string {
	if u, err := url.Parse(r.BaseURL); err != nil || u.Host == "" {
		return ""
	}
	return r.base() + to
}

// local is a moment in the newsletter's time zone.
func (r *pages) local(t time.Time) time.Time { return t.In(r.location()) }

func (r *pages) location() *time.Location {
	if r.Location == nil {
		return time.UTC
	}
	return r.Location
}
