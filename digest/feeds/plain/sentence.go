package plain

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences cuts a paragraph at the ends of its sentences; joined with the
// white space between, they are the paragraph again. Text without a known end
// mark is one sentence.
func Sentences(paragraph string) []string {
	var found []string
	start := 0
	for i, r := range paragraph {
		if i < start || !EndMark(r) {
			continue
		}
		end := closers(paragraph, i+utf8.RuneLen(r))
		if !endsSentence(paragraph[start:i], r, paragraph[end:]) {
			continue
		}
		found = append(found, strings.TrimSpace(paragraph[start:end]))
		start = end
	}
	if rest := strings.TrimSpace(paragraph[start:]); rest != "" {
		found = append(found, rest)
	}
	return found
}

// EndMark reports what can end a sentence: Latin, CJK, Arabic, Urdu, Devanagari,
// Armenian, Ethiopic, Burmese and Khmer marks.
func EndMark(r rune) bool {
	return strings.ContainsRune(".!?…。！？．؟۔।॥։።፧၊။។⁇‼⁈⁉", r)
}

// denseMark reports marks of scripts that put no space after a sentence.
func denseMark(r rune) bool { return strings.ContainsRune("。！？．。", r) }

// closers returns the offset after the end marks, quotes and brackets that
// still belong to a sentence whose first end mark ends at i.
func closers(s string, i int) int {
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !EndMark(r) && !strings.ContainsRune(`"'”’»›)]}」』】）》〉`, r) {
			break
		}
		i += size
	}
	// French sets a no-break space before the closing quote.
	if rest, ok := strings.CutPrefix(s[i:], "\u00a0»"); ok {
		return len(s) - len(rest)
	}
	return i
}

// endsSentence decides whether the mark between before and after is an end.
func endsSentence(before string, mark rune, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	if denseMark(mark) {
		return next != 'と' && next != 'っ' // 「…。」と述べた: the quotation is part of the sentence
	}
	if after == "" {
		return true
	}
	if !unicode.IsSpace(next) {
		return unicode.In(next, unicode.Han, unicode.Hiragana, unicode.Katakana)
	}
	following := strings.TrimLeftFunc(after, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'“‘«‹([¿¡—–-`, r) })
	first, _ := utf8.DecodeRuneInString(following)
	if unicode.IsLower(first) {
		return false
	}
	if mark != '.' {
		return true
	}
	return !abbreviated(before, following)
}

// abbreviations end in a stop that ends nothing. In lower case, without it.
var abbreviations = []string{
	"mr", "mrs", "ms", "mx", "dr", "prof", "st", "ste", "rev", "fr", "gen", "col", "lt", "sgt", "capt", "cpt", "maj", "cmdr", "adm",
	"gov", "sen", "rep", "hon", "pres", "amb", "messrs", "mme", "mlle", "sig", "sra", "srta", "hr", "frl",
	"vs", "v", "cf", "viz", "approx", "no", "nos", "nr", "vol", "vols", "fig", "figs", "art", "ch", "pp", "ed", "eds", "ca", "bzw",
	"mt", "ft", "jan", "feb", "apr", "aug", "sep", "sept", "oct", "nov", "dec",
}

// closing abbreviations may end a sentence as well: what follows decides.
var closing = []string{"jr", "sr", "inc", "ltd", "co", "corp", "bros", "llc", "etc", "al", "a.m", "p.m", "ph.d", "m.d", "b.c", "a.d", "dept", "est", "ave", "blvd"}

// openers are words that begin a sentence after an abbreviation: "in the U.S.
// The president" is two, "the U.S. Senate" one.
var openers = []string{
	"a", "an", "the", "in", "it", "its", "he", "she", "they", "we", "i", "you", "but", "and", "or", "so", "yet", "this", "that", "these",
	"those", "there", "at", "as", "on", "for", "from", "if", "when", "while", "after", "before", "since", "by", "with", "to", "of", "not",
	"no", "his", "her", "their", "our", "my", "what", "who", "why", "how", "where", "many", "some", "most", "more", "last", "now", "then",
	"once", "one", "two", "although", "though", "despite", "during", "however", "meanwhile", "instead", "still", "even", "also", "such",
}

// germanMonths follow the day of a German date: "am 3. Oktober".
var germanMonths = []string{"januar", "jänner", "februar", "märz", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "dezember"}

// abbreviated reports whether the stop after before belongs to its last word.
func abbreviated(before, following string) bool {
	word := lastWord(before)
	lower := strings.ToLower(word)
	next := strings.ToLower(firstWord(following))
	switch {
	case word == "":
		return false
	case slices.Contains(abbreviations, lower):
		// "No." and "Art." are also plain words at an end: "He said no. They left."
		return word != lower || !slices.Contains(openers, next)
	case slices.Contains(closing, lower), acronym(word):
		return !slices.Contains(openers, next)
	case len(word) <= 2 && strings.Trim(word, "0123456789") == "":
		return slices.Contains(germanMonths, next)
	default:
		return false
	}
}

// acronym reports "U.S" and "J", whose stop is seldom an end: single letters
// with stops between.
func acronym(word string) bool {
	letter := true
	for _, r := range word {
		if letter != unicode.IsLetter(r) || !letter && r != '.' {
			return false
		}
		letter = !letter
	}
	return !letter && (strings.ContainsRune(word, '.') || strings.ToUpper(word) == word)
}

func lastWord(s string) string {
	i := strings.LastIndexFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'“‘«(-–—/`, r) })
	if i < 0 {
		return s
	}
	_, size := utf8.DecodeRuneInString(s[i:])
	return s[i+size:]
}

func firstWord(s string) string {
	i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' })
	if i < 0 {
		return s
	}
	return s[:i]
}
