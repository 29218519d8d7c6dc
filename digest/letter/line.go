package letter

import (
	"errors"
	"slices"
	"strings"
	"time"

	"roundup/digest"
	"roundup/internal/language"
	"roundup/internal/templating"
)

// LineData is what the templates of subject and preheader may print. It holds
// plain values only: no function that reads a file, the environment or a
// clock can be reached from it.
type LineData struct {
	Newsletter LineNewsletter // {{ .Newsletter.Name }}: The Weekly Round-up
	Lead       LineArticle    // {{ .Lead.Title }}: The Quiet War Under the Baltic; empty in an issue without articles
	Articles   []LineArticle  // {{ range .Articles }}{{ .Title }}. {{ end }}: every article in the mail's order
	Count      int            // {{ .Count }}: 9, the number of articles
	Number     int            // {{ .Number }}: 12, the issue's number
	Date       string         // {{ .Date }}: November 21, 2025, in the reader's language and the newsletter's time zone
}

// LineNewsletter is the newsletter, for subject and preheader.
type LineNewsletter struct {
	Name    string // {{ .Newsletter.Name }}: The Weekly Round-up
	Tagline string // {{ .Newsletter.Tagline }}: The world, once a week
}

// LineArticle is one article, for subject and preheader.
type LineArticle struct {
	Title   string // {{ .Lead.Title }}: the headline, as edited
	Text    string // {{ .Lead.Text }}: the blurb, as edited
	Authors string // {{ .Lead.Authors }}: Ngozi Achebe and Tom Lee
	Section string // {{ .Lead.Section }}: Analysis
}

func newLineData(issue digest.Issue, pub digest.Publication) LineData {
	words, texts, fromRight := language.WordsFor(pub.Language), textWords(pub), language.RightToLeft(pub.Language)
	data := LineData{
		Newsletter: LineNewsletter{Name: language.Plain(pub.Name), Tagline: language.Plain(pub.Tagline)},
		Number:     issue.Number,
		Date:       words.Date(words.LongDate, localTime(issue.Date, pub)),
	}
	for _, section := range issue.Sections {
		for _, article := range section.Articles {
			data.Articles = append(data.Articles, LineArticle{
				Title:   language.IsolateSubject(texts.Curl(article.Headline), fromRight),
				Text:    language.IsolateSubject(texts.Curl(article.Text), fromRight),
				Authors: words.Names(authorNames(article.Authors), maxByline),
				Section: section.Title,
			})
		}
	}
	data.Count = len(data.Articles)
	if data.Count > 0 {
		data.Lead = data.Articles[0]
	}
	return data
}

// localTime is a moment on the publication's own calendar; UTC where it has none.
func localTime(t time.Time, pub digest.Publication) time.Time {
	if pub.Location == nil {
		return t.UTC()
	}
	return t.In(pub.Location)
}

// CheckLine tries a template for subject or preheader on an example, so that a
// mistake shows when the configuration is read and not when an issue is due. One
// that takes more than the example has passes: other articles may have it. The
// error is a *TemplateError; name is the setting it names.
func CheckLine(name, text string) error {
	_, err := renderLine(name, text, exampleLine(10, exampleArticle(10)))
	if templating.OutOfRange(err) {
		return nil
	}
	return err
}

// CheckThinLine tries one on what only some weeks bring, where Compile does without it.
func CheckThinLine(name, text string) error {
	short := exampleArticle(10)
	short.Title = "No"
	for _, thin := range []struct {
		with, hint string
		data       LineData
	}{
		{"an issue of one article", "ask first how many there are: {{ if gt .Count 1 }}…{{ end }}", exampleLine(1, exampleArticle(300))},
		{"a headline of two letters", `cut it with {{ printf "%.60s" .Lead.Title }}`, exampleLine(10, short)},
		{"articles of nothing but a headline", `cut a text with {{ printf "%.60s" .Lead.Text }}`, exampleLine(10, LineArticle{Title: short.Title})},
		{"an issue without articles", "ask first: {{ if .Articles }}…{{ end }}", exampleLine(0, LineArticle{})},
	} {
		if _, err := renderLine(name, text, thin.data); err != nil {
			return inSome(err, thin.with, thin.hint)
		}
	}
	return nil
}

// exampleArticle has texts of so many times eleven letters. An article's have 600 at most.
func exampleArticle(times int) LineArticle {
	long := strings.Repeat("An example ", times)
	return LineArticle{Title: long, Text: long, Authors: long, Section: long}
}

// exampleLine is an issue with so many articles like one.
func exampleLine(articles int, like LineArticle) LineData {
	long := exampleArticle(100).Title
	return LineData{
		Newsletter: LineNewsletter{Name: long, Tagline: long},
		Lead:       like,
		Articles:   slices.Repeat([]LineArticle{like}, articles),
		Count:      articles,
		Number:     1,
		Date:       "Wednesday, September 30, 2026",
	}
}

// LineMistakes are why a compiled issue goes without the templates of its subject and
// preheader.
func LineMistakes(in Input, issue digest.Issue) []error {
	data := newLineData(issue, in.Publication)
	var mistakes []error
	if _, err := renderLine(subjectSetting, in.SubjectTemplate, data); err != nil && language.Plain(in.Edits.Subject) == "" {
		mistakes = append(mistakes, err)
	}
	if _, err := renderLine(preheaderSetting, in.PreheaderTemplate, data); err != nil && language.Plain(in.Edits.Preheader) == "" {
		mistakes = append(mistakes, err)
	}
	return mistakes
}

// inSome adds to a mistake in a line where it shows, and what to do.
func inSome(err error, where, hint string) error {
	if e := (*TemplateError)(nil); errors.As(err, &e) {
		return &TemplateError{Name: e.Name, Message: "with " + where + ": " + e.Message, Hint: hint, Err: e.Err}
	}
	return err
}

// renderLine fills a template and returns one clean line.
func renderLine(name, text string, data LineData) (string, error) {
	line, err := templating.Line(name, text, data, lineFields())
	return language.Plain(line), err
}

// lineFields lists what a template of one line can print, as it is written there.
func lineFields() []string {
	return []string{".Newsletter.Name", ".Newsletter.Tagline", ".Lead.Title", ".Lead.Text", ".Lead.Authors",
		".Lead.Section", ".Number", ".Date", ".Count", ".Articles"}
}
