package templating

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"text/template/parse"
	"unicode/utf8"
)

// The printing functions of the template engine make a text before anybody can
// say how long it is: {{ printf "%999999d" 1 }} is 1 MB, and so is each repetition
// of it in one format. These make it piece by piece and stop at the limit.

// maxWidth is the largest width and precision of a printf.
const maxWidth = 1000

// builder makes a text of pieces, none of it longer than a value may be.
type builder struct {
	strings.Builder
	limits *Limits
}

// add adds a piece, and takes it into account at once.
func (b *builder) add(s string) error {
	b.WriteString(s)
	if b.Len() > maxValue {
		return &limitError{"makes a text of more than 100,000 octets", "does a loop make it longer each time? what is printed in parts may be as long as the mail"}
	}
	return b.limits.take(len(s))
}

// texts joins values as fmt.Sprint does, or as fmt.Sprintln.
func (l *Limits) texts(line bool, args []any) (string, error) {
	b := builder{limits: l}
	for i, arg := range args {
		if i > 0 && (line || !isString(arg) && !isString(args[i-1])) {
			if err := b.add(" "); err != nil {
				return "", err
			}
		}
		if err := b.add(fmt.Sprint(arg)); err != nil {
			return "", err
		}
	}
	if line {
		if err := b.add("\n"); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func isString(arg any) bool { return arg != nil && reflect.TypeOf(arg).Kind() == reflect.String }

func (l *Limits) print(args ...any) (string, error)   { return l.texts(false, args) }
func (l *Limits) println(args ...any) (string, error) { return l.texts(true, args) }

// valuesOf ends the names of the functions that splitEscapers puts in.
const valuesOf = "Values"

// splitEscapers makes html of several values html of what print makes of them:
// html/template would take an html or urlquery for its own, which has no limit.
func splitEscapers(p *parse.PipeNode) {
	var parted []*parse.CommandNode
	for _, command := range p.Cmds {
		name, _ := command.Args[0].(*parse.IdentifierNode)
		if name == nil || len(command.Args) == 1 || name.Ident != "html" && name.Ident != "urlquery" {
			parted = append(parted, command)
			continue
		}
		values, escaper := command.Copy().(*parse.CommandNode), command.Copy().(*parse.CommandNode)
		values.Args[0].(*parse.IdentifierNode).Ident += valuesOf
		escaper.Args = escaper.Args[:1]
		parted = append(parted, values, escaper)
	}
	p.Cmds = parted
}

// join joins those that are not empty.
func (l *Limits) join(separator string, parts ...string) (string, error) {
	b, between := builder{limits: l}, ""
	for _, part := range parts {
		if part == "" {
			continue
		}
		if err := b.add(between + part); err != nil {
			return "", err
		}
		between = separator
	}
	return b.String(), nil
}

// printf is fmt.Sprintf, one directive at a time. Where fmt would print what is
// wrong with a format into the mail, it is an error.
func (l *Limits) printf(format string, args ...any) (string, error) {
	b, f := builder{limits: l}, formatting{args: args}
	for {
		words, rest, more := strings.Cut(format, "%")
		if err := b.add(words); err != nil {
			return "", err
		}
		if !more {
			return b.String(), f.unused()
		}
		piece, rest, err := f.directive(rest)
		if err == nil {
			err = b.add(piece)
		}
		if err != nil {
			return "", err
		}
		format = rest
	}
}

// formatting is how far a printf has come with its values.
type formatting struct {
	args    []any
	next    int  // the index of the value that comes next
	indexed bool // values were named by number, so that some may be left
}

// directive prints what stands behind a %, and returns what follows it.
func (f *formatting) directive(s string) (printed, rest string, err error) {
	all := s
	flags := s[:len(s)-len(strings.TrimLeft(s, "+-# 0"))]
	s = s[len(flags):]
	width, s, err := f.size(s)
	if err != nil {
		return "", "", err
	}
	precision := ""
	if after, dot := strings.CutPrefix(s, "."); dot {
		if precision, s, err = f.size(after); err != nil {
			return "", "", err
		}
		if precision = "." + precision; strings.HasPrefix(precision, ".-") {
			return "", "", formatError("has a precision of %s", precision[1:])
		}
	}
	if s, err = f.index(s); err != nil {
		return "", "", err
	}
	verb, size := utf8.DecodeRuneInString(s)
	written := "%" + all[:len(all)-len(s)+size]
	switch {
	case size == 0:
		return "", "", formatError("ends in the middle of a %%")
	case verb == '%':
		return "%", s[size:], nil
	case len(flags) > maxWidth:
		return "", "", formatError("has more than %d flags behind one %%", maxWidth)
	case f.next >= len(f.args):
		return "", "", formatError("has no value for its %s", written)
	}
	arg := f.args[f.next]
	f.next++
	return fmt.Sprintf("%"+flags+width+precision+string(verb), arg), s[size:], nil
}

// size reads a width or a precision: digits, or a * for which a value stands.
func (f *formatting) size(s string) (digits, rest string, err error) {
	if s, err = f.index(s); err != nil {
		return "", "", err
	}
	rest = strings.TrimLeft(s, "0123456789")
	digits = s[:len(s)-len(rest)]
	if after, star := strings.CutPrefix(s, "*"); star {
		if f.next >= len(f.args) {
			return "", "", formatError("has no value for its *")
		}
		value := reflect.ValueOf(f.args[f.next])
		if !value.CanInt() {
			return "", "", formatError("has a %v for its *, which wants a whole number", value.Kind())
		}
		digits, rest = strconv.FormatInt(value.Int(), 10), after
		f.next++
	}
	if n, err := strconv.Atoi(digits); digits != "" && (err != nil || n > maxWidth || n < -maxWidth) {
		return "", "", &limitError{
			fmt.Sprintf("has a width or precision of %.20s; the most is %d", digits, maxWidth), "write a smaller number",
		}
	}
	return digits, rest, nil
}

// index reads [2], which makes the second value the next one.
func (f *formatting) index(s string) (rest string, err error) {
	inside, ok := strings.CutPrefix(s, "[")
	if !ok {
		return s, nil
	}
	number, rest, closed := strings.Cut(inside, "]")
	n, err := strconv.Atoi(number)
	if !closed || err != nil || n < 1 || n > len(f.args) {
		return "", formatError("has no value %.20s", "["+number+"]")
	}
	f.next, f.indexed = n-1, true
	return rest, nil
}

// unused says that there were more values than a format prints.
func (f *formatting) unused() error {
	if left := len(f.args) - f.next; left > 0 && !f.indexed {
		values := "values"
		if left == 1 {
			values = "value"
		}
		return formatError("has %d %s more than its format prints", left, values)
	}
	return nil
}

func formatError(message string, args ...any) error {
	return &limitError{fmt.Sprintf(message, args...), "a format has one value for each %; write %% to print a per cent sign"}
}
