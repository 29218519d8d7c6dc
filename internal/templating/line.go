package templating

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"text/template"
)

// Line fills a template of one line, within the same limits. A mistake is an *Error
// whose Name is name, a setting; known is what it can print, as it is written there.
func Line(name, text string, data any, known []string) (string, error) {
	limits := &Limits{}
	parsed, err := template.New(name).Funcs(functions(limits)).Parse(text)
	if err != nil {
		return "", lineError(name, known, err)
	}
	for _, t := range parsed.Templates() {
		if err := limits.guard(t.Tree, ""); err != nil {
			return "", err
		}
	}
	var b boundedWriter
	if err := parsed.Execute(&b, data); err != nil {
		return "", lineError(name, known, err)
	}
	return b.String(), nil
}

var (
	unknownField = regexp.MustCompile(`at <([^>]*)>: can't evaluate field (\w+)`)
	enginePrefix = regexp.MustCompile(`^template: [^ ]*:\d+(:\d+)?: `)
	outOfRange   = regexp.MustCompile(`index out of range(: \d+)?$|invalid slice index: `)
)

// OutOfRange reports whether a template took more than there was, as the second of one
// article: whether that fails hangs on what it is filled with.
func OutOfRange(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && outOfRange.MatchString(e.Message)
}

// lineError turns an engine's error into one that says what was meant.
func lineError(name string, known []string, err error) error {
	hint := "known: {{ " + strings.Join(known, " }}, {{ ") + " }}"
	e := &Error{Name: name, Err: err, Hint: hint}
	switch {
	case unknownField.MatchString(err.Error()):
		at := unknownField.FindStringSubmatch(err.Error())
		path := at[1]
		if !strings.Contains(path, at[2]) { // the engine names the last argument of (index .Articles 1).Titel
			path = "." + at[2]
		}
		e.Message = fmt.Sprintf("{{ %s }} is not known", path)
		if meant := closest(path, known); meant != "" {
			e.Hint = fmt.Sprintf("did you mean {{ %s }}? %s", meant, hint)
		}
	case unknownFunction.MatchString(err.Error()):
		word := unknownFunction.FindStringSubmatch(err.Error())[1]
		e.Message = fmt.Sprintf("%q is not a function here", word)
		if meant := closest("."+word, known); meant != "" {
			e.Hint = fmt.Sprintf("did you mean {{ %s }}? %s", meant, hint)
		}
	default:
		message := err.Error()
		if exec := (template.ExecError{}); errors.As(err, &exec) {
			message = exec.Err.Error()
		}
		e.Message, _ = Kind{}.explain(enginePrefix.ReplaceAllString(message, ""))
		if limit := (*limitError)(nil); errors.As(err, &limit) {
			e.Hint = limit.hint
		}
	}
	return e
}
