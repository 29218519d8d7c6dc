package letter

import (
	"cmp"
	"encoding/hex"
	"fmt"
	"time"

	"roundup/digest"
	"roundup/internal/language"
)

// DefaultSubject is the subject's template where none is configured.
const DefaultSubject = "{{ .Lead.Title }}"

// maxUntitled is how long, in characters, a headline is that is made of the first
// words of an article without one.
const maxUntitled = 80

// Input is what an issue is made of.
type Input struct {
	Selection         digest.Selection
	Edits             digest.Edits
	NoteFile          NoteFile // printed where Edits has no note
	Publication       digest.Publication
	Number            int
	Kind              digest.Kind
	Slot              time.Time // zero for an extra issue
	Now               time.Time
	Slug              string // "" for one made of the lead's headline; a variant has the whole issue's, whose page it leads to
	UID               string // 32 hex digits, random
	SubjectTemplate   string // text/template over LineData; "" for DefaultSubject
	PreheaderTemplate string // text/template over LineData; "" for one made of the headlines
}

// Compile makes an issue of the articles chosen: its subject, preheader, slug
// and date, and the articles with a headline each. What a person edited wins
// over every template. One that can't be filled is done without (see LineMistakes).
func Compile(in Input) (digest.Issue, error) {
	if id, err := hex.DecodeString(in.UID); err != nil || len(id) != 16 {
		return digest.Issue{}, fmt.Errorf("compile issue %d: uid %q is not 32 hex digits", in.Number, in.UID)
	}
	issue := digest.Issue{
		UID:      in.UID,
		Number:   in.Number,
		Kind:     in.Kind,
		Slot:     in.Slot,
		Revision: 1,
		Note:     notePrinted(in.Edits.Note),
		Date:     in.Slot,
		Sections: printable(in.Selection.Sections, language.WordsFor(in.Publication.Language)),
	}
	if issue.Date.IsZero() {
		issue.Date = in.Now
	}
	if issue.Note == "" {
		issue.Note, issue.NoteFile = in.NoteFile.Text, in.NoteFile.Digest
	}
	issue.Slug = cmp.Or(in.Slug, slug(issue.Number, issue.Lead().Headline))

	data := newLineData(issue, in.Publication)
	issue.Subject = subject(in, data)
	issue.Preheader = preheader(in, issue, data)
	return issue, nil
}

// notePrinted is a note, or "" where it has no words.
func notePrinted(note string) string {
	if !noteSays(note) {
		return ""
	}
	return language.PlainLines(note)
}

// printable copies the sections, so that the issue shares nothing with the
// selection, gives every article a headline and marks the lead.
func printable(sections []digest.IssueSection, words language.Words) []digest.IssueSection {
	var printed []digest.IssueSection
	lead := true
	for _, section := range sections {
		if len(section.Articles) == 0 {
			continue
		}
		articles := make([]digest.Printed, len(section.Articles))
		for i, article := range section.Articles {
			article.Headline = headline(article, words)
			article.Text = language.Plain(article.Text)
			article.Lead, lead = lead, false
			articles[i] = article
		}
		printed = append(printed, digest.IssueSection{
			Title: language.Plain(section.Title), Key: section.Key, Compact: section.Compact, Articles: articles})
	}
	return printed
}

func headline(article digest.Printed, words language.Words) string {
	for _, text := range []string{article.Headline, article.Title, article.Text, article.Blurb()} {
		if text = language.Plain(text); text != "" {
			if text != language.Plain(article.Headline) && text != language.Plain(article.Title) {
				return language.Cut(text, maxUntitled)
			}
			return text
		}
	}
	return words.Untitled
}
