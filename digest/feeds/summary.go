package feeds

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"roundup/digest/feeds/plain"
	"roundup/internal/lazy"
)

// The length of a summary, in characters: sentences are added up to
// summaryLimit; a first sentence alone may run to sentenceLimit.
const (
	summaryLimit  = 280
	summaryEnough = 160 // no new paragraph is begun after this many
	sentenceLimit = 400
)

const (
	// maxProse is how much of a text is looked at for its first sentences, in bytes.
	maxProse = 8000
	// maxLine is the longest paragraph that can be a note or boilerplate, in bytes.
	maxLine = 2000
)

var (
	// correction begins a paragraph about the article instead of its subject.
	correction = lazy.Regexp(`^[^\pL\pN]*(?:UPDATED?\b|(?i:updated?|corrected|correction|clarification|editor[’']?s[’']? note|editorial note|note to readers)(?:\s+\d+|\s*\([^)]{1,40}\)|[^.:]{0,40})?\s*:|(?i:updated?|correction|editor[’']?s[’']? note)\s*[—–]|(?i:updated (?:(?:at|on)\b|\d)|this (?:article|story|post|piece) (?:was|has been) (?:updated|corrected|amended)\b))`)
	// boilerplate is what sites put among an article's paragraphs: links to share, to read on, to subscribe.
	boilerplate = lazy.Regexp(`(?i)^[^\pL\pN]*(?:share(?: this\b.{0,40}| on\b.{0,40})?|like this|related(?: (?:articles?|posts?|stories|reading|coverage)\b.{0,80})?|read more\b.{0,100}|read the (?:full|whole|rest|original)\b.{0,80}|(?:continue|keep) reading\b.{0,100}|click here\b.{0,80}|(?:watch|listen|see also|photos?|photographs?|images?|pictures?|credits?|sources?|tags?)(?: credits?)?\s*[:©|].{0,100}|listen to this (?:article|story|episode)\b.{0,40}|subscribe(?: (?:now|here|to (?:our|the)\b.{0,60}))?|sign up (?:for|to|here)\b.{0,60}|follow us\b.{0,60}|(?:thanks|thank you) for reading\b.{0,160}|advertisement|comments?(?: \(\d+\))?|leave a comment|\d+ comments?|table of contents|(?:estimated )?reading time\b.{0,30}|\d+[ -]min(?:ute)?s? read|filed under\b.{0,80})[^\pL\pN]*$`)
	// trailer is what WordPress adds below everything, and The Conversation.
	trailer = lazy.Regexp(`(?i)^[^\pL\pN]*the post\b.{0,400}\bappeared first on\b|\bdoes not work for, consult, own shares in\b|\bdo not work for, consult, own shares in\b`)
	// byline opens many a body: "By Jane Doe".
	bylineParagraph = lazy.Regexp(`^(?i:by|von|par|por|words|text)[: ]\s*\p{Lu}[^.!?]{0,80}$`)
)

// summarise returns the first sentences of a body, whole: those that fit, and
// at least one. A first sentence too long for any summary is cut at a word.
func summarise(body article, title string) string {
	var taken []string
	length := 0
	for _, p := range body.prose(title) {
		if length >= summaryEnough {
			break
		}
		if n := len(taken); n > 0 {
			taken[n-1] = stopped(taken[n-1])
		}
		for _, s := range plain.Sentences(plain.Head(p, maxProse)) {
			s = plain.Cut(s, sentenceLimit)
			if length += utf8.RuneCountInString(s) + 1; length > summaryLimit+1 && len(taken) > 0 {
				return closed(taken)
			}
			taken = append(taken, s)
		}
	}
	return closed(taken)
}

// stopped ends a sentence that its paragraph left without a stop, so that it does
// not run into the next one.
func stopped(s string) string {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, `"'”’»)]」』`))
	if plain.EndMark(last) || strings.ContainsRune(":;,–—-", last) {
		return s
	}
	if unicode.In(last, unicode.Han, unicode.Hiragana, unicode.Katakana) {
		return s + "。"
	}
	return s + "."
}

// closed joins sentences without a last one that only leads on: "For example:".
func closed(taken []string) string {
	if n := len(taken); n > 1 && strings.HasSuffix(taken[n-1], ":") {
		taken = taken[:n-1]
	}
	return strings.Join(taken, " ")
}

// prose returns the paragraphs a summary may be taken from. What a site adds
// around its articles is left out; and, as long as anything else is left, so
// are notes about the article (a correction, an update, where it first
// appeared) and short lines that end like a title, without a stop.
func (a article) prose(title string) []string {
	var text, titles, notes []string
	for _, p := range a.paragraphs {
		switch {
		case p.kind != prose || p.text == title || p.linked && plain.Words(plain.Head(p.text, maxLine)) <= 6:
		case len(p.text) > maxLine:
			text = append(text, p.text)
		case trailer().MatchString(p.text), boilerplate().MatchString(p.text), bylineParagraph().MatchString(p.text):
		case p.note || correction().MatchString(p.text):
			notes = append(notes, p.text)
		case titular(p.text):
			titles = append(titles, p.text)
		default:
			text = append(text, p.text)
		}
	}
	for _, found := range [][]string{text, titles} {
		if len(found) > 0 {
			return found
		}
	}
	return notes
}

// titular reports a short line without a stop.
func titular(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, `"'”’»)]」』`))
	return utf8.RuneCountInString(s) < 100 && !plain.EndMark(last) && last != ':' && last != ';'
}
