package feeds

import (
	"net/url"
	"strings"
	"time"

	"roundup/digest"
	"roundup/digest/feeds/plain"
	"roundup/internal/language"
	"roundup/internal/wording"
)

// channel is a feed of any format, as given.
type channel struct {
	title    string
	language string   // of it, by its tag; "" for not said
	link     string   // the site
	self     string   // the feed's own address
	notes    []string // what was not read of it, though nothing was lost; for people
	entries  []entry
}

// entry is an item of any format, as given: texts may hold HTML, links may be
// relative or hostile.
type entry struct {
	guid        string
	links       []string // the article's, best first
	title       string
	description string
	content     string
	plain       bool // content is plain text
	people      []person
	labels      []string
	rights      string
	pictures    []picture
	published   *time.Time
	updated     *time.Time
}

// Limits of what an article carries, in characters.
const (
	titleLimit = 300
	labelLimit = 80
	maxLabels  = 40
	maxGUID    = 2000 // bytes
)

// builder turns entries into articles.
type builder struct {
	meta     Meta
	language string
	base     *url.URL // nil when nothing says what relative links are relative to
}

// build makes articles of a channel's entries.
func build(ch channel, meta Meta) Feed {
	if len(meta.Republished) == 0 {
		meta.Republished = defaultRepublished()
	}
	b := builder{meta: meta, language: otherwise(ch.language, meta.Language), base: baseOf(ch, meta)}
	feed := Feed{Title: plain.Cut(plain.Line(ch.title), titleLimit), Warnings: ch.notes}
	nameless := 0
	for _, e := range ch.entries {
		a := b.article(e)
		a.Title = withoutSite(a.Title, feed.Title)
		if a.Title == "" {
			nameless++
			continue
		}
		feed.Articles = append(feed.Articles, a)
	}
	if nameless > 0 {
		feed.Warnings = append(feed.Warnings, wording.Agree(nameless, "item has", "items have")+" neither a title nor a text nor an address that names it, left out")
	}
	feed.Articles, feed.Warnings = distinct(feed.Articles, feed.Warnings)
	feed.Warnings = dropShared(feed.Articles, feed.Warnings)
	return feed
}

// baseOf is what relative links resolve against when no xml:base says: the
// site, the feed's own address, or where it was found, the first that is absolute.
func baseOf(ch channel, meta Meta) *url.URL {
	found, err := url.Parse(meta.URL)
	if err != nil || found.Host == "" {
		found = nil
	}
	for _, link := range []string{ch.link, ch.self, meta.URL} {
		if clean := digest.CleanURL(link, found); clean != "" {
			if u, err := url.Parse(clean); err == nil {
				return u
			}
		}
	}
	return nil
}

// article makes one article; its Title is empty when nothing can stand for one.
func (b builder) article(e entry) digest.Article {
	content, description := b.bodies(e)
	note := content.findNote(b.meta.Republished)
	if note == "" {
		note = description.findNote(b.meta.Republished)
	}
	if note == "" {
		note = noteIn(e.rights, b.meta.Republished)
	}
	a := digest.Article{
		GUID:        plain.Head(plain.Tidy(e.guid), maxGUID),
		Title:       plain.Cut(plain.Line(e.title), titleLimit),
		Authors:     authors(e.people, b.language, b.base),
		Labels:      labels(e.labels),
		Republished: plain.Cut(note, noteLimit),
		Published:   believable(e.published),
		Updated:     believable(e.updated),
	}
	for _, link := range e.links {
		if a.URL = digest.CleanURL(link, b.base); a.URL != "" {
			a.Canonical = digest.Canonical(a.URL)
			break
		}
	}
	a.Dek, a.Summary, a.Words = blurb(content, description, a.Title)
	if a.Title == "" {
		a = entitle(a)
	}
	if a.Published.IsZero() {
		a.Published, a.Updated = a.Updated, time.Time{} // an Atom 0.3 or lazy feed that only says when it last changed
	}
	if !a.Updated.After(a.Published) {
		a.Updated = time.Time{}
	}
	pictures := append(append(e.pictures, content.pictures...), description.pictures...)
	if a.Image = choosePicture(pictures, b.base); language.Same(a.Image.Alt, a.Title) {
		a.Image.Alt = "" // who has it read aloud has just heard it
	}
	return a
}

func (b builder) bodies(e entry) (content, description article) {
	if e.plain {
		content = readPlain(plain.Tidy, e.content)
	} else {
		content = readBody(e.content)
	}
	return content, readBody(e.description)
}

// labels cleans what the feed says an article is about.
func labels(raw []string) []string {
	clean := make([]string, 0, len(raw))
	for _, label := range raw[:min(len(raw), 4*maxLabels)] {
		if label = plain.Line(label); !strings.Contains(label, "://") {
			clean = append(clean, plain.Cut(label, labelLimit))
		}
	}
	split := digest.SplitLabels(clean)
	return split[:min(len(split), maxLabels)]
}

// believable drops the dates that stand for none: year 1, 1970, nonsense.
func believable(t *time.Time) time.Time {
	if t == nil || t.Year() <= 1970 || t.Year() > 9999 {
		return time.Time{}
	}
	return t.UTC()
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}
