package config

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

var paramName = regexp.MustCompile(`^[A-Za-z0-9_.~-]+$`)

// Limits of a parameter, in characters: a link of a mail can't be folded.
const (
	maxParamName  = 40
	maxParamValue = 100
)

// checkParam checks one name=value; its reason follows the quoted value.
func checkParam(pair string) string {
	name, value, found := strings.Cut(pair, "=")
	switch {
	case !found:
		return "is not a parameter; write name=value"
	case !paramName.MatchString(name):
		return "does not begin with a name of letters, digits, _, -, . and ~"
	case utf8.RuneCountInString(name) > maxParamName:
		return fmt.Sprintf("has a name of more than %d characters", maxParamName)
	case strings.TrimSpace(value) == "":
		return "has no value"
	case utf8.RuneCountInString(value) > maxParamValue:
		return fmt.Sprintf("has a value of more than %d characters", maxParamValue)
	}
	return ""
}

// params reads a group of names of the user's own choice, each with a text. It
// becomes a list of name=value in the order of the file.
func (d *document) params(node *yaml.Node, k *key, at string, line int) (any, bool) {
	if node.Kind != yaml.MappingNode {
		d.report(line, at, "names and texts are needed, such as {utm_source: newsletter}; found "+kindOf(node))
		return nil, false
	}
	var pairs []string
	seen := map[string]int{}
	ok := true
	for i := 0; i+1 < len(node.Content); i += 2 {
		name, value := node.Content[i], resolve(node.Content[i+1])
		full := join(at, name.Value)
		pair := name.Value + "=" + strings.TrimSpace(value.Value)
		var reason string
		switch first, twice := seen[name.Value]; {
		case name.Kind != yaml.ScalarNode || value.Kind != yaml.ScalarNode:
			reason = "one text is needed for each name"
		case twice:
			reason = fmt.Sprintf("is set twice, first in line %d", first)
		default:
			reason = k.check(pair)
		}
		if reason != "" {
			d.report(name.Line, full, reason)
			ok = false
			continue
		}
		seen[name.Value] = name.Line
		pairs = append(pairs, pair)
	}
	d.origins.value(at, origin{line: line, text: strings.Join(pairs, ", ")})
	return pairs, ok && len(pairs) > 0
}
