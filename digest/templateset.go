package digest

import (
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	text "text/template"
)

// templateSet is the parsed templates of a mail.
type templateSet struct {
	html *template.Template
	text *text.Template
}

// parseTemplates parses the built-in files, each replaced by the one of the
// same name among the own files where there is one, and the own files besides.
func parseTemplates(builtin, own fs.FS) (templateSet, error) {
	sources := map[string]string{}
	for _, files := range []fs.FS{builtin, own} {
		if files == nil {
			continue
		}
		for _, pattern := range []string{"*.html", "*.txt"} {
			names, err := fs.Glob(files, pattern)
			if err != nil {
				return templateSet{}, fmt.Errorf("list mail templates: %w", err)
			}
			for _, name := range names {
				source, err := fs.ReadFile(files, name)
				if err != nil {
					return templateSet{}, fmt.Errorf("read mail template: %w", err)
				}
				sources[name] = string(source)
			}
		}
	}
	return newTemplateSet(sources)
}

func newTemplateSet(sources map[string]string) (templateSet, error) {
	comments := &keptComments{}
	set := templateSet{
		html: template.New("").Funcs(template.FuncMap{"keptComment": comments.at}),
		text: text.New("").Funcs(textFunctions()),
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		source := sources[name]
		var err error
		if path.Ext(name) == ".html" {
			if source, err = comments.keep(name, source); err != nil {
				return templateSet{}, err
			}
			_, err = set.html.New(name).Parse(source)
		} else {
			_, err = set.text.New(name).Parse(source)
		}
		if err != nil {
			return templateSet{}, templateError(err)
		}
	}
	return set, nil
}

// textFunctions are what a text template can call. None reads anything.
func textFunctions() text.FuncMap {
	return text.FuncMap{
		"wrap":      wrap,      // {{ wrap .Text }}: in lines of 72 columns
		"underline": underline, // {{ underline .Title "=" }}: a line as wide as the title
		"join":      joinTexts, // {{ join ", " .Byline .Date }}: those that are not empty
	}
}

func joinTexts(separator string, parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, separator)
}

// keptComments carries the conditional comments of templates, which Outlook
// reads, past html/template, which drops comments. A template reaches them by
// number only, so that no article's text can ever become markup this way.
type keptComments struct{ all []string }

var conditionalComment = regexp.MustCompile(`(?s)<!--\[if [^\]]*\]>.*?<!\[endif\]-->`)

func (k *keptComments) keep(name, source string) (string, error) {
	var problem error
	kept := conditionalComment.ReplaceAllStringFunc(source, func(comment string) string {
		if strings.Contains(comment, "{{") || strings.Contains(comment, "/>") || strings.Contains(comment, "&") {
			problem = &TemplateError{
				Name:    name,
				Message: fmt.Sprintf("line %d: a conditional comment can't hold {{ }}, & or />", lineOf(source, comment)),
				Hint:    "close tags in full, as in <td></td>, and put what varies outside of the comment",
			}
		}
		k.all = append(k.all, comment)
		return fmt.Sprintf("{{ keptComment %d }}", len(k.all)-1)
	})
	return kept, problem
}

// lineOf is the line on which a part of a text begins.
func lineOf(text, part string) int {
	before, _, _ := strings.Cut(text, part)
	return 1 + strings.Count(before, "\n")
}

func (k *keptComments) at(i int) (template.HTML, error) {
	if i < 0 || i >= len(k.all) {
		return "", errors.New("no such conditional comment")
	}
	return template.HTML(k.all[i]), nil //nolint:gosec // the text of a template, not of an article
}

var templatePlace = regexp.MustCompile(`^(?:html/template:|template: ?)"?([^ :"]+)"?(?::(\d+))?(?::\d+)?: `)

// templateError names the file and the line of a mistake in a mail template.
func templateError(err error) error {
	message := err.Error()
	place := templatePlace.FindStringSubmatch(message)
	if place == nil {
		return &TemplateError{Name: "mail templates", Message: message, Err: err}
	}
	e := &TemplateError{Name: place[1], Message: strings.TrimPrefix(message, place[0]), Err: err}
	if unknown := unknownField.FindStringSubmatch(message); unknown != nil {
		e.Message = fmt.Sprintf("{{ %s }} is not known", unknown[1])
	}
	if place[2] != "" {
		e.Message = "line " + place[2] + ": " + e.Message
	}
	return e
}
