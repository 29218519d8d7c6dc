package config

import (
	"fmt"
	"slices"
	"strings"

	"roundup/internal/nearest"

	words "roundup/internal/language"
)

// language warns where the words around the articles will be English ones.
func (v *validator) language() {
	own := v.Newsletter.Language
	if words.Tag(own) != "" && !words.HasWords(own) { // what is no tag was reported when the value was read
		v.warn("newsletter.language", own+" has no words yet: English ones are used", thereAreWords())
	}
}

// checkWords checks a language to be chosen: one without words would be English by another name.
func checkWords(value string) string {
	if words.HasWords(value) {
		return ""
	}
	reason := "has no words of ours; " + thereAreWords()
	if meant := nearestLanguage(value); meant != "" {
		reason = fmt.Sprintf("has no words of ours; did you mean %s? %s", meant, thereAreWords())
	}
	return reason
}

func thereAreWords() string { return "there are words in " + strings.Join(words.Known(), ", ") }

// nearestLanguage is the language with words that somebody may have meant, by its tag or by
// what it calls itself; "" for none.
func nearestLanguage(value string) string {
	tags := words.Known()
	if meant := nearest.Of(value, tags); meant != "" {
		return meant
	}
	names := words.SelfNames(tags)
	if at := slices.Index(names, nearest.Of(value, names)); at >= 0 {
		return tags[at]
	}
	return ""
}

// Offered are the languages that readers may choose from, the newsletter's own first and
// each once.
func (n Newsletter) Offered() []string {
	offered := []string{n.Language}
	for _, tag := range n.Languages {
		if !slices.ContainsFunc(offered, func(o string) bool { return words.Tag(o) == words.Tag(tag) }) {
			offered = append(offered, tag)
		}
	}
	return offered
}

// OtherLanguage is LanguageFor where that is not the newsletter's own; else "", as a choice
// of that one is kept: whichever it becomes.
func (n Newsletter) OtherLanguage(chosen string) string {
	if found := n.LanguageFor(chosen); found != n.Language {
		return found
	}
	return ""
}

// LanguageFor is the language offered that stands for what a reader has chosen: the
// newsletter's own where none does, and for "".
func (n Newsletter) LanguageFor(chosen string) string {
	if found := words.Among(chosen, n.Offered()); found != "" {
		return found
	}
	return n.Language
}
