package digest

import (
	"fmt"
	"slices"
	"strings"
	text "text/template"
)

// functions are what every template can call besides those of the engine that
// choose and compare. None reads a file, the environment or a clock, and none
// makes more of a text than a mail can hold.
func functions(l *limits) text.FuncMap {
	return text.FuncMap{
		"step":     l.step, // the limits' own
		"join":     l.join,
		"print":    func(args ...any) (string, error) { return l.bounded(fmt.Sprint(args...)) },
		"println":  func(args ...any) (string, error) { return l.bounded(fmt.Sprintln(args...)) },
		"printf":   func(format string, args ...any) (string, error) { return l.bounded(fmt.Sprintf(format, args...)) },
		"html":     func(args ...any) (string, error) { return l.bounded(text.HTMLEscaper(args...)) },
		"js":       func(args ...any) (string, error) { return l.bounded(text.JSEscaper(args...)) },
		"urlquery": func(args ...any) (string, error) { return l.bounded(text.URLQueryEscaper(args...)) },
	}
}

// textFunctions are what a text template can call besides: wrap sets a text in
// lines of 72 columns, underline makes a line as wide as a title.
func textFunctions(l *limits) text.FuncMap {
	return text.FuncMap{
		"wrap":      func(s string) (string, error) { return l.bounded(wrap(s)) },
		"underline": underline,
	}
}

// functionNames are the functions that docs/templates.md tells of.
func functionNames() []string {
	return []string{"join", "wrap", "underline", "print", "printf", "len", "index", "slice",
		"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "if", "else", "end", "range", "with", "template", "define", "block"}
}

// join joins those that are not empty.
func (l *limits) join(separator string, parts ...string) (string, error) {
	return l.bounded(strings.Join(slices.DeleteFunc(slices.Clone(parts), func(s string) bool { return s == "" }), separator))
}
