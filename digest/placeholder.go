package digest

import (
	"html"
	"strings"
)

// Placeholder names a place in a rendered mail that differs per reader.
type Placeholder string

const (
	// PlaceEmail is the address the mail was sent to, as the reader gave it.
	PlaceEmail Placeholder = "email"
	// PlaceUnsubscribe is the reader's own way out: an https link, or a mailto:
	// link for lists without a web address.
	PlaceUnsubscribe Placeholder = "unsubscribe"
	// PlaceGreeting is the line above the editor's note: by name where a name is
	// known. Variant.Greeting says what stands in it.
	PlaceGreeting Placeholder = "greeting"
)

// Placeholders lists every placeholder a mail may hold.
func Placeholders() []Placeholder { return []Placeholder{PlaceEmail, PlaceUnsubscribe, PlaceGreeting} }

// Mark is how a placeholder stands in the rendered mail. It holds the issue's
// UID, which nobody can guess, so that no feed, template or name can forge one.
func (i Issue) Mark(p Placeholder) string { return mark(i.UID, p) }

func mark(uid string, p Placeholder) string { return "x-" + uid + "-" + string(p) + "-x" }

// Segment is a run of literal text followed by a placeholder; the last
// segment of a text has none.
type Segment struct {
	Literal string
	Then    Placeholder
}

// Split cuts rendered text at the marks of the issue with this uid.
func Split(text, uid string) []Segment {
	var segments []Segment
	rest := text
	for {
		at, found := -1, Placeholder("")
		for _, p := range Placeholders() {
			if i := strings.Index(rest, mark(uid, p)); i >= 0 && (at < 0 || i < at) {
				at, found = i, p
			}
		}
		if at < 0 {
			return append(segments, Segment{Literal: rest})
		}
		segments = append(segments, Segment{Literal: rest[:at], Then: found})
		rest = rest[at+len(mark(uid, found)):]
	}
}

// Fill joins segments with a reader's values; escaped tells whether the text
// is HTML, where values are escaped.
func Fill(segments []Segment, values map[Placeholder]string, escaped bool) string {
	var b strings.Builder
	for _, s := range segments {
		b.WriteString(s.Literal)
		if s.Then == "" {
			continue
		}
		v := values[s.Then]
		if escaped {
			v = html.EscapeString(v)
		}
		b.WriteString(v)
	}
	return b.String()
}
