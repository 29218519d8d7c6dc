package letter

import (
	"strings"
	"unicode/utf8"

	"roundup/digest"
	"roundup/internal/language"
)

// preheaderJoin stands between the headlines of a preheader.
const preheaderJoin = " · "

// preheader is the line an inbox shows behind the subject: the edited one,
// else the template's where that can be filled, else one made of what the subject does not say yet. It
// never repeats the subject; it may be empty.
func preheader(in Input, issue digest.Issue, data LineData) string {
	if edited := language.Plain(in.Edits.Preheader); edited != "" {
		return language.Cut(edited, digest.MaxPreheader)
	}
	if strings.TrimSpace(in.PreheaderTemplate) != "" {
		line, err := renderLine(preheaderSetting, in.PreheaderTemplate, data)
		if err == nil && line != "" && !holdsText(issue.Subject, line) {
			return language.Cut(line, digest.MaxPreheader)
		}
	}
	words := language.WordsFor(in.Publication.Language)
	return language.StartFromRight(derivedPreheader(issue, data, words, textWords(in.Publication)), words.FromRight())
}

// derivedPreheader joins the headlines that the subject does not hold; where
// it holds them all, it is what the lead says, the editor's note or the
// tagline, whichever is there first.
func derivedPreheader(issue digest.Issue, data LineData, words, texts language.Words) string {
	join := preheaderJoin
	if words.FromRight() { // else it goes the way of what stands around it
		join = language.RightToLeftMark + join + language.RightToLeftMark
	}
	var line string
	for _, article := range data.Articles {
		switch {
		case holdsText(issue.Subject, article.Title), line != "" && holdsText(line, article.Title):
		case line == "":
			line = language.Cut(article.Title, digest.MaxPreheader)
		case utf8.RuneCountInString(line+join+article.Title) <= digest.MaxPreheader:
			line += join + article.Title
		default:
			return line
		}
	}
	for _, other := range []string{line, data.Lead.Text, firstParagraph(issue.Note, texts), data.Newsletter.Tagline} {
		if other = language.Plain(other); other != "" && !holdsText(issue.Subject, other) {
			return language.Cut(other, digest.MaxPreheader)
		}
	}
	return ""
}

// firstParagraph is the first paragraph of a note that says something: a salutation
// alone says nothing in an inbox.
func firstParagraph(markdown string, words language.Words) string {
	note := newNote(markdown, words)
	if hasSalutation(note, words) {
		_, note.Text, _ = strings.Cut(note.Text, "\n\n")
	}
	return note.Text
}

// holdsText reports whether a line already holds a text, or as much of it as a cut
// left: a headline that was too long for the subject begins within it. An editor's
// line has its quotation marks as they were typed.
func holdsText(line, text string) bool {
	whole := strings.TrimSuffix(line, "…")
	cutOff := whole != line
	line, text = asTyped(whole), asTyped(text)
	if strings.Contains(line, text) {
		return true
	}
	for at := range line {
		if cutOff && len(line)-at > digest.MaxSubject/3 && strings.HasPrefix(text, line[at:]) {
			return true
		}
	}
	return false
}

// asTyped is a text in lower case, without marks of direction, with one mark for
// every kind of quotation mark and apostrophe.
func asTyped(s string) string {
	return strings.NewReplacer("\u200e", "", "\u200f", "", "«\u00a0", "'", "\u00a0»", "'",
		"«", "'", "»", "'", "‹", "'", "›", "'", "“", "'", "”", "'", "„", "'", "‘", "'", "’", "'", "‚", "'", `"`, "'",
	).Replace(strings.ToLower(s))
}
