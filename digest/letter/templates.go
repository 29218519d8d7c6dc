package letter

import (
	"io/fs"
	"reflect"
	text "text/template"

	"roundup/internal/templating"
)

// TemplateError is a mistake in a template, in words for the person who wrote it.
type TemplateError = templating.Error

// templateSet is the parsed templates of a mail.
type templateSet struct{ *templating.Set }

// parseTemplates parses the templates of a theme, each replaced by the one of
// the same name among the own files where there is one, and the own files
// besides.
func parseTemplates(theme string, own fs.FS) (templateSet, error) {
	sources, err := ThemeFiles(theme)
	if err != nil {
		return templateSet{}, err
	}
	kind := mailTemplates()
	if own == nil {
		set, err := templating.Parse(kind, sources, nil)
		return templateSet{set}, err
	}
	files, err := kind.Read(own, mailFiles()...)
	if err != nil {
		return templateSet{}, err
	}
	set, err := templating.Parse(kind, sources, files)
	if err == nil {
		set.FollowTags()
	}
	return templateSet{set}, err
}

// mailFiles are the patterns of the files of a mail's templates.
func mailFiles() []string { return []string{"*.html", "*.txt"} }

// mailTemplates is what a mail's templates are filled with.
func mailTemplates() templating.Kind {
	return templating.Kind{
		Data: []reflect.Type{reflect.TypeFor[Letter](), reflect.TypeFor[messageData]()},
		Text: textFunctions,
		Places: []templating.Place{
			{Type: "Letter", What: "the mail", Example: "outside of loops, or in them {{ $.%s }}"},
			{Type: "Newsletter", What: "the newsletter", Example: "{{ .Newsletter.%s }}"},
			{Type: "Article", What: "an article", Example: "{{ range .Sections }}{{ range .Articles }}{{ .%s }}{{ end }}{{ end }}"},
			{Type: "Section", What: "a section", Example: "{{ range .Sections }}{{ .%s }}{{ end }}"},
			{Type: "Picture", What: "an article's picture", Example: "{{ with .Picture }}{{ .%s }}{{ end }}"},
			{Type: "Shades", What: "the colours", Example: "{{ .Colours.Light.%s }}"},
			{Type: "Note", What: "the editor's note", Example: "{{ .Note.%s }}"},
			{Type: "Message", What: "a mail that is no issue", Example: "in message.html and message.txt {{ .Said.%s }}"},
		},
	}
}

// textFunctions are what a text template can call besides: wrap sets a text in
// lines of 72 columns, underline makes a line as wide as a title.
func textFunctions(l *templating.Limits) text.FuncMap {
	return text.FuncMap{
		"wrap":      l.Escaped(wrap),
		"underline": func(over, with string) (string, error) { return l.Repeat(with, min(columns(over), textWidth)) },
	}
}
