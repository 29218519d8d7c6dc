package feeds

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mmcdole/gofeed"
	feedjson "github.com/mmcdole/gofeed/json"

	"roundup/digest/feeds/scrub"
)

// maxObjects bounds a JSON document; an item of a real feed has three or four.
const maxObjects = 200_000

// jsonFeed is JSON Feed 1.0 and 1.1.
type jsonFeed struct{}

func (jsonFeed) begins(text []byte, _ string) bool { return text[0] == '{' }

// read reads a JSON Feed, and where that fails what of it can be read: the
// items that are whole, in front of the fault and behind it.
func (jsonFeed) read(text []byte) (ch channel, loss []string, err error) {
	if bytes.Count(text, []byte("{")) > maxObjects {
		return channel{}, nil, fmt.Errorf("%w: more than %d objects", scrub.ErrTooComplex, maxObjects)
	}
	f, err := new(feedjson.Parser).Parse(bytes.NewReader(text))
	if err != nil {
		whole, lost, salvageErr := salvageJSON(text)
		if salvageErr != nil {
			return channel{}, nil, fmt.Errorf("%w: no article of it is whole: %s", ErrBroken, plainJSON(err))
		}
		f = whole
		loss = append(loss, damage(plainJSON(err), len(f.Items), lost))
	}
	if f.Version == "" && f.Title == "" && len(f.Items) == 0 || f.Items == nil && !strings.Contains(f.Version, "jsonfeed.org") {
		return channel{}, nil, errOtherJSON
	}
	if f.Items == nil {
		return channel{}, nil, fmt.Errorf("%w: it has no list of items", ErrBroken)
	}
	if len(f.Items) > scrub.MaxItems {
		f.Items = f.Items[:scrub.MaxItems]
		loss = append(loss, fmt.Sprintf("only the first %d items were read", scrub.MaxItems))
	}
	flat, err := new(gofeed.DefaultJSONTranslator).Translate(withoutNil(f))
	if err != nil {
		return channel{}, nil, err
	}
	ch = channel{title: f.Title, language: f.Language, link: f.HomePageURL, self: f.FeedURL}
	for i, it := range f.Items {
		ch.entries = append(ch.entries, jsonEntry(it, f, flat.Items[i]))
	}
	return ch, loss, nil
}

// withoutNil drops the items given as null, which the translator can't take.
func withoutNil(f *feedjson.Feed) *feedjson.Feed {
	kept := make([]*feedjson.Item, 0, len(f.Items))
	for _, it := range f.Items {
		if it != nil {
			kept = append(kept, it)
		}
	}
	f.Items = kept
	f.Authors = people(f.Authors)
	for _, it := range f.Items {
		it.Authors = people(it.Authors)
	}
	return f
}

func people(authors []*feedjson.Author) []*feedjson.Author {
	var kept []*feedjson.Author
	for _, a := range authors {
		if a != nil {
			kept = append(kept, a)
		}
	}
	return kept
}

func jsonEntry(it *feedjson.Item, f *feedjson.Feed, flat *gofeed.Item) entry {
	e := entry{
		guid:        it.ID,
		links:       filled([]string{it.URL, it.ExternalURL}),
		title:       it.Title,
		description: it.Summary,
		content:     it.ContentHTML,
		people:      jsonPeople(it, f),
		labels:      it.Tags,
		published:   firstDate(flat.PublishedParsed, readDate(it.DatePublished)),
		updated:     firstDate(flat.UpdatedParsed, readDate(it.DateModified)),
	}
	if len(e.links) == 0 && absolute(it.ID) {
		e.links = []string{it.ID}
	}
	if strings.TrimSpace(e.content) == "" {
		e.content, e.plain = it.ContentText, true
	}
	for _, address := range []string{it.Image, it.BannerImage} {
		if address != "" {
			e.pictures = append(e.pictures, picture{rank: named, Image: enclosedPicture(address).Image})
		}
	}
	if it.Attachments != nil {
		for _, a := range *it.Attachments {
			if imageFile(a.URL, a.MimeType, "") {
				e.pictures = append(e.pictures, enclosedPicture(a.URL))
			}
		}
	}
	return e
}

// jsonPeople reads the authors of an item, else of its feed, in either
// version's way.
func jsonPeople(it *feedjson.Item, f *feedjson.Feed) []person {
	for _, list := range [][]*feedjson.Author{it.Authors, {it.Author}, f.Authors, {f.Author}} {
		var found []person
		for _, a := range list {
			if a != nil {
				found = append(found, person{name: a.Name, uri: a.URL})
			}
		}
		if len(authors(found, "", nil)) > 0 {
			return found
		}
	}
	return nil
}

// salvageJSON reads a feed value by value. It fails when that gives no item.
func salvageJSON(text []byte) (f *feedjson.Feed, lost int, err error) {
	f = &feedjson.Feed{}
	fields := map[string]any{
		"version": &f.Version, "title": &f.Title, "home_page_url": &f.HomePageURL, "feed_url": &f.FeedURL,
		"language": &f.Language, "author": &f.Author, "authors": &f.Authors,
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, 0, ErrBroken
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			break
		}
		if key == "items" {
			lost += salvageItems(dec, f)
			continue
		}
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			break
		}
		if target, ok := fields[fmt.Sprint(key)]; ok {
			// A field of the wrong type stays empty.
			_ = json.Unmarshal(raw, target)
		}
	}
	if len(f.Items) == 0 {
		return nil, lost, ErrBroken
	}
	return f, lost, nil
}

// salvageItems reads the items one by one up to the end or the fault, and
// returns how many could not be read.
func salvageItems(dec *json.Decoder, f *feedjson.Feed) (lost int) {
	if t, err := dec.Token(); err != nil || t != json.Delim('[') {
		return 0
	}
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return lost + 1
		}
		it := &feedjson.Item{}
		if err := json.Unmarshal(raw, it); err != nil {
			lost++
			continue
		}
		f.Items = append(f.Items, it)
	}
	// The bracket, or the end of a document cut off.
	_, _ = dec.Token()
	return lost
}

func plainJSON(err error) string {
	s := err.Error()
	if strings.Contains(s, "unexpected end of JSON input") {
		return cutOff
	}
	return strings.TrimPrefix(s, "json: ")
}
