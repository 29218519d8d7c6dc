package digest

import "strings"

// subject is the edited subject, else the template's; the newsletter's name
// and number where that comes to nothing, or ends in the air because the
// issue has no lead.
func subject(in CompileInput, data LineData) (string, error) {
	if edited := plainLine(in.Edits.Subject); edited != "" {
		return cut(edited, MaxSubject), nil
	}
	text := in.SubjectTemplate
	if strings.TrimSpace(text) == "" {
		text = DefaultSubject
	}
	line, err := renderLine("digest.subject", text, data)
	if err != nil {
		return "", err
	}
	if line == "" || data.Count == 0 && dangles(line) {
		line = fallbackSubject(in, data)
	}
	return begin(cut(line, MaxSubject), rightToLeft(in.Publication.Language)), nil
}

// dangles reports whether a line ends in punctuation that announces more.
func dangles(line string) bool {
	return strings.HasSuffix(line, ":") || strings.HasSuffix(line, ",") || strings.HasSuffix(line, "|") ||
		strings.HasSuffix(line, "-") || strings.HasSuffix(line, "–") || strings.HasSuffix(line, "—") ||
		strings.HasSuffix(line, "·")
}

func fallbackSubject(in CompileInput, data LineData) string {
	words := WordsFor(in.Publication.Language)
	number := plainLine(words.issueNumber(in.Number))
	if data.Newsletter.Name == "" {
		return number
	}
	return fill(words.Numbered, "name", data.Newsletter.Name, "number", number)
}
