package letter

import (
	"strings"

	"roundup/digest"
	"roundup/internal/language"
)

// subject is the edited subject, else the template's; the newsletter's name
// and number where that comes to nothing, or ends in the air because the
// issue has no lead.
func subject(in Input, data LineData) (string, error) {
	if edited := language.Plain(in.Edits.Subject); edited != "" {
		return language.Cut(edited, digest.MaxSubject), nil
	}
	text := in.SubjectTemplate
	if strings.TrimSpace(text) == "" {
		text = DefaultSubject
	}
	line, err := renderLine("digest.subject", text, data)
	if err != nil {
		return "", err
	}
	if line == "" || data.Count == 0 && endsInPunctuation(line) {
		line = fallbackSubject(in, data)
	}
	return language.StartFromRight(language.Cut(line, digest.MaxSubject), language.RightToLeft(in.Publication.Language)), nil
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
