package scrub

import (
	"bytes"
	"slices"

	"roundup/digest/feeds/plain"
	"roundup/internal/lazy"
)

// itemName is what a feed calls its articles, given its root.
func itemName(root string) string {
	if root == "feed" {
		return "entry"
	}
	return "item"
}

// makeRoom closes what must end before an element begins. An article closes all
// that is open below its channel: what was never closed, the article before it,
// a list of articles. Any other element closes the field before it that was
// never closed.
func (s *scrubber) makeRoom(t *tag) {
	if len(s.open) == 0 {
		return
	}
	below := s.channel() + 1
	if t.name == itemName(s.doc.Root) && s.native(t.full) {
		if s.embedded(below) {
			s.doc.Nested++
			return
		}
		s.closeFrom(below)
		t.item = true
		if !t.closed {
			s.note("<" + string(t.full) + ">")
		}
		return
	}
	if below < len(s.open) && s.open[below].item {
		below++
	}
	if below < len(s.open) && !s.open[below].closed && ends(s.doc.Root, s.open[below], *t) {
		s.closeFrom(below)
	}
	if below+1 < len(s.open) && !s.open[below+1].closed && isOfPerson(s.open[below+1].name) && isOfPerson(t.name) {
		s.closeFrom(below + 1) // or a name would hold a mail address
	}
	if below == len(s.open) && !t.closed && t.name != "channel" {
		s.note("<" + string(t.full) + ">")
	}
}

// channel is the place of the open element that holds the articles: the last
// channel, else the root.
func (s *scrubber) channel() int {
	if len(s.open) > 1 && s.doc.Root != "feed" && s.open[1].name == "channel" {
		return 1
	}
	return 0
}

// embedded reports whether an item that begins here belongs to another one, as
// the comments of an article do: everything that is open below the channel was
// meant to hold it, since an end tag closes it after.
func (s *scrubber) embedded(below int) bool {
	within := s.open[below:]
	if len(within) < 2 || within[len(within)-1].item {
		return false
	}
	return slices.ContainsFunc(within, func(t tag) bool { return t.item }) &&
		!slices.ContainsFunc(within, func(t tag) bool { return !t.closed })
}

// longestMark is how much of a tag is named, in characters.
const longestMark = 80

// note keeps what was never closed, for people.
func (s *scrubber) note(mark string) {
	const most = 3
	if mark = plain.Cut(mark, longestMark); len(s.doc.Unclosed) < most && !slices.Contains(s.doc.Unclosed, mark) {
		s.doc.Unclosed = append(s.doc.Unclosed, mark)
	}
}

// nativeSpace declares a prefix for one of the name spaces of feeds.
var nativeSpace = lazy.Regexp(`\sxmlns:([\w.-]+)="(?:http://www\.w3\.org/2005/Atom|http://purl\.org/(?:atom/ns#|rss/1\.0/)|http://(?:my|channel)\.netscape\.com/rdf/simple/0\.9/)`)

// nativePrefixes lists the prefixes that a start tag declares for them.
func nativePrefixes(raw []byte) []string {
	if !bytes.Contains(raw, []byte("xmlns:")) {
		return nil
	}
	var all []string
	for _, m := range nativeSpace().FindAllSubmatch(raw, -1) {
		all = append(all, string(m[1]))
	}
	return all
}

// native reports whether a name is one of the feed's own kind, not of an
// extension: it has no prefix, the root's, or one that stands for a name space
// of feeds.
func (s *scrubber) native(full []byte) bool {
	p := prefix(full)
	return p == "" || len(s.open) > 0 && p == prefix(s.open[0].full) ||
		slices.ContainsFunc(s.open, func(t tag) bool { return slices.Contains(t.natives, p) })
}
