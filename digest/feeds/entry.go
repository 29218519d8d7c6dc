package feeds

import (
	"html"
	"net/url"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"roundup/digest"
)

// channel is a feed of any format, as given.
type channel struct {
	title   string
	link    string // the site
	self    string // the feed's own address
	entries []entry
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
	pictures    []picture
	published   *time.Time
	updated     *time.Time
}

// Limits of what an article carries, in characters.
const (
	titleLimit = 300
	labelLimit = 80
	maxLabels  = 40
)

// builder turns entries into articles.
type builder struct {
	meta Meta
	base *url.URL // nil when nothing says what relative links are relative to
}

// build makes articles of a channel's entries.
func build(ch channel, meta Meta) Feed {
	if meta.Republished == nil {
		meta.Republished = defaultRepublished
	}
	b := builder{meta: meta, base: baseOf(ch, meta)}
	feed := Feed{Title: cut(line(ch.title), titleLimit)}
	nameless := 0
	for _, e := range ch.entries {
		a := b.article(e)
		if a.Title == "" {
			nameless++
			continue
		}
		feed.Articles = append(feed.Articles, a)
	}
	if nameless > 0 {
		feed.Warnings = append(feed.Warnings, count(nameless, "item has", "items have")+" neither a title nor a text nor an address that names it, left out")
	}
	feed.Articles, feed.Warnings = distinct(feed.Articles, feed.Warnings)
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
	a := digest.Article{
		GUID:        strings.TrimSpace(e.guid),
		Title:       cut(line(e.title), titleLimit),
		Authors:     authors(e.people, b.base),
		Labels:      labels(e.labels),
		Republished: cut(note, noteLimit),
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
	a.Image = choosePicture(pictures, b.base)
	return a
}

func (b builder) bodies(e entry) (content, description article) {
	if e.plain {
		content = readPlain(tidy, e.content)
	} else {
		content = readBody(e.content)
	}
	return content, readBody(e.description)
}

// labels cleans what the feed says an article is about.
func labels(raw []string) []string {
	clean := make([]string, 0, len(raw))
	for _, label := range raw[:min(len(raw), 4*maxLabels)] {
		if label = line(label); !strings.Contains(label, "://") {
			clean = append(clean, cut(label, labelLimit))
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

// distinct drops items that are the same article again, the older of two, and
// takes away identifiers that different articles share.
func distinct(all []digest.Article, warnings []string) ([]digest.Article, []string) {
	at := map[string]int{}
	kept := all[:0]
	for _, a := range all {
		i, known := at[a.Canonical]
		if !known || a.Canonical == "" {
			at[a.Canonical] = len(kept)
			kept = append(kept, a)
			continue
		}
		if last(a).After(last(kept[i])) {
			kept[i] = a
		}
	}
	if n := len(all) - len(kept); n > 0 {
		warnings = append(warnings, count(n, "item is", "items are")+" another's link again, left out")
	}
	shared := map[string]int{}
	for _, a := range kept {
		shared[a.GUID]++
	}
	reused := 0
	for i, a := range kept {
		if a.GUID != "" && shared[a.GUID] > 1 && a.Canonical != "" {
			kept[i].GUID = ""
			reused++
		}
	}
	if reused > 0 {
		warnings = append(warnings, count(reused, "item shares its", "items share their")+" identifier with another, which is told apart by its link")
	}
	return kept, warnings
}

func last(a digest.Article) time.Time {
	if a.Updated.After(a.Published) {
		return a.Updated
	}
	return a.Published
}

// entitle gives an article without a title its first sentence for one, which
// then need not be printed again below it.
func entitle(a digest.Article) digest.Article {
	opening := firstOf(sentences(a.Blurb()))
	if opening == "" {
		a.Title = slugTitle(a.URL)
		return a
	}
	if a.Title = cut(opening, labelLimit); a.Title == opening {
		a.Dek = strings.TrimSpace(strings.TrimPrefix(a.Dek, opening))
		a.Summary = strings.TrimSpace(strings.TrimPrefix(a.Summary, opening))
	}
	return a
}

// slugTitle reads a headline out of an address that holds one:
// "/2024/the-road-to-khartoum". An address of fewer words names nothing.
func slugTitle(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	slug := strings.TrimSuffix(path.Base(strings.TrimSuffix(u.Path, "/")), path.Ext(u.Path))
	title := strings.Join(strings.FieldsFunc(slug, func(r rune) bool { return r == '-' || r == '_' || r == '+' }), " ")
	if words(title) < 3 {
		return ""
	}
	first, size := utf8.DecodeRuneInString(title)
	return cut(tidy(string(unicode.ToUpper(first))+title[size:]), titleLimit)
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func unescape(s string) string { return html.UnescapeString(s) }
