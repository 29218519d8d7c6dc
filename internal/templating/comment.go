package templating

import (
	"errors"
	"fmt"
	"html/template"
	"regexp"
	"strings"
)

// keptComments carries the conditional comments of templates, which Outlook
// reads, past html/template, which drops comments. A template reaches them by
// number only, so that no article's text can ever become markup this way.
type keptComments struct{ all []string }

var conditionalComment = regexp.MustCompile(`(?s)<!--\[if [^\]]*\]>.*?<!\[endif\]-->`)

func (k *keptComments) keep(name, source string) (string, error) {
	var problem error
	kept := conditionalComment.ReplaceAllStringFunc(source, func(comment string) string {
		if strings.Contains(comment, "{{") || strings.Contains(comment, "/>") || strings.Contains(comment, "&") {
			problem = &Error{
				Name:    name,
				Message: fmt.Sprintf("line %d: a conditional comment can't hold {{ }}, & or />", lineOf(source, comment)),
				Hint:    "close tags in full, as in <td></td>, and put what varies outside of the comment",
			}
		}
		k.all = append(k.all, comment)
		// As many lines as before, so that mistakes after it are found where they are.
		return fmt.Sprintf("{{ keptComment %d }}{{/*%s*/}}", len(k.all)-1, strings.Repeat("\n", strings.Count(comment, "\n")))
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
