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

	// andNames join two names: the short ones only where the byline is in that language.
	andNames = `and|und|et|y|with|&|oraz|(?-i:e|en|i)`
)

var (
	byPrefix = lazy.Regexp(`(?i)^[^\pL\pN]*by\b\s*:?\s*|^as told to\s+`)
	// Addresses with a name beside them, as RSS wants its authors.
	mailFirst = lazy.Regexp(`^<?[^\s@<>()]+@[^\s@<>()]+>?\s*\(([^()]*)\)$`)
	// mailLast also takes a handle: "Jane Doe (@jane)".
	mailLast = lazy.Regexp(`\s*[(<\[]\s*(?:mailto:)?[^\s@<>()]*@[^\s@<>()]+\s*[)>\]]`)
	inQuotes = lazy.Regexp(`^["“]([^"“”]*)["”]$`)
	mailOnly = lazy.Regexp(`^<?(?:mailto:)?[^\s@]+@[^\s@]+>?$`)
	// between parts the names of a byline.
	between = lazy.Regexp(`(?i)\s*[,;|•·]\s*(?:` + andNames + `)\s+|\s*[;|•·]\s*|\s+(?:` + andNames + `)\s+|\s+/\s+`)
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
	agency      = lazy.Regexp(`(?i)^(?:reuters|afp|ap|dpa|epa|xinhua|tass|ansa|efe|bloomberg|upi|pa|agencies|anp|lusa|pap|staff|guardian|bbc)$`)
)

// SplitByline returns the names of a byline in their order: "By Jane Doe, John
// Roe and Ann Poe" are three. Mail addresses, roles, places and the "By" are
// left out, "Doe, Jane" is turned round, and what names nobody gives nothing.
// Who took the pictures or translated is left out where somebody else is named.
// The tag is that of its language, "" for unknown.
func SplitByline(byline, tag string) []string {
	byline = plain.Line(mailLast().ReplaceAllString(plain.Head(byline, bylineLimit), ""))
	if m := mailFirst().FindStringSubmatch(byline); m != nil {
		byline = m[1]
	}
	byline = inQuotes().ReplaceAllString(byline, "$1")
	var names, others []string
	for _, c := range splitDeeds(byline) {
		who, aside := c.people(tongueOf(tag))
		names, others = append(names, who...), append(others, aside...)
	}
	if names = unique(names); len(names) > 0 {
		return names
	}
	return unique(others)
}

// names are the names of a byline, or of a part of one.
func (in tongue) names(byline string) []string {
	byline = strings.Trim(byline, " \t/–—-")
	if strings.Contains(byline, ")") && !strings.ContainsAny(byline, "(") {
		byline = strings.ReplaceAll(byline, ")", "") // "Jane Doe (photos by Ann Poe)"
	}
	byline = etAl().ReplaceAllString(in.withoutBy(byline), "")
	if institution().MatchString(byline) && !strings.ContainsAny(byline, ",;|") {
		return []string{plain.Cut(byline, nameLimit)}
	}
	var names []string
	for _, part := range in.split(byline) {
		names = append(names, in.splitCommas(part)...)
	}
	return names
}

// split splits a byline at what parts names, but for the "y" within a Spanish surname and its
// like: "José Ortega y Gasset", "Artur da Costa e Silva", "Beeld en Geluid".
func (in tongue) split(byline string) []string {
	var parts []string
	start := 0
	found := between().FindAllStringIndex(byline, -1)
	for i, at := range found {
		next := len(byline)
		if i+1 < len(found) {
			next = found[i+1][0]
		}
		behind := strings.TrimSpace(byline[at[1]:next])
		surname := !strings.ContainsRune(behind, ' ') && !agency().MatchString(behind)
		and := strings.Trim(byline[at[0]:at[1]], " \t,;|•·/")
		switch and {
		case "e", "en", "i":
			if and != in.and || surname {
				continue
			}
		case "y", "Y":
			if surname {
				continue
			}
		}
		if d, found := deedIn(byline[start:at[0]]); and != "" && found && d.from == 0 {
			continue // "Words and Pictures"
		}
		parts = append(parts, byline[start:at[0]])
		start = at[1]
	}
	return append(parts, byline[start:])
}

// splitCommas splits a part of a byline at its commas, which part names, or a
// name from its degree, its role, or the surname from the given name.
func (in tongue) splitCommas(part string) []string {
	pieces := givenFirst(comma().Split(part, -1))
	var names []string
	for i, piece := range pieces {
		piece = strings.TrimSpace(place().ReplaceAllString(in.withoutBy(piece), ""))
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
func authors(people []person, tag string, base *url.URL) []digest.Author {
	var all []digest.Author
	at := map[string]int{}
	for _, p := range people {
		names := SplitByline(p.name, tag)
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
