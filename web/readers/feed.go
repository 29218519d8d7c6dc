package readers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"roundup/digest"
)

// perFeed is how many issues a feed has.
const perFeed = 20

// maxByline is how long a byline in a feed may be, in characters.
const maxByline = 120

// feedLinks are the addresses of one feed in its three forms.
type feedLinks struct {
	Title, Atom, RSS, JSON string
}

// feedLinksOf are those of the feed in this folder.
func (r *pages) feedLinksOf(title, folder string) feedLinks {
	at := r.path("/issues/" + folder + "feed.")
	return feedLinks{Title: title, Atom: at + "atom", RSS: at + "rss", JSON: at + "json"}
}

// feedsOfAll is the feed of every issue; none where a feed could not be made,
// since it has whole addresses in it.
func (r *pages) feedsOfAll() []feedLinks {
	if r.archiveMode() != Public || r.absolute("/") == "" {
		return nil
	}
	return []feedLinks{r.feedLinksOf(r.Name, "")}
}

// allFeeds are that and one of each section.
func (r *pages) allFeeds() []feedLinks {
	all := r.feedsOfAll()
	if len(all) == 0 {
		return nil
	}
	for _, section := range r.Sections {
		all = append(all, r.feedLinksOf(r.sectionTitle(section), section.folder()))
	}
	return all
}

// Section is one of the newsletter's: it has feeds, and readers choose it.
type Section struct {
	Title, Key string
	InBrief    bool // its title is our own, and so in the language of the page
}

// folder is where its feeds are.
func (s Section) folder() string { return "in/" + url.PathEscape(s.Key) + "/" }

func (r *pages) sectionTitle(s Section) string { return r.Name + r.words.Colon + " " + s.Title }

// feed is what a feed says, in whatever form.
type feed struct {
	Title, About string
	Home, Self   string // the page it is of, and its own address
	Language     string
	Logo         string
	Author       string
	Updated      time.Time
	Entries      []feedEntry
}

// feedEntry is an issue in a feed. Its address is also its identity.
type feedEntry struct {
	Title, Address, Summary string
	Image                   string
	Published, Updated      time.Time
	Corrections             []correction
	Sections                []entrySection
	HTML                    string // what was corrected and the sections, as feed_entry.html makes them
}

type entrySection struct {
	Title    string
	Articles []entryArticle
}

type entryArticle struct {
	Title, Link, Text, Byline string
}

// feedForm writes a feed in one form.
type feedForm struct {
	contentType string
	write       func(feed) ([]byte, error)
}

func feedForms() map[string]feedForm {
	return map[string]feedForm{
		"feed.atom": {"application/atom+xml; charset=utf-8", writeAtom},
		"feed.rss":  {"application/rss+xml; charset=utf-8", writeRSS},
		"feed.json": {"application/feed+json; charset=utf-8", writeJSONFeed},
	}
}

// feed answers with the latest issues, all of each or one section, for programs.
func (r *pages) feed(form string) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) { r.serveFeed(w, req, form) }
}

func (r *pages) serveFeed(w http.ResponseWriter, req *http.Request, form string) {
	section, folder, title := "", "", r.Name
	if key := req.PathValue("section"); key != "" {
		at := slices.IndexFunc(r.Sections, func(s Section) bool { return s.Key == key })
		if at < 0 {
			r.notFound(w, req)
			return
		}
		section = key
		folder, title = r.Sections[at].folder(), r.sectionTitle(r.Sections[at])
	}
	if r.absolute("/") == "" {
		r.notFound(w, req)
		return
	}
	f, err := r.feedOf(req.Context(), section)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	f.Title, f.Self = title, r.absolute("/issues/"+folder+form)
	body, err := feedForms()[form].write(f)
	if err != nil {
		r.fail(w, req, err)
		return
	}
	r.index(w)
	r.serve(w, req, feedForms()[form].contentType, string(body), f.Updated)
}

// feedOf has the latest issues, of one section where its key is given.
func (r *pages) feedOf(ctx context.Context, section string) (feed, error) {
	issues, err := r.Archive.Archived(ctx, digest.ArchiveQuery{Section: section, Limit: perFeed, Articles: true})
	if err != nil {
		return feed{}, err
	}
	f := feed{About: r.Tagline, Home: r.absolute("/issues/"), Language: r.words.Language(), Logo: r.Logo, Author: r.Name}
	for _, issue := range issues {
		entry, err := r.entry(issue, section)
		if err != nil {
			return feed{}, err
		}
		f.Entries = append(f.Entries, entry)
		f.Updated = later(f.Updated, entry.Updated)
	}
	if f.Updated.IsZero() {
		f.Updated = time.Unix(0, 0).UTC() // a feed must have a date, also before the first issue
	}
	return f, nil
}

// entry is an issue in a feed; section is the key of one, "" for all.
func (r *pages) entry(issue digest.Issue, section string) (feedEntry, error) {
	e := feedEntry{
		Title: issue.Subject, Address: r.absolute("/issues/" + issue.Slug), Summary: issue.Preheader,
		Published: r.local(issue.Started).Truncate(time.Second), Updated: r.local(issue.Changed()).Truncate(time.Second),
		Corrections: r.corrections(issue),
	}
	for _, s := range issue.Sections {
		if section != "" && s.Key != section {
			continue
		}
		var part entrySection
		if section == "" {
			part.Title = s.Title
		}
		for _, a := range s.Articles {
			if e.Image == "" {
				e.Image = digest.SafeLink(a.Image.URL)
			}
			part.Articles = append(part.Articles, entryArticle{Title: a.Headline, Link: digest.SafeLink(a.URL), Text: a.Text, Byline: r.byline(a)})
		}
		e.Sections = append(e.Sections, part)
	}
	markup, err := r.set.HTML("feed_entry", e)
	e.HTML = strings.TrimSpace(markup)
	return e, err
}

func (r *pages) byline(a digest.Printed) string {
	var names []string
	for _, author := range a.Authors {
		names = append(names, author.Name)
	}
	if len(names) == 0 {
		return ""
	}
	return strings.ReplaceAll(r.words.By, "{names}", r.words.Names(names, maxByline))
}
