package digest

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Words is everything a mail says around the articles, in one language. A
// language is a file words_xx.go with a function returning Words, and its
// line in vocabularies.
//
// Texts in braces, {name}, are filled in; a language may put them in any order.
type Words struct {
	Number      string // "No. {number}"
	By          string // "By {names}"
	Two         string // "{first} and {second}"
	Last        string // "{names} and {last}", for three and more
	Next        string // "{names}, {name}", for three and more
	Others      string // "{names} and others", where a byline is too long
	Greeting    string // "Dear {name},", above the editor's note
	GreetingAll string // "Dear reader,", for those whose name is not known
	Browser     string // "View in browser", a link
	Contents    string // "In this issue", above the list of headlines
	InBrief     string // "In brief", above short items
	Minutes     Plural // "{n} min read"
	Credit      string // "Picture: {credit}"; also true of a drawing
	KeepReading string // "Keep reading"
	SentTo      string // "This mail was sent to {email} because you subscribed to {name}."
	Unsubscribe string // "Unsubscribe"
	NothingNew  string // printed where an issue has no article
	Untitled    string // stands for a headline that is missing
	FullDate    string // of weekday, day, month, year; the masthead
	LongDate    string // of day, month, year
	ShortDate   string // of day and month, within the issue's own year
	Months      [12]string
	Weekdays    [7]string // from Sunday
	tag         language.Tag
}

// Plural is a text in the forms a language has for different numbers, by
// CLDR's names for them. Every language has Other, which also stands for a
// form left empty. {n} is the number.
type Plural struct {
	Zero, One, Two, Few, Many, Other string
}

// vocabularies maps a language (ISO 639) to its words, given the region.
func vocabularies() map[string]func(region string) Words {
	return map[string]func(string) Words{
		"en": english,
	}
}

// wordsFor returns the words in the language of a BCP 47 tag; in English where
// there are none in that language yet.
func wordsFor(tag string) Words {
	parsed := parseLanguage(tag)
	base, _ := parsed.Base()
	region, _ := parsed.Region()
	vocabulary, ok := vocabularies()[base.String()]
	if !ok {
		parsed, region, vocabulary = language.AmericanEnglish, language.MustParseRegion("US"), english
	}
	words := vocabulary(region.String())
	words.tag = parsed
	return words
}

// parseLanguage reads a BCP 47 tag; English where it can't be read.
func parseLanguage(tag string) language.Tag {
	parsed, err := language.Parse(tag)
	if err != nil || parsed == language.Und {
		return language.English
	}
	return parsed
}

// rightToLeft reports whether a language is written from the right.
func rightToLeft(tag string) bool {
	script, _ := parseLanguage(tag).Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg":
		return true
	}
	return false
}

// fill puts values into a text: fill("No. {number}", "number", "12").
func fill(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// InBrief is the title of a section of short items that has none of its own,
// in the language of a BCP 47 tag.
func InBrief(language string) string { return wordsFor(language).InBrief }

func (w Words) number(n int) string { return fill(w.Number, "number", strconv.Itoa(n)) }

// Count is a text in the form that belongs to a number, with the number in it.
func (w Words) Count(forms Plural, n int) string {
	text := map[plural.Form]string{
		plural.Zero: forms.Zero, plural.One: forms.One, plural.Two: forms.Two,
		plural.Few: forms.Few, plural.Many: forms.Many,
	}[plural.Cardinal.MatchPlural(w.tag, n, 0, 0, 0, 0)]
	return fill(cmp.Or(text, forms.Other), "n", strconv.Itoa(n))
}

// names joins names as a sentence would: "A", "A and B", "A, B and C". A list
// longer than limit characters ends in "and others".
func (w Words) names(names []string, limit int) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return cut(names[0], limit)
	case 2:
		if both := fill(w.Two, "first", names[0], "second", names[1]); utf8.RuneCountInString(both) <= limit {
			return both
		}
	}
	joined := names[0]
	for i, name := range names[1:] {
		pattern := w.Next
		if i == len(names)-2 {
			pattern = w.Last
		}
		longer := fill(pattern, "names", joined, "name", name, "last", name)
		if utf8.RuneCountInString(longer) > limit {
			return fill(w.Others, "names", cut(joined, limit))
		}
		joined = longer
	}
	return joined
}

func (w Words) date(pattern string, t time.Time) string {
	return fill(pattern,
		"weekday", w.Weekdays[t.Weekday()],
		"day", strconv.Itoa(t.Day()),
		"month", w.Months[t.Month()-1],
		"year", fmt.Sprintf("%04d", t.Year()))
}

// dateWithin leaves the year out where it is the issue's own.
func (w Words) dateWithin(t, issue time.Time) string {
	if t.Year() == issue.Year() {
		return w.date(w.ShortDate, t)
	}
	return w.date(w.LongDate, t)
}
