package letter

import (
	"strings"

	"roundup/digest"
	"roundup/internal/language"
)

// The settings that hold the templates of a line.
const (
	subjectSetting   = "digest.subject"
	preheaderSetting = "digest.preheader"
)

// subject is the edited subject, else the template's, else the lead's headline; the
// newsletter's name and number where that comes to nothing, or ends in the air because
// the issue has no lead. A template that can't be filled for these articles is passed
// over, since an issue must not wait for it.
func subject(in Input, data LineData) string {
	if edited := language.Plain(in.Edits.Subject); edited != "" {
		return language.Cut(edited, digest.MaxSubject)
	}
	line, err := renderLine(subjectSetting, in.SubjectTemplate, data)
	if err != nil || strings.TrimSpace(in.SubjectTemplate) == "" {
		line = language.Plain(data.Lead.Title)
	}
	if line == "" || data.Count == 0 && endsInPunctuation(line) {
		line = fallbackSubject(in, data)
	}
	return language.StartFromRight(language.Cut(line, digest.MaxSubject), language.RightToLeft(in.Publication.Language))
}

// endsInPunctuation reports whether a line ends in punctuation that announces more.
func endsInPunctuation(line string) bool {
	return strings.HasSuffix(line, ":") || strings.HasSuffix(line, ",") || strings.HasSuffix(line, "|") ||
		strings.HasSuffix(line, "-") || strings.HasSuffix(line, "–") || strings.HasSuffix(line, "—") ||
		strings.HasSuffix(line, "·")
}

func fallbackSubject(in Input, data LineData) string {
	words := language.WordsFor(in.Publication.Language)
	number := language.Plain(words.IssueNumber(in.Number))
	if data.Newsletter.Name == "" {
		return number
	}
	return language.Fill(words.Numbered, "name", data.Newsletter.Name, "number", number)
}
