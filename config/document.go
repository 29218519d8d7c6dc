package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document reads a file against the schema: what is right goes into settings,
// what is wrong into problems.
type document struct {
	root     *schema
	origins  *origins
	problems Problems
	warnings Problems
}

// read returns the settings of a file as nested maps, lists of maps, texts and
// lists of texts, and records where each is.
func (d *document) read(text []byte) map[string]any {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var root yaml.Node
	err := decoder.Decode(&root)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		d.syntax(err)
		return nil
	}
	var second yaml.Node
	if err := decoder.Decode(&second); err == nil {
		d.report(second.Line, "", "a second document begins here; the settings are one")
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
	}
	node := resolve(root.Content[0])
	if isNull(node) {
		return nil
	}
	if node.Kind != yaml.MappingNode {
		d.report(node.Line, "", "settings are needed, such as newsletter: with name: below it; found "+kindOf(node))
		return nil
	}
	return d.group(node, d.root, "")
}

var syntaxLine = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?(.*)$`)

// syntax reports an error of the YAML parser.
func (d *document) syntax(err error) {
	text, _, _ := strings.Cut(err.Error(), "\n")
	m := syntaxLine.FindStringSubmatch(text)
	number, _ := strconv.Atoi(m[1])
	p := Problem{File: d.origins.file, Line: number, Message: "not valid YAML: " + m[2]}
	switch {
	case strings.Contains(m[2], "unknown anchor"): // its name may be a password
		p.Message = "not valid YAML: a text that begins with * needs quotes around it"
	case strings.Contains(m[2], "cannot start any token"):
		p.Hint = "indent with spaces, not tabs, and put text that begins with a special character in quotes"
	case strings.Contains(m[2], "mapping values are not allowed"):
		p.Hint = "put text with a colon in it in quotes, and mind the indentation"
	}
	d.problems = append(d.problems, p)
}

func (d *document) report(line int, key, message string) {
	d.problems = append(d.problems, Problem{Key: key, File: d.origins.file, Line: line, Message: message})
}

// group reads a mapping.
func (d *document) group(node *yaml.Node, s *schema, at string) map[string]any {
	settings := map[string]any{}
	seen := map[string]int{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], resolve(node.Content[i+1])
		full := join(at, name.Value)
		child := s.child(name.Value)
		switch first, twice := seen[name.Value]; {
		case name.Kind != yaml.ScalarNode || child == nil:
			d.unknown(name, s, at)
			continue
		case twice:
			d.report(name.Line, full, fmt.Sprintf("is set twice, first in line %d", first))
			continue
		}
		seen[name.Value] = name.Line
		d.origins.group(full, name.Line)
		if reason := commented(name, value, child); reason != "" {
			d.report(name.Line, full, reason)
			continue
		}
		if child.key != nil {
			d.cut(value, cmp.Or(value.LineComment, name.LineComment), child.key, full, name.Line)
		}
		if isNull(value) {
			continue
		}
		if v, ok := d.value(value, child, full, name.Line); ok {
			settings[name.Value] = v
		}
	}
	return settings
}

// commented says what to do about a colour or a password that YAML took for a comment, as a
// whole or its end: a # at the beginning or behind a space is not part of a value. What stands
// there behind another secret, in which no space can be, is meant as one.
func commented(name, value *yaml.Node, s *schema) string {
	text := name.LineComment // of a value that is not there
	free := name.Value == "password" || name.Value == "signing_key"
	begins := isNull(value) && len(text) > 1 && text[1] != ' '
	switch {
	case s.key == nil:
	case s.key.kind == colour && begins && s.key.check(strings.Fields(text)[0]) == "":
		return fmt.Sprintf("needs quotes around it, %q: what begins with # is a comment", strings.Fields(text)[0])
	case s.key.kind == secret && free && (begins || value.Style == 0 && value.LineComment != "" && !isNull(value)):
		return "needs quotes around it: what stands behind the # is a comment"
	}
	return ""
}

// cut warns of a text that YAML took for a comment, as a whole or its end: "News #1", which is
// likely meant as one. A comment has a space behind its #, as a rule.
func (d *document) cut(node *yaml.Node, comment string, k *key, at string, number int) {
	switch k.kind {
	case oneLine, lines, texts, patterns, line:
	default:
		return
	}
	if node.Kind != yaml.ScalarNode || node.Style != 0 || len(comment) < 2 || strings.ContainsAny(comment[1:2], "# \t\n") {
		return
	}
	message := fmt.Sprintf("is %q: what stands behind it, %s, is a comment", node.Value, comment)
	if isNull(node) {
		message = fmt.Sprintf("is empty: what stands there, %s, is a comment", comment)
	}
	d.warnings = append(d.warnings, Problem{
		Key: at, File: d.origins.file, Line: number, Message: message,
		Hint: "if it belongs to the text, put quotes around all of it; if it does not, write a space behind the #",
	})
}

func (d *document) unknown(name *yaml.Node, group *schema, at string) {
	switch {
	case name.Kind != yaml.ScalarNode:
		d.report(name.Line, at, "a name is needed before the colon; found "+kindOf(name))
		return
	case name.Tag == "!!merge":
		d.report(name.Line, join(at, name.Value), "merge keys are not supported; write the settings out")
		return
	}
	message := "unknown key"
	if meant := suggestKey(d.root, group, name.Value); meant != "" {
		if parent(meant) == group.path { // in this very item of a list
			meant = join(at, meant[strings.LastIndex(meant, ".")+1:])
		}
		message += "; did you mean " + meant + "?"
	} else {
		message += "; here can be " + anyOf(group.names())
	}
	d.report(name.Line, join(at, name.Value), message)
}

// value reads what stands after a known name.
func (d *document) value(node *yaml.Node, s *schema, at string, line int) (any, bool) {
	switch {
	case s.key != nil && s.key.kind == params:
		return d.params(node, s.key, at, line)
	case s.key != nil && s.key.kind.isList():
		return d.list(node, s.key, at, line)
	case s.key != nil:
		return d.leaf(node, s.key, at, line)
	case s.item != nil && node.Kind == yaml.SequenceNode:
		return d.items(node, s.item, at), true
	case s.item != nil:
		d.report(line, at, `a list is needed, each item with "- " before it; found `+kindOf(node))
		return nil, false
	case node.Kind != yaml.MappingNode:
		d.report(line, at, "settings are needed below it, such as "+s.names()[0]+":; found "+kindOf(node))
		return nil, false
	}
	return d.group(node, s, at), true
}

// items reads a list of groups. A bad item leaves an empty one, so that the
// others keep their numbers.
func (d *document) items(node *yaml.Node, s *schema, at string) []any {
	items := make([]any, 0, len(node.Content))
	for i, content := range node.Content {
		item := resolve(content)
		full := fmt.Sprintf("%s[%d]", at, i)
		d.origins.group(full, content.Line)
		settings := map[string]any{}
		if item.Kind == yaml.MappingNode {
			settings = d.group(item, s, full)
		} else {
			d.report(content.Line, full, "settings are needed, such as "+s.names()[0]+":; found "+kindOf(item))
		}
		items = append(items, settings)
	}
	return items
}

// leaf reads a single value. An empty one is as good as none.
func (d *document) leaf(node *yaml.Node, k *key, at string, line int) (any, bool) {
	if node.Kind != yaml.ScalarNode {
		d.report(line, at, "one value is needed; found "+kindOf(node))
		return nil, false
	}
	text := strings.TrimSpace(node.Value)
	d.origins.value(at, origin{line: line, text: shown(k.kind, text)})
	if text == "" {
		return nil, false
	}
	if reason := k.check(text); reason != "" {
		d.report(line, at, reason)
		return nil, false
	}
	return text, true
}

// list reads a list of texts; a single one may stand without a list around it.
func (d *document) list(node *yaml.Node, k *key, at string, line int) (any, bool) {
	nodes := []*yaml.Node{node}
	if node.Kind == yaml.SequenceNode {
		nodes = node.Content
	}
	var values []string
	ok := true
	for i, n := range nodes {
		n = resolve(n)
		full := at
		if node.Kind == yaml.SequenceNode {
			full = fmt.Sprintf("%s[%d]", at, i)
		}
		text := strings.TrimSpace(n.Value)
		if node.Kind == yaml.SequenceNode {
			d.cut(n, n.LineComment, k, full, n.Line)
		}
		switch {
		case n.Kind != yaml.ScalarNode:
			d.report(n.Line, full, "a text is needed; found "+kindOf(n))
			ok = false
		case isNull(n) || text == "":
		case k.check(text) != "":
			d.report(n.Line, full, k.check(text))
			ok = false
		default:
			values = append(values, text)
		}
	}
	d.origins.value(at, origin{line: line, text: strings.Join(values, ", ")})
	return values, ok && len(values) > 0
}

// resolve follows aliases to what they stand for.
func resolve(node *yaml.Node) *yaml.Node {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node
}

func isNull(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

func kindOf(node *yaml.Node) string {
	switch node.Kind {
	case yaml.MappingNode:
		return "a group of settings"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}
