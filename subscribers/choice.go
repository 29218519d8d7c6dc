package subscribers

import (
	"slices"
	"strings"
	"unicode"
)

// Bounds of what is kept of a choice.
const (
	maxOff      = 100
	maxKey      = 200 // octets of a section's key
	maxLanguage = 35  // octets of a tag (RFC 5646, section 4.4.1)
)

// Choice is what a reader has chosen of each issue. The zero value is all of every one, in
// the newsletter's language.
//
// Kept is what they turned off, so that a section which is new goes to everybody until
// they say otherwise.
type Choice struct {
	Off     []string // keys of sections, in order, each once; nil for none
	Monthly bool     // only the first issue of a month

	// Language is that of the words around the articles, BCP 47; "" for the newsletter's own,
	// whichever that is.
	Language string
}

// Frequency is how often a reader gets an issue, as commands and files call it.
type Frequency string

// The frequencies.
const (
	EveryIssue Frequency = "every"
	Monthly    Frequency = "monthly" // the first issue of a month
)

// Frequencies lists them.
func Frequencies() []Frequency { return []Frequency{EveryIssue, Monthly} }

// Known reports whether f is one of Frequencies.
func (f Frequency) Known() bool { return slices.Contains(Frequencies(), f) }

// Frequency is that of a choice.
func (c Choice) Frequency() Frequency {
	if c.Monthly {
		return Monthly
	}
	return EveryIssue
}

// IsAll reports whether a choice is what everybody gets who has chosen nothing.
func (c Choice) IsAll() bool { return len(c.Off) == 0 && !c.Monthly && c.Language == "" }

// Equal reports whether two choices are the same.
func (c Choice) Equal(o Choice) bool {
	return c.Monthly == o.Monthly && c.Language == o.Language && slices.Equal(c.Off, o.Off)
}

// Changed says what another choice changes: "sections, frequency: monthly, language"; "" for
// nothing. It is put on record for good, also after its reader was erased, and so has neither
// sections nor languages: those say what somebody reads, and where they may come from.
func (c Choice) Changed(to Choice) string {
	var all []string
	if !slices.Equal(c.Off, to.Off) {
		all = append(all, "sections")
	}
	if c.Monthly != to.Monthly {
		all = append(all, "frequency: "+string(to.Frequency()))
	}
	if c.Language != to.Language {
		all = append(all, "language")
	}
	return strings.Join(all, ", ")
}

// Text tells choices apart: equal ones have the same, "" for that of IsAll.
func (c Choice) Text() string {
	if c.IsAll() {
		return ""
	}
	return string(c.Frequency()) + " " + c.Language + " " + strings.Join(c.Off, " ")
}

// Wants reports whether a reader of this choice has a section on.
func (c Choice) Wants(key string) bool { return !slices.Contains(c.Off, key) }

// Only is c with these sections on of those there are, and the others off. What was
// turned off of sections that are no longer there stays so: they may come back.
func (c Choice) Only(on, there []string) Choice {
	off := slices.DeleteFunc(slices.Clone(c.Off), func(key string) bool { return slices.Contains(there, key) })
	for _, key := range there {
		if !slices.Contains(on, key) {
			off = append(off, key)
		}
	}
	c.Off = CleanKeys(off)
	return c
}

// CleanKeys are keys of sections in order, each once, without what can't be one.
func CleanKeys(keys []string) []string {
	var clean []string
	for _, key := range keys {
		if key != "" && len(key) <= maxKey && !strings.ContainsFunc(key, notInKey) {
			clean = append(clean, key)
		}
	}
	slices.Sort(clean)
	clean = slices.Compact(clean)
	return clean[:min(len(clean), maxOff)]
}

// notInKey reports whether a character is in no section's key (see language.Key).
func notInKey(r rune) bool { return r != '-' && !unicode.In(r, unicode.L, unicode.N, unicode.M) }

// CleanLanguage is a tag of BCP 47 as far as it can be one; "" for what can't. Whether
// there are words in it is another matter.
func CleanLanguage(tag string) string {
	if len(tag) > maxLanguage || strings.ContainsFunc(tag, notInTag) {
		return ""
	}
	return tag
}

// notInTag reports whether a character is in no tag of a language (RFC 5646, section 2.1).
func notInTag(r rune) bool {
	return r != '-' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
