package feeds

import (
	"bytes"
	"slices"
	"strings"
)

// closedTags says of each start tag of a document, in order, whether an end tag
// belongs to it. An end tag belongs to the last open element of its name, and
// the elements left open within that one have none.
func closedTags(in []byte) []bool {
	type element struct {
		name string
		tag  int
	}
	var (
		closed []bool
		open   []element
		places = map[string][]int{} // in open, of each name
	)
	z := tokenizer{in: in}
	for t, ok := z.next(); ok && len(closed) < maxElements; t, ok = z.next() {
		switch {
		case t.cut:
		case t.kind == startToken:
			name := string(tagName(t.raw[1:]))
			alone := bytes.HasSuffix(t.raw, []byte("/>")) || neverClosed(local([]byte(name)))
			closed = append(closed, alone)
			if !alone {
				places[name] = append(places[name], len(open))
				open = append(open, element{name, len(closed) - 1})
			}
		case t.kind == endToken:
			of := places[string(tagName(t.raw[2:]))]
			if len(of) == 0 {
				continue
			}
			at := of[len(of)-1]
			closed[open[at].tag] = true
			for _, e := range open[at:] {
				places[e.name] = places[e.name][:len(places[e.name])-1]
			}
			open = open[:at]
		}
	}
	return closed
}

// fields are the elements of a feed's head and of its articles, in lower case.
// One that begins ends the one before it if that was never closed.
var fields = map[string]bool{
	"title": true, "link": true, "description": true, "category": true, "author": true, "source": true, "guid": true,
	"pubdate": true, "comments": true, "enclosure": true, "language": true, "copyright": true, "managingeditor": true,
	"webmaster": true, "lastbuilddate": true, "generator": true, "docs": true, "cloud": true, "ttl": true, "image": true,
	"rating": true, "textinput": true, "skiphours": true, "skipdays": true, "items": true, // RSS
	"id": true, "updated": true, "published": true, "contributor": true, "content": true, "rights": true, "summary": true,
	"subtitle": true, "icon": true, "logo": true, "tagline": true, "issued": true, "modified": true, "created": true, // Atom
}

// holders are the elements that have fields of their own.
var holders = map[string][]string{
	"image":     {"title", "link", "description"},
	"textinput": {"title", "link", "description"},
	"source":    {"title", "link", "id", "updated", "author", "category", "contributor", "generator", "icon", "logo", "rights", "subtitle"},
}

// parts are the elements of extensions that hold others of their prefix.
var parts = []string{"group", "content", "author", "contributor", "source", "owner", "category", "image"}

// ends reports whether an element that was never closed, a direct child of an
// article or of the head, ends where another begins.
func ends(left tag, next tag) bool {
	leftPrefix, nextPrefix := prefix(left.full), prefix(next.full)
	switch {
	case nextPrefix == "" && leftPrefix == "":
		return fields[next.name] && !slices.Contains(holders[left.name], next.name)
	case nextPrefix == "":
		return fields[next.name]
	case leftPrefix != nextPrefix:
		return nextPrefix != "xhtml" && nextPrefix != "html" && nextPrefix != "svg"
	default:
		return left.name == next.name || !slices.Contains(parts, left.name)
	}
}

// ofPerson are the elements of an author in Atom.
var ofPerson = []string{"name", "uri", "url", "email"}

// prefix returns the name space prefix of a name; "" for none.
func prefix(full []byte) string {
	before, _, found := strings.Cut(string(full), ":")
	if !found {
		return ""
	}
	return before
}
