package digest

import (
	"strings"
	"unicode/utf8"
)

// preheaderJoin stands between the headlines of a preheader.
const preheaderJoin = " · "

// preheader is the line an inbox shows behind the subject: the edited one,
// else the template's, else one made of what the subject does not say yet. It
// never repeats the subject; it may be empty.
func preheader(in CompileInput, issue Issue, data LineData) (string, error) {
	if edited := plainLine(in.Edits.Preheader); edited != "" {
		return cut(edited, MaxPreheader), nil
	}
	if strings.TrimSpace(in.PreheaderTemplate) != "" {
		line, err := renderLine("digest.preheader", in.PreheaderTemplate, data)
		if err != nil {
			return "", err
		}
		if line != "" && !says(issue.Subject, line) {
			return cut(line, MaxPreheader), nil
		}
	}
	words := WordsFor(in.Publication.Language)
	return begin(derivedPreheader(issue, data, words), words.fromRight), nil
}

// derivedPreheader joins the headlines that the subject does not hold; where
// it holds them all, it is what the lead says, the editor's note or the
// tagline, whichever is there first.
func derivedPreheader(issue Issue, data LineData, words Words) string {
	join := preheaderJoin
	if words.fromRight { // else it goes the way of what stands around it
		join = rightToLeftMark + join + rightToLeftMark
	}
	var line string
	for _, article := range data.Articles {
		switch {
		case says(issue.Subject, article.Title), line != "" && says(line, article.Title):
		case line == "":
			line = cut(article.Title, MaxPreheader)
		case utf8.RuneCountInString(line+join+article.Title) <= MaxPreheader:
			line += join + article.Title
		default:
			return line
		}
	}
	for _, other := range []string{line, data.Lead.Text, opening(issue.Note, words), data.Newsletter.Tagline} {
		if other = plainLine(other); other != "" && !says(issue.Subject, other) {
			return cut(other, MaxPreheader)
		}
	}
	return ""
}

// opening is the first paragraph of a note that says something: a salutation
// alone says nothing in an inbox.
func opening(markdown string, words Words) string {
	note := newNote(markdown, words)
	if greets(note, words) {
		_, note.Text, _ = strings.Cut(note.Text, "\n\n")
	}
	return note.Text
}

// says reports whether a line already holds a text, or as much of it as a cut
// left: a headline that was too long for the subject begins within it.
func says(line, text string) bool {
	whole := strings.TrimSuffix(line, "…")
	cutOff := whole != line
	line, text = strings.ToLower(whole), strings.ToLower(text)
	if strings.Contains(line, text) {
		return true
	}
	for at := range line {
		if cutOff && len(line)-at > MaxSubject/3 && strings.HasPrefix(text, line[at:]) {
			return true
		}
	}
	return false
}
