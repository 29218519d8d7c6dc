package language

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// quotes are the marks around quoted words: outside, and within a quotation.
type quotes struct {
	open, shut           string
	innerOpen, innerShut string
}

// Curl turns straight quotes and apostrophes into a language's own. It leaves
// what it is not sure of: a mark without its partner, feet and inches, and the
// whole of a text that looks like code.
func (w Words) Curl(s string) string {
	if !strings.ContainsAny(s, `"'`) {
		return s
	}
	text := []rune(s)
	return w.Marks(text).In(text, 0, len(text))
}

// Marks are what stands in place of some of a text's characters, by their index.
type Marks map[int]string

// Marks finds what Curl puts in place of a text's straight quotes and apostrophes,
// for those who print it in parts.
func (w Words) Marks(text []rune) Marks {
	if code.MatchString(string(text)) {
		return nil
	}
	c := curling{text: text, instead: Marks{}}
	c.pair('"', w.Quotes.open, w.Quotes.shut)
	c.pair('\'', w.Quotes.innerOpen, w.Quotes.innerShut)
	c.apostrophes()
	return c.instead
}

// In is a part of the text with its marks.
func (m Marks) In(text []rune, begin, end int) string {
	var b strings.Builder
	for i := begin; i < end; i++ {
		if mark, ok := m[i]; ok {
			b.WriteString(mark)
			continue
		}
		b.WriteRune(text[i])
	}
	return b.String()
}

// code is what a text with an attribute, a call, a path or a command in it has.
var code = regexp.MustCompile("[`\\\\]|=[\"']|[\\pL\\d_]\\([\"']|\\[[\"']|</|\\$\\{")

// curling is a text and what stands in place of some of its characters.
type curling struct {
	text    []rune
	instead Marks
}

// at is a character; a space beyond the ends of the text.
func (c *curling) at(i int) rune {
	if i < 0 || i >= len(c.text) {
		return ' '
	}
	return c.text[i]
}

// opens reports whether a quotation may begin at i: at a word's beginning.
func (c *curling) opens(i int) bool {
	before, after := c.at(i-1), c.at(i+1)
	return !unicode.IsSpace(after) && (unicode.IsSpace(before) || strings.ContainsRune(`([{-–—/"'“‘„‚«‹¿¡`, before))
}

// shuts reports whether a quotation may end at i: at a word's end.
func (c *curling) shuts(i int) bool {
	before, after := c.at(i-1), c.at(i+1)
	return !unicode.IsSpace(before) && !unicode.IsLetter(after) && !unicode.IsDigit(after)
}

// pair replaces marks that begin and end a quotation.
func (c *curling) pair(mark rune, open, shut string) {
	begin := -1
	for i, r := range c.text {
		switch {
		case r != mark:
		case begin < 0 && c.opens(i) && !c.elided(i):
			begin = i
		case begin >= 0 && c.shuts(i) && !c.measure(i, mark) && !c.possessive(i, mark):
			c.instead[begin] = open
			c.instead[i] = shut
			begin = -1
		}
	}
}

// measure reports a mark after a figure that stands for inches or minutes: the
// quotation is closed by a later one.
func (c *curling) measure(i int, mark rune) bool {
	return unicode.IsDigit(c.at(i-1)) && c.closedLater(i, mark)
}

// possessive reports an apostrophe behind a plural: the readers' choice.
func (c *curling) possessive(i int, mark rune) bool {
	return mark == '\'' && unicode.IsSpace(c.at(i+1)) && strings.ContainsRune("sxz", c.at(i-1)) && c.closedLater(i, mark)
}

func (c *curling) closedLater(i int, mark rune) bool {
	for j := i + 1; j < len(c.text); j++ {
		if c.text[j] == mark {
			if c.opens(j) {
				return false
			}
			if c.shuts(j) {
				return true
			}
		}
	}
	return false
}

// elisions are words whose first letters are left out.
var elisions = []string{"tis", "twas", "til", "till", "em", "cause", "bout", "round", "cos", "neath", "s", "t"}

// elided reports an apostrophe at the beginning of a word: '90s, 'tis, 's-Hertogenbosch.
func (c *curling) elided(i int) bool {
	if c.text[i] != '\'' {
		return false
	}
	end := i + 1
	for unicode.IsLetter(c.at(end)) || unicode.IsDigit(c.at(end)) {
		end++
	}
	word := strings.ToLower(string(c.text[i+1 : end]))
	if len(word) >= 2 && unicode.IsDigit(rune(word[0])) && unicode.IsDigit(rune(word[1])) && len(strings.TrimRight(word, "s")) == 2 {
		return true
	}
	return word == "n" || slices.Contains(elisions, word) && c.at(end) != '\''
}

// apostrophes replaces the single marks that are left, but for those of feet and
// minutes.
func (c *curling) apostrophes() {
	for i, r := range c.text {
		if r != '\'' || c.instead[i] != "" {
			continue
		}
		before, after := c.at(i-1), c.at(i+1)
		if unicode.IsLetter(before) || c.elided(i) || unicode.IsDigit(before) && unicode.IsLetter(after) {
			c.instead[i] = "’"
		}
	}
}
