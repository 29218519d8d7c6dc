package language

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Words is everything that mails and readers' pages say around the articles,
// in one language. A language is a file xx.go with a function returning
// Words, and its line in vocabularies (docs/languages.md).
//
// Texts in braces, {name}, are filled in; a language may put them in any order.
// A space that no line may be broken at is written \u00a0.
type Words struct {
	Named       string   // "English", what the language calls itself, where nothing stands before it
	Number      string   // "No. {number}"
	Numbered    string   // "{name}, {number}", a subject without a headline
	By          string   // "By {names}"
	Two         string   // "{first} and {second}"
	Last        string   // "{names} and {last}", for three and more
	Next        string   // "{names}, {name}", for three and more
	Others      string   // "{names} and others", where a byline is too long
	Greeting    string   // "Dear {name},", above the editor's note
	GreetingAll string   // "Dear reader,", for those whose name is not known
	Browser     string   // "View in browser", a link
	Contents    string   // "Also in this issue", above the list of headlines below the lead
	More        Plural   // "and {n} more", at the end of that list
	InBrief     string   // "In brief", above short items
	Minutes     Plural   // "{n} min read"
	Credit      string   // "Picture: {credit}"; also true of a drawing
	Colon       string   // ":", before a link or a list
	KeepReading string   // "Keep reading"
	SentTo      string   // "This mail was sent to {email} because you subscribed to {name}."
	Unsubscribe string   // "Unsubscribe"
	NothingNew  string   // printed where an issue has no article
	Untitled    string   // stands for a headline that is missing
	Tied        string   // letters that are words and end no line, where a language minds: "wz"
	Joints      []string // endings behind which long words may be broken, in lower case, where a language joins words
	Seconds     []string // words before which they may be
	Quotes      quotes   // what straight quotes are printed as
	Archive     ArchiveWords
	Pages       PageWords
	Join        JoinWords
	Leaving     LeavingWords
	Me          MeWords
	Choosing    ChoosingWords // what they get
	Address     AddressWords  // where they get it

	// Before suits the pattern Two or Last to the name that comes last, where
	// its sound changes the word for "and"; nil where it never does.
	Before func(pattern, name string) string

	DateWords

	tag       language.Tag // of the words
	fromRight bool         // what they stand in is written from the right
}

// PageWords is what the pages say that readers reach from a mail. {name} is
// the newsletter's.
type PageWords struct {
	Leave         string // "Leave {name}?", a title
	LeaveHow      string // what the button below, Words.Unsubscribe, does
	Left          string // "You are unsubscribed", a title
	LeftSaid      string // what that means
	Test          string // "This was a test mail", a title
	TestSaid      string // what the link would have done in a real issue
	BadLink       string // "This link does not work", a title
	BadLinkHelp   string // what may have happened and what to do
	BadLinkButton string // another way, where the link was to leave: what needs none
	BadLinkAsk    string // and to answer the mail, if that does not help
	Fault         string // "Something went wrong here", a title
	FaultHelp     string // what to do
	Missing       string // "There is no such page", a title
	NoIssue       string // "This issue is not here", a title
	NoIssueHelp   string // when it is, and what may have happened
	ReadOnly      string // "This page is for reading only", a title
}

// DateWords is how dates are written. In the patterns, {day} is the day of the
// month, {dd} the same in two digits.
type DateWords struct {
	FullDate  string     // of weekday, day, month, year; the masthead
	LongDate  string     // of day, month, year
	ShortDate string     // of day and month, within the issue's own year
	Months    [12]string // as they stand in a date, which may be another case than alone
	Weekdays  [7]string  // from Sunday
	FirstDay  string     // of the month, where it is written otherwise than 1: "1er"
	Digits    string     // the ten digits where they are not 0 to 9
}

// Plural is a text in the forms a language has for different numbers, by
// CLDR's names for them. Every language has Other, which also stands for a
// form left empty. {n} is the number.
type Plural struct {
	Zero, One, Two, Few, Many, Other string
}

// vocabularies maps a language (ISO 639) to its words in a region (ISO 3166),
// or in general where the region is "".
func vocabularies() map[string]func(region string) Words {
	return map[string]func(string) Words{
		"ar": arabic,
		"de": german,
		"en": english,
		"es": spanish,
		"fr": french,
		"it": italian,
		"nl": dutch,
		"pl": polish,
		"pt": portuguese,
		"ru": russian,
	}
}

// Known lists the languages that have words (ISO 639), in order.
func Known() []string {
	return slices.Sorted(maps.Keys(vocabularies()))
}

// WordsFor returns the words in the language of a BCP 47 tag; in English where
// there are none in that language yet.
func WordsFor(tag string) Words {
	parsed := Parse(tag)
	base, _ := parsed.Base()
	vocabulary, ok := vocabularies()[base.String()]
	if !ok {
		parsed, vocabulary = language.English, english
	}
	var named string
	if region, confidence := parsed.Region(); confidence == language.Exact { // else it is only likely
		named = region.String()
	}
	words := vocabulary(named)
	words.tag, words.fromRight = parsed, RightToLeft(tag)
	return words
}

// Parse reads a BCP 47 tag; English where it can't be read.
func Parse(tag string) language.Tag {
	parsed, err := language.Parse(tag)
	if err != nil || parsed == language.Und {
		return language.English
	}
	return parsed
}

// RightToLeft reports whether a language is written from the right.
func RightToLeft(tag string) bool {
	script, _ := Parse(tag).Script()
	switch script.String() {
	case "Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg":
		return true
	}
	return false
}

// Language is the BCP 47 tag of the words.
func (w Words) Language() string { return w.tag.String() }

// Direction is that of their writing: ltr or rtl.
func (w Words) Direction() string {
	if RightToLeft(w.Language()) {
		return "rtl"
	}
	return "ltr"
}

// FromRight reports whether what the words stand in is written from the right.
func (w Words) FromRight() bool { return w.fromRight }

// Fill puts values into one of the texts: Fill(words.By, "names", "Ada").
// Each keeps its own order of writing, from the left or the right.
func (w Words) Fill(text string, pairs ...string) string {
	for i := 1; i < len(pairs); i += 2 {
		pairs[i] = Isolate(pairs[i], w.fromRight)
	}
	return Fill(text, pairs...)
}

// Fill puts values into a text: fill("No. {number}", "number", "12").
func Fill(text string, pairs ...string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		pairs[i] = "{" + pairs[i] + "}"
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// InBrief is the title of a section of short items that has none of its own,
// in the language of a BCP 47 tag.
func InBrief(language string) string { return WordsFor(language).InBrief }

// IssueNumber is an issue by its number: "No. 12".
func (w Words) IssueNumber(n int) string { return Fill(w.Number, "number", w.digits(strconv.Itoa(n))) }

// Count is a text in the form that belongs to a number, with the number in it.
func (w Words) Count(forms Plural, n int) string {
	text := map[plural.Form]string{
		plural.Zero: forms.Zero, plural.One: forms.One, plural.Two: forms.Two,
		plural.Few: forms.Few, plural.Many: forms.Many,
	}[plural.Cardinal.MatchPlural(w.tag, n, 0, 0, 0, 0)]
	return Fill(cmp.Or(text, forms.Other), "n", w.digits(strconv.Itoa(n)))
}

// Names joins names as a sentence would: "A", "A and B", "A, B and C". A list
// longer than limit characters ends in "and others".
func (w Words) Names(names []string, limit int) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return Isolate(Cut(names[0], limit), w.fromRight)
	case 2:
		if both := w.Fill(w.before(w.Two, names[1]), "first", names[0], "second", names[1]); utf8.RuneCountInString(both) <= limit {
			return both
		}
	}
	joined := Isolate(Cut(names[0], limit), w.fromRight)
	for i, name := range names[1:] {
		pattern := w.Next
		if i == len(names)-2 {
			pattern = w.before(w.Last, name)
		}
		name = Isolate(name, w.fromRight)
		longer := Fill(pattern, "names", joined, "name", name, "last", name)
		if utf8.RuneCountInString(longer) > limit {
			return Fill(w.Others, "names", joined)
		}
		joined = longer
	}
	return joined
}

func (w Words) before(pattern, name string) string {
	if w.Before == nil {
		return pattern
	}
	return w.Before(pattern, name)
}
