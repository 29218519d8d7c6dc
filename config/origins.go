package config

import "strings"

// origin is where a setting came from.
type origin struct {
	isValue  bool   // not a group or an item of a list
	variable string // of the environment; "" for the file
	line     int
	text     string // the value as it may be shown; lists joined by ", "
}

// origins knows where every setting came from, by its full name:
// "sources[0].url".
type origins struct {
	file string // as the file was named
	at   map[string]origin
	list []string // the names of values, in the file's order
}

func newOrigins(file string) origins {
	return origins{file: file, at: map[string]origin{}}
}

// group records the line of a group or list item.
func (o *origins) group(name string, line int) { o.at[name] = origin{line: line} }

// value records where a value came from; the last one counts.
func (o *origins) value(name string, from origin) {
	if !o.at[name].isValue {
		o.list = append(o.list, name)
	}
	from.isValue = true
	o.at[name] = from
}

// isSet reports whether somebody set a key to something.
func (o *origins) isSet(name string) bool { return o.at[name].text != "" }

// problem is a mistake in a setting, placed where it came from, or at the group
// it is missing in.
func (o *origins) problem(name, message string) Problem {
	p := Problem{Key: name, File: o.file, Message: message}
	for at := name; at != ""; at = parent(at) {
		from, ok := o.at[at]
		if !ok {
			continue
		}
		if from.variable != "" {
			p.File = "environment"
			p.Message = message + " (" + from.variable + ")"
		}
		p.Line = from.line
		break
	}
	return p
}

// parent is the name of the group a key is in: of "sources[0].url" it is
// "sources[0]", of that "sources", of that "".
func parent(name string) string {
	if strings.HasSuffix(name, "]") {
		return name[:strings.LastIndexByte(name, '[')]
	}
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		return name[:i]
	}
	return ""
}
