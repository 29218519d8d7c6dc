package config

import (
	"slices"
	"strings"

	"roundup/internal/nearest"
)

// suggestKey returns the path of the key an unknown name in a group may have
// meant: a sibling like it, else one of the same name, or one like the whole
// path, elsewhere.
func suggestKey(root, group *schema, name string) string {
	if sibling := nearest.Of(name, group.names()); sibling != "" {
		return join(group.path, sibling)
	}
	all := root.all()
	var same []string
	for _, path := range all {
		if nearest.Same(path[strings.LastIndex(path, ".")+1:], name) {
			same = append(same, path)
		}
	}
	if len(same) == 1 {
		return same[0]
	}
	return nearest.Within(join(group.path, name), all, nearest.Slips(name))
}

// anyOf is a list of what is allowed, for people: "a, b or c".
func anyOf(words []string) string {
	words = slices.Clone(words)
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
