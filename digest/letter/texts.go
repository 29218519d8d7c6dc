package letter

import (
	"html/template"
	"strings"

	"roundup/digest"
	"roundup/internal/language"
)

// textWords are the words of the language that a publication's people write in: by it go
// the quotation marks and line ends of what they wrote, whatever is around it.
func textWords(pub digest.Publication) language.Words {
	if pub.Texts == "" {
		return language.WordsFor(pub.Language)
	}
	return language.WordsFor(pub.Texts)
}

// textLang are the attributes of an element with words that the publication's people wrote,
// by which programs read them aloud and hyphenate them; "" where all is in one language.
func (t typesetter) textLang() template.HTMLAttr {
	if t.pub.Texts == "" {
		return ""
	}
	direction := "ltr"
	if language.RightToLeft(t.pub.Texts) {
		direction = "rtl"
	}
	//nolint:gosec // a parsed tag is letters, digits and hyphens
	return template.HTMLAttr(`lang="` + language.Parse(t.pub.Texts).String() + `" dir="` + direction + `"`)
}

// note is the editor's. In a mail that is written the other way, each line of its text part
// keeps its own order.
func (t typesetter) note(markdown string) Note {
	note := newNote(markdown, t.texts)
	if t.pub.Texts == "" || language.RightToLeft(t.pub.Texts) == t.fromRight {
		return note
	}
	lines := strings.Split(note.Text, "\n")
	for i, line := range lines {
		said := strings.TrimLeft(line, " ")
		lines[i] = line[:len(line)-len(said)] + language.IsolateParagraph(said, t.fromRight)
	}
	note.Text = strings.Join(lines, "\n")
	return note
}
