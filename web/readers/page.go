package readers

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"roundup/digest/letter"
	"roundup/internal/language"
)

// page is one of the readers' pages.
type page struct {
	done   string // what was done: another page shows that, to which this one leads; "" for none
	in     *pages // whose words it is made of, where those who say it have others; nil for theirs
	Title  string
	Wrong  string   // what is wrong with what was sent, above all else; "" for nothing
	Text   []string // paragraphs
	Button string   // of a form that posts to the same address; "" for none
	Query  string   // what that form has in its query; "" for pageForm
	Less   *less    // instead of leaving; nil for nothing
	Left   *left    // what to do after leaving; nil for nothing
	Me     *me      // a reader's own; nil on others
	Form   *form    // to sign up; nil for none
	Foot   string

	OwnLink     string // to the reader's own page, or to sign up anew or with another address; "" for none
	OwnLinkSays string

	Face      *faceParts // of the newsletter's own page; nil on others
	List      *listParts // of the archive; nil on others
	Public    bool       // it is there to be found
	Canonical string     // its own address; "" where it has none
	Feeds     []feedLinks
}

// status is that of a page: what was sent can't be taken where something is wrong with it.
func (p page) status() int {
	if p.Wrong != "" {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// view is all that the templates of the pages are filled with.
type view struct {
	page
	Language, Direction string
	Name, Tagline, Logo string // the newsletter's
	Home, HomeName      string // the publication's site, and what its link says
	Root                string // the base address's own path, which is before that of every page
	Theme               string
	Words               language.ArchiveWords
	Colours             letter.Palette
	Issue               *issueParts // of what is put around an issue's page; nil elsewhere
}

func (r *pages) view(p page) view {
	v := view{
		page: p, Language: r.words.Language(), Direction: r.words.Direction(),
		Name: r.Name, Tagline: r.Tagline, Logo: r.Logo, Home: r.Home, Root: r.path(""), Theme: r.Theme,
		Words: r.words.Archive, Colours: letter.NewPalette(r.Accent),
	}
	if u, err := url.Parse(r.Home); err == nil {
		v.HomeName = strings.TrimPrefix(u.Host, "www.")
	}
	return v
}

// named is a text of the pages' words with the newsletter's name in it.
func (r *pages) named(text string) string { return r.words.Fill(text, "name", r.Name) }

func (r *pages) say(w http.ResponseWriter, status int, p page) {
	if p.in != nil {
		r = p.in
	}
	markup, err := r.set.HTML(layout, r.view(p))
	if err != nil {
		r.Log.Error("page not made", "error", err)
		http.Error(w, r.words.Pages.Fault, http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if _, err := io.WriteString(w, markup); err != nil {
		r.Log.Debug("page not written whole", "error", err) // the browser went away
	}
}
