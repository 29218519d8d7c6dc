package feeds

import (
	"net/url"
	"strings"

	"roundup/digest"
	"roundup/digest/feeds/plain"
	"roundup/internal/language"
	"roundup/internal/lazy"
)

const (
	bylineLimit = 1000 // bytes of one byline read
	nameLimit   = 80   // characters of one name
	maxAuthors  = 20
)

var (
	byPrefix = lazy.Regexp(`(?i)^[^\pL\pN]*(?:(?:words|text|story|analysis|report|reporting|reported|written|published|posted|guest|post|essay|opinion|commentary|photos?|photographs?|photography|illustrations?|interview|review(?:ed)?|additional|and|&)\s+){0,4}by\b\s*:?\s*|^(?:text|words|story|author)\s*:\s*|^as told to\s+`)
	// byAbroad is the "By" of other languages, before a given and a family name:
	// "Von Jörg Müller" has one, "von Hammerstein, Konstantin" and "Von Miller" none.
	byAbroad = lazy.Regexp(`^(?i:von|par|por|door)\s+(\p{Lu}[^\s,;]*\s+(?:(?:von|van|de|den|der|del|da|dos|di|la|le|zu|el|al)\s|\p{Lu}))`)
	// pictured is who took the pictures, behind who wrote: that is the picture's credit.
	pictured = lazy.Regexp(`(?i)[\s,;|•·/]+(?:(?:and|&|with)\s+)?(?:photo(?:s|graph(?:s|y)?)?|illustrations?|pictures?|images?|videos?|graphics?|fotos?|translated)(?:\s+by\b|\s*:).*$`)
	// Addresses with a name beside them, as RSS wants its authors.
	mailFirst = lazy.Regexp(`^<?[^\s@<>()]+@[^\s@<>()]+>?\s*\(([^()]*)\)$`)
	// mailLast also takes a handle: "Jane Doe (@jane)".
	mailLast = lazy.Regexp(`\s*[(<\[]\s*(?:mailto:)?[^\s@<>()]*@[^\s@<>()]+\s*[)>\]]`)
	inQuotes = lazy.Regexp(`^["“]([^"“”]*)["”]$`)
	mailOnly = lazy.Regexp(`^<?(?:mailto:)?[^\s@]+@[^\s@]+>?$`)
	// between parts the names of a byline.
	between = lazy.Regexp(`(?i)\s*[,;|•·]\s*(?:and|und|et|y|with|&)\s+|\s*[;|•·]\s*|\s+(?:and|und|et|y|with|&)\s+|\s+/\s+`)
	comma   = lazy.Regexp(`\s*[,،、，]\s*`)
	suffix  = lazy.Regexp(`(?i)^(?:jr|sr|ii|iii|iv|ph\.?\s?d|m\.?d|esq|m\.?a|mba|msc|obe|cbe|mp|j\.?d|r\.?n)\.?$`)
	// role is what follows a name in a byline and is no name: "Foreign Editor".
	role = lazy.Regexp(`(?i)\b(editor|correspondent|reporter|writer|columnist|contributors?|contributing|staff|fellow|professor|lecturer|analyst|director|researcher|chief|bureau|desk|photographer|university|institute|school of|special to)\b`)
	// place is where the author was: "Jane Doe in Berlin".
	place = lazy.Regexp(`\s+in\s+\p{Lu}[\p{L}\s.'’-]*$`)
	// nobody are the names software gives who has none.
	nobody = lazy.Regexp(`(?i)^[^\pL\pN]*(?:admin(?:istrator)?|super ?user|root|user|unknown|anonymous|none|null|undefined|no[- ]?author|no[- ]?reply|webmaster|author|n/a|wordpress)?[^\pL\pN]*$`)
	// institution is a body whose name may have an "and" of its own.
	institution = lazy.Regexp(`(?i)\b(?:cent(?:er|re)|institute|council|committee|department|office|ministry|foundation|association|school|society|commission|programme?|project|network|bureau)\s+(?:for|of|on)\b`)
	agency      = lazy.Regexp(`(?i)^(?:reuters|afp|ap|dpa|epa|xinhua|tass|ansa|efe|bloomberg|upi|pa|agencies|staff|guardian|bbc)$`)
)

// SplitByline returns the names of a byline in their order: "By Jane Doe, John
// Roe and Ann Poe" are three. Mail addresses, roles, places and the "By" are
// left out, "Doe, Jane" is turned round, and what names nobody gives nothing.
func SplitByline(byline string) []string {
	byline = plain.Line(mailLast().ReplaceAllString(plain.Head(byline, bylineLimit), ""))
	if m := mailFirst().FindStringSubmatch(byline); m != nil {
		byline = m[1]
	}
	byline = inQuotes().ReplaceAllString(byline, "$1")
	byline = etAl().ReplaceAllString(withoutBy(pictured().ReplaceAllString(byline, "")), "")
	if institution().MatchString(byline) && !strings.ContainsAny(byline, ",;|") {
		return unique([]string{plain.Cut(byline, nameLimit)})
	}
	var names []string
	for _, part := range splitNames(byline) {
		names = append(names, splitCommas(part)...)
	}
	return unique(names)
}

// splitNames splits a byline at what parts names, but for the "y" within a
// Spanish surname: "José Ortega y Gasset".
func splitNames(byline string) []string {
	var parts []string
	start := 0
	found := between().FindAllStringIndex(byline, -1)
	for i, at := range found {
		next := len(byline)
		if i+1 < len(found) {
			next = found[i+1][0]
		}
		surname := !strings.ContainsRune(strings.TrimSpace(byline[at[1]:next]), ' ')
		if surname && strings.EqualFold(strings.TrimSpace(byline[at[0]:at[1]]), "y") {
			continue
		}
		parts = append(parts, byline[start:at[0]])
		start = at[1]
	}
	return append(parts, byline[start:])
}

// splitCommas splits a part of a byline at its commas, which part names, or a
// name from its degree, its role, or the surname from the given name.
func splitCommas(part string) []string {
	pieces := givenFirst(comma().Split(part, -1))
	var names []string
	for i, piece := range pieces {
		piece = strings.TrimSpace(place().ReplaceAllString(withoutBy(piece), ""))
		switch {
		case i > 0 && len(names) > 0 && suffix().MatchString(piece):
			names[len(names)-1] += ", " + piece
		case i > 0 && role().MatchString(piece):
		case nobody().MatchString(piece), mailOnly().MatchString(piece), strings.Contains(piece, "://"):
		default:
			names = append(names, plain.Cut(piece, nameLimit))
		}
	}
	return names
}

func withoutBy(s string) string {
	return byAbroad().ReplaceAllString(byPrefix().ReplaceAllString(s, ""), "$1")
}

func unique(names []string) []string {
	var kept []string
	seen := map[string]bool{}
	for _, name := range names {
		key := language.Fold(name)
		if key == "" || seen[key] || len(kept) == maxAuthors {
			continue
		}
		seen[key] = true
		kept = append(kept, name)
	}
	return kept
}

// person is an author as a feed gives one.
type person struct{ name, uri string }

// authors turns what a feed says into a byline. A link belongs to the name it
// came with, so not to one of several in one element.
func authors(people []person, base *url.URL) []digest.Author {
	var all []digest.Author
	at := map[string]int{}
	for _, p := range people {
		names := SplitByline(p.name)
		for _, name := range names {
			uri := ""
			if len(names) == 1 {
				uri = digest.CleanURL(p.uri, base)
			}
			key := language.Fold(name)
			if i, known := at[key]; known {
				if all[i].URI == "" {
					all[i].URI = uri
				}
				continue
			}
			if len(all) < maxAuthors {
				at[key] = len(all)
				all = append(all, digest.Author{Name: name, URI: uri})
			}
		}
	}
	return all
}
