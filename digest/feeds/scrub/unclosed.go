package scrub

import (
	"bytes"
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
			name := string(TagName(t.raw[1:]))
			alone := bytes.HasSuffix(t.raw, []byte("/>")) || neverClosed(Local([]byte(name)))
			closed = append(closed, alone)
			if !alone {
				places[name] = append(places[name], len(open))
				open = append(open, element{name, len(closed) - 1})
			}
		case t.kind == endToken:
			of := places[string(TagName(t.raw[2:]))]
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

// isField reports the elements of a feed's head and of its articles, by their
// names in lower case. One that begins ends the one before it if that was never
// closed.
func isField(name string) bool {
	switch name {
	case "title", "link", "description", "category", "author", "source", "guid", "pubdate", "comments", "enclosure",
		"language", "copyright", "managingeditor", "webmaster", "lastbuilddate", "generator", "docs", "cloud", "ttl", "image",
		"rating", "textinput", "skiphours", "skipdays", "items": // RSS
		return true
	case "id", "updated", "published", "contributor", "content", "rights", "summary", "subtitle", "icon", "logo",
		"tagline", "issued", "modified", "created": // Atom
		return true
	}
	return false
}

// holds reports the elements that have such fields of their own.
func holds(root, name, field string) bool {
	switch name {
	case "image", "textinput":
		return field == "title" || field == "link" || field == "description"
	case "source":
		return root == "feed" && field != "source" && field != "summary" && field != "content" && field != "published" && field != "pubdate"
	}
	return false
}

// isPart reports the elements of extensions that hold others of their prefix.
func isPart(name string) bool {
	switch name {
	case "group", "content", "author", "contributor", "source", "owner", "category", "image":
		return true
	}
	return false
}

// isOfPerson reports the elements of an author in Atom.
func isOfPerson(name string) bool {
	return name == "name" || name == "uri" || name == "url" || name == "email"
}

// ends reports whether an element that was never closed, a direct child of an
// article or of the head, ends where another begins.
func ends(root string, left, next tag) bool {
	leftPrefix, nextPrefix := prefix(left.full), prefix(next.full)
	switch {
	case nextPrefix == "" && leftPrefix == "":
		return isField(next.name) && !holds(root, left.name, next.name)
	case nextPrefix == "":
		return isField(next.name)
	case leftPrefix != nextPrefix:
		return nextPrefix != "xhtml" && nextPrefix != "html" && nextPrefix != "svg"
	default:
		return left.name == next.name || !isPart(left.name)
	}
}

// prefix returns the name space prefix of a name; "" for none.
func prefix(full []byte) string {
	before, _, found := strings.Cut(string(full), ":")
	if !found {
		return ""
	}
	return before
}
