package feeds

import (
	"strings"

	"github.com/mmcdole/gofeed"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// atomPrefixes are the names under which the parser files Atom elements in RSS.
var atomPrefixes = []string{"atom", "atom10", "atom03"}

// fromRSS reads RSS of any version. flat is the same feed as the library's own
// translator sees it, item for item.
func fromRSS(f *rss.Feed, flat *gofeed.Feed) channel {
	ch := channel{title: flat.Title, language: flat.Language, link: flat.Link, self: flat.FeedLink}
	for i, it := range f.Items {
		ch.entries = append(ch.entries, rssEntry(it, flat.Items[i]))
	}
	return ch
}

func rssEntry(it *rss.Item, flat *gofeed.Item) entry {
	e := entry{
		guid:        flat.GUID,
		links:       rssLinks(it),
		title:       flat.Title,
		description: flat.Description,
		content:     flat.Content,
		people:      rssPeople(it),
		labels:      flat.Categories,
		rights:      otherwise(first(it.Extensions, "dc", "rights").Value, first(it.Extensions, "media", "copyright").Value),
		pictures:    mediaPictures(it.Extensions),
		published:   firstDate(it.PubDateParsed, readDate(it.PubDate), flat.PublishedParsed, readDate(flat.Published), termsDate(it.Extensions, "issued", "available", "created", "date")),
		updated:     firstDate(flat.UpdatedParsed, readDate(flat.Updated), termsDate(it.Extensions, "modified")),
	}
	if e.content == "" {
		e.content = it.Custom["body"] + it.Custom["fulltext"] // xhtml:body and its kind, without a name space
	}
	if e.content == "" {
		e.content = first(it.Extensions, "xhtml", "body").Value
	}
	e.description = otherwise(e.description, mediaText(it.Extensions))
	e.labels = append(e.labels, mediaKeywords(it.Extensions)...)
	for _, enc := range it.Enclosures {
		if imageFile(enc.URL, enc.Type, "") {
			e.pictures = append(e.pictures, enclosedPicture(enc.URL))
		}
	}
	if it.ITunesExt != nil && it.ITunesExt.Image != "" {
		e.pictures = append(e.pictures, showPicture(it.ITunesExt.Image))
	}
	for _, key := range []string{"image", "thumbnail", "enclosure"} {
		if imageFile(it.Custom[key], "", "") {
			e.pictures = append(e.pictures, enclosedPicture(it.Custom[key]))
		}
	}
	return e
}

// rssLinks lists the addresses of an item, best first: the original behind a
// counting proxy, the link, an embedded Atom link, a GUID that is a permalink.
func rssLinks(it *rss.Item) []string {
	links := []string{
		first(it.Extensions, "feedburner", "origLink").Value,
		first(it.Extensions, "pheedo", "origLink").Value,
		it.Link,
	}
	links = append(links, it.Links...)
	for _, prefix := range atomPrefixes {
		for _, l := range it.Extensions[prefix]["link"] {
			if rel := l.Attrs["rel"]; rel == "" || rel == "alternate" {
				links = append(links, l.Attrs["href"])
			}
		}
	}
	if it.GUID != nil && !strings.EqualFold(strings.TrimSpace(it.GUID.IsPermalink), "false") && absolute(it.GUID.Value) {
		links = append(links, it.GUID.Value)
	}
	return filled(links)
}

// absolute reports an address of the web. A GUID that is none is often only a
// number, whatever isPermaLink says.
func absolute(address string) bool {
	scheme, _, found := strings.Cut(strings.ToLower(strings.TrimSpace(address)), "://")
	return found && (scheme == "http" || scheme == "https")
}

// rssPeople reads the byline from the best place that has one: dc:creator,
// where publishing software puts names, before author, which should be a mail
// address, before the podcast's.
func rssPeople(it *rss.Item) []person {
	var people []person
	for _, c := range it.Extensions["dc"]["creator"] {
		people = append(people, person{name: c.Value})
	}
	for _, prefix := range atomPrefixes {
		for _, a := range it.Extensions[prefix]["author"] {
			people = append(people, person{name: child(a, "name"), uri: otherwise(child(a, "uri"), child(a, "url"))})
		}
	}
	if named := authors(people, "", nil); len(named) > 0 {
		return people
	}
	people = []person{{name: it.Author}}
	for _, a := range it.Extensions["dc"]["author"] {
		people = append(people, person{name: a.Value})
	}
	if named := authors(people, "", nil); len(named) > 0 || it.ITunesExt == nil {
		return people
	}
	return []person{{name: it.ITunesExt.Author}}
}

// first returns the first element of a name; zero when there is none.
func first(extensions ext.Extensions, prefix, name string) ext.Extension {
	if found := extensions[prefix][name]; len(found) > 0 {
		return found[0]
	}
	return ext.Extension{}
}

// child returns the text of the first child of a name.
func child(e ext.Extension, name string) string {
	if found := e.Children[name]; len(found) > 0 {
		return found[0].Value
	}
	return ""
}

func filled(values []string) []string {
	kept := values[:0]
	for _, v := range values {
		if strings.TrimSpace(v) != "" {
			kept = append(kept, v)
		}
	}
	return kept
}

func otherwise(a, b string) string {
	if strings.TrimSpace(a) != "" {
		return a
	}
	return b
}
