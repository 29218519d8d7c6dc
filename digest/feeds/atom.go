package feeds

import (
	"html"
	"strings"

	"github.com/mmcdole/gofeed/atom"
)

// fromAtom reads Atom 0.3 and 1.0.
func fromAtom(f *atom.Feed) channel {
	ch := channel{title: f.Title, language: f.Language}
	for _, l := range f.Links {
		switch {
		case l.Rel == "alternate" && ch.link == "":
			ch.link = l.Href
		case l.Rel == "self" && ch.self == "":
			ch.self = l.Href
		}
	}
	for _, e := range f.Entries {
		ch.entries = append(ch.entries, atomEntry(e, f))
	}
	return ch
}

func atomEntry(a *atom.Entry, f *atom.Feed) entry {
	e := entry{
		guid:        a.ID,
		links:       atomLinks(a),
		title:       a.Title,
		description: a.Summary,
		people:      atomPeople(a, f),
		labels:      atomLabels(a.Categories),
		rights:      otherwise(a.Rights, first(a.Extensions, "dc", "rights").Value),
		pictures:    mediaPictures(a.Extensions),
		published:   firstDate(a.PublishedParsed, readDate(a.Published), termsDate(a.Extensions, "issued", "available", "created", "date")),
		updated:     firstDate(a.UpdatedParsed, readDate(a.Updated), termsDate(a.Extensions, "modified")),
	}
	if a.Content != nil && readable(a.Content.Type) {
		e.content, e.plain = a.Content.Value, plainText(a.Content)
	}
	e.description = otherwise(e.description, mediaText(a.Extensions))
	e.labels = append(e.labels, mediaKeywords(a.Extensions)...)
	for _, l := range a.Links {
		if l.Rel == "enclosure" && imageFile(l.Href, l.Type, "") {
			e.pictures = append(e.pictures, enclosedPicture(l.Href))
		}
	}
	return e
}

// readable reports the media types that an article's text can have.
func readable(mediaType string) bool {
	return !strings.Contains(mediaType, "/") || strings.HasPrefix(mediaType, "text/") || strings.Contains(mediaType, "html")
}

// plainText reports content that says it is text and looks it: many say so and
// hold HTML.
func plainText(c *atom.Content) bool {
	return (c.Type == "text" || c.Type == "text/plain") && !strings.Contains(c.Value, "</")
}

// atomLinks lists the addresses of an entry, best first: the original behind a
// counting proxy, the alternate in HTML, any alternate, an id that is an address.
func atomLinks(a *atom.Entry) []string {
	links := []string{first(a.Extensions, "feedburner", "origLink").Value}
	var others []string
	for _, l := range a.Links {
		switch {
		case l.Rel != "alternate":
		case l.Type == "" || strings.Contains(l.Type, "html"):
			links = append(links, l.Href)
		default:
			others = append(others, l.Href)
		}
	}
	links = filled(append(links, others...))
	if len(links) == 0 && absolute(a.ID) {
		links = append(links, a.ID)
	}
	return links
}

// atomPeople reads the authors of an entry, else of the feed it came from, else
// of its feed (RFC 4287 section 4.2.1).
func atomPeople(a *atom.Entry, f *atom.Feed) []person {
	lists := [][]*atom.Person{a.Authors}
	if a.Source != nil {
		lists = append(lists, a.Source.Authors)
	}
	lists = append(lists, f.Authors)
	for _, list := range lists {
		people := make([]person, 0, len(list))
		for _, p := range list {
			people = append(people, person{name: html.UnescapeString(p.Name), uri: p.URI})
		}
		if len(authors(people, "", nil)) > 0 {
			return people
		}
	}
	creator := first(a.Extensions, "dc", "creator").Value
	return []person{{name: creator}}
}

// atomLabels reads categories by the name meant for people where there is one.
// A scheme that ends in "#kind" says what sort of record this is.
func atomLabels(categories []*atom.Category) []string {
	labels := make([]string, 0, len(categories))
	for _, c := range categories {
		if strings.HasSuffix(c.Scheme, "#kind") {
			continue
		}
		labels = append(labels, otherwise(c.Label, c.Term))
	}
	return labels
}
