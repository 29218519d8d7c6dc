package templating

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"
	"unicode"

	"golang.org/x/net/html"

	"roundup/internal/nearest"
)

var (
	templatePlace   = regexp.MustCompile(`^(?:html/template:|template: ?)"?([^ :"]+)"?(?::(\d+))?(?::\d+)?: `)
	executing       = regexp.MustCompile(`^executing "[^"]*" at <([^>]*)>: `)
	fieldOfType     = regexp.MustCompile(`can't evaluate field (\w+) in type \*?\w+\.(\w+)`)
	nilPart         = regexp.MustCompile(`nil pointer evaluating \*\w+\.\w+\.(\w+)`)
	branchesEnd     = regexp.MustCompile(`\{\{(if|with|range)\}\} branches end in different contexts: `)
	unquotedValue   = regexp.MustCompile(`^"(\\?.)" in unquoted attr: `)
	unknownFunction = regexp.MustCompile(`function "([^"]*)" not defined`)
	callingError    = regexp.MustCompile(`^error calling (\w+): `)
)

// Error is a mistake in a template, in words for the person who wrote it.
type Error struct {
	Name    string // the setting or file: "digest.subject", "article.html"
	Message string // "{{ .Newsleter.Name }} is not known"
	Hint    string // "did you mean {{ .Newsletter.Name }}?"
	Err     error  // as the template engine put it
}

// Error names the template and what is wrong with it.
func (e *Error) Error() string { return e.Name + ": " + e.Message }

// Unwrap returns the engine's own error.
func (e *Error) Unwrap() error { return e.Err }

// mistake names the file and the line of a mistake in a template whose file ends in
// ext, and what was meant.
func (s *Set) mistake(ext string, err error) error {
	message := err.Error()
	place := templatePlace.FindStringSubmatch(message)
	if place == nil {
		return &Error{Name: "templates", Message: message, Err: err}
	}
	e := &Error{Name: s.fileOf(place[1], ext), Err: err}
	e.Message, e.Hint = s.kind.explain(strings.TrimPrefix(message, place[0]))
	if limit := (*limitError)(nil); errors.As(err, &limit) {
		e.Hint = limit.hint
	}
	if place[2] != "" && place[2] != "0" {
		e.Message = "line " + place[2] + ": " + e.Message
	}
	return e
}

// fileOf is the file a template stands in: one that is defined within another's
// file has a name of its own.
func (s *Set) fileOf(name, ext string) string {
	name, _, _ = strings.Cut(name, "$htmltemplate")
	if tree := s.trees(ext)[name]; tree != nil && tree.ParseName != "" {
		name = tree.ParseName
	}
	return name + ext
}

// explain puts the engine's words into those of somebody who edits a template.
func (k Kind) explain(message string) (said, hint string) {
	at := executing.FindStringSubmatch(message)
	if at != nil {
		message = strings.TrimPrefix(message, at[0])
	}
	if unknown := fieldOfType.FindStringSubmatch(message); unknown != nil && at != nil {
		return fmt.Sprintf("{{ %s }} is not known", at[1]), k.fieldHint(unknown[1], unknown[2])
	}
	if unknown := unknownFunction.FindStringSubmatch(message); unknown != nil {
		return unknown[0], k.functionHint(unknown[1])
	}
	if part := nilPart.FindStringSubmatch(message); part != nil && at != nil {
		of, below, _ := strings.Cut(at[1], "."+part[1])
		of = cmp.Or(of, ".")
		return fmt.Sprintf("{{ %s }}: there is no %s here", at[1], of),
			fmt.Sprintf("ask first: {{ with %s }}{{ .%s%s }}{{ end }}", of, part[1], below)
	}
	if block := branchesEnd.FindStringSubmatch(message); block != nil {
		return fmt.Sprintf("{{ %s }}: one way through it ends within a tag, an attribute, a style or a script, and another does not", block[1]),
			"what begins in a branch, or in a round of a loop, ends there: a tag and its quotation marks too"
	}
	if mark := unquotedValue.FindStringSubmatch(message); mark != nil {
		return fmt.Sprintf("a %s stands in an attribute that has no quotation marks around it", strings.TrimPrefix(mark[1], `\`)),
			`put quotation marks around all of it, as in title="…"`
	}
	if called := callingError.FindStringSubmatch(message); called != nil {
		message = strings.TrimPrefix(strings.TrimPrefix(message, called[0]), "reflect: ")
		if name := strings.TrimSuffix(called[1], valuesOf); name != "step" && name != "enter" {
			message = name + " " + message
		}
	}
	return message, ""
}

// blockWord begins what opens or closes a block, to the end of its action.
var blockWord = regexp.MustCompile("\\{\\{-?\\s*(if|range|with|block|define|end)\\b(?:\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`|[^}\"`])*\\}\\}")

// unclosedBlock names the {{ if }}, {{ range }}, {{ with }}, {{ block }} or
// {{ define }} of a file that has no {{ end }}, the outermost of several; the
// engine names the file's last line. nil where something else is wrong.
func unclosedBlock(file, source string, err error) error {
	if !strings.HasSuffix(err.Error(), ": unexpected EOF") {
		return nil
	}
	var open [][]int
	for _, at := range blockWord.FindAllStringSubmatchIndex(source, -1) {
		if source[at[2]:at[3]] != "end" {
			open = append(open, at)
		} else if len(open) > 0 {
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return nil
	}
	begin, end := open[0][0], open[0][1]
	return &Error{
		Name: file, Message: fmt.Sprintf("line %d: %s has no {{ end }}", lineAt(source, begin), source[begin:end]),
		Hint: "write {{ end }} where it ends; or one within it lacks its own, and took this one's", Err: err,
	}
}

// unfinishedTag says that a file ends within a tag, or within a <style> or such.
func unfinishedTag(file, source string, err error) error {
	tokens, at, last := html.NewTokenizer(strings.NewReader(source)), 0, 0
	for tokens.Next() != html.ErrorToken {
		if raw := tokens.Raw(); raw[0] == '<' {
			last = at
		}
		at += len(tokens.Raw())
	}
	if rest := source[at:]; strings.HasPrefix(rest, "<") {
		last = at
	}
	name := strings.FieldsFunc(source[last:]+" ", func(r rune) bool { return unicode.IsSpace(r) || r == '>' })[0]
	return &Error{
		Name: file, Message: fmt.Sprintf("line %d: %s is not finished", lineAt(source, last), name),
		Hint: "is a quotation mark or a > missing?", Err: err,
	}
}

// lineAt is the line of a position in a text.
func lineAt(text string, at int) int { return 1 + strings.Count(text[:at], "\n") }

// noTemplate says that a template calls one that is not there.
func noTemplate(file string, call *parse.TemplateNode, known []string) error {
	e := &Error{Name: file, Message: fmt.Sprintf("line %d: there is no template %q", call.Line, call.Name)}
	slices.Sort(known)
	if meant := closest(call.Name, known); meant != "" {
		e.Hint = fmt.Sprintf("did you mean %q?", meant)
	}
	return e
}

// unusedFile says that a file of one's own replaces none and is called by none.
func unusedFile(file string, known []string) error {
	e := &Error{Name: file, Message: fmt.Sprintf("no template calls it: write {{ template %q . }} where it belongs", strings.TrimSuffix(file, path.Ext(file)))}
	slices.Sort(known)
	if meant := closest(file, slices.DeleteFunc(known, func(name string) bool { return name == file })); meant != "" {
		e.Message, e.Hint = "it replaces no built-in template, and none calls it", "did you mean "+meant+"?"
	}
	return e
}

// closest returns the known name that a mistyped one most likely meant; ""
// where none is close.
func closest(typed string, known []string) string {
	for _, name := range known {
		if at := strings.LastIndex(name, "."); at > 0 && strings.EqualFold(name[at:], typed) {
			return name // ".Title" where .Lead.Title is known
		}
	}
	return nearest.Of(typed, known)
}
