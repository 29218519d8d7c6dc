package templating

import (
	"maps"
	"slices"
	text "text/template"
)

// functions are what every template can call besides those of the engine that
// choose and compare. None reads a file, the environment or a clock, and none
// makes more of a text than a mail can hold.
func functions(l *Limits) text.FuncMap {
	return text.FuncMap{
		"enter":    l.enter, // the limits' own
		"leave":    l.leave,
		"step":     l.step,
		"join":     l.join,
		"print":    l.print,
		"println":  l.println,
		"printf":   l.printf,
		"html":     l.Escaped(text.HTMLEscapeString),
		"js":       l.Escaped(text.JSEscapeString),
		"urlquery": l.Escaped(func(s string) string { return text.URLQueryEscaper(s) }),

		"html" + valuesOf:     l.print,
		"urlquery" + valuesOf: l.print,
	}
}

// Escaped is a function of what print makes of its values.
func (l *Limits) Escaped(escape func(string) string) func(...any) (string, error) {
	return func(args ...any) (string, error) {
		said, err := l.texts(false, args)
		if err != nil {
			return "", err
		}
		b := builder{limits: l}
		err = b.add(escape(said))
		return b.String(), err
	}
}

// Repeat is a text n times.
func (l *Limits) Repeat(s string, n int) (string, error) {
	b := builder{limits: l}
	for range n {
		if err := b.add(s); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// functionNames are the functions that a template can call.
func (k Kind) functionNames() []string {
	names := []string{"join"}
	if k.Text != nil {
		names = append(names, slices.Sorted(maps.Keys(k.Text(&Limits{})))...)
	}
	return append(names, "print", "printf", "len", "index", "slice",
		"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "if", "else", "end", "range", "with", "template", "define", "block")
}
