package letter

import (
	text "text/template"
)

// functions are what every template can call besides those of the engine that
// choose and compare. None reads a file, the environment or a clock, and none
// makes more of a text than a mail can hold.
func functions(l *limits) text.FuncMap {
	return text.FuncMap{
		"enter":    l.enter, // the limits' own
		"leave":    l.leave,
		"step":     l.step,
		"join":     l.join,
		"print":    l.print,
		"println":  l.println,
		"printf":   l.printf,
		"html":     l.escaped(text.HTMLEscapeString),
		"js":       l.escaped(text.JSEscapeString),
		"urlquery": l.escaped(func(s string) string { return text.URLQueryEscaper(s) }),

		"html" + valuesOf:     l.print,
		"urlquery" + valuesOf: l.print,
	}
}

// textFunctions are what a text template can call besides: wrap sets a text in
// lines of 72 columns, underline makes a line as wide as a title.
func textFunctions(l *limits) text.FuncMap {
	return text.FuncMap{"wrap": l.escaped(wrap), "underline": l.underline}
}

// functionNames are the functions that docs/templates.md tells of.
func functionNames() []string {
	return []string{"join", "wrap", "underline", "print", "printf", "len", "index", "slice",
		"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "if", "else", "end", "range", "with", "template", "define", "block"}
}
