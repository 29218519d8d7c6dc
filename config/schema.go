package config

import "strings"

// schema is the table of keys as the tree the file has.
type schema struct {
	path     string // "smtp", "sources[]"; "" for the root
	key      *key   // of a leaf
	children []*schema
	item     *schema // of a list of groups
}

// newSchema builds the tree from the table.
func newSchema() *schema {
	root := &schema{}
	for _, k := range keys() {
		at := root
		for _, part := range strings.Split(k.name, ".") {
			name, isList := strings.CutSuffix(part, "[]")
			at = at.grow(name)
			if isList {
				if at.item == nil {
					at.item = &schema{path: at.path + "[]"}
				}
				at = at.item
			}
		}
		at.key = &k
	}
	return root
}

// grow returns the child of a name, made where it is not there yet.
func (s *schema) grow(name string) *schema {
	if child := s.child(name); child != nil {
		return child
	}
	child := &schema{path: join(s.path, name)}
	s.children = append(s.children, child)
	return child
}

// child returns the child of a name; nil for none.
func (s *schema) child(name string) *schema {
	for _, c := range s.children {
		if c.name() == name {
			return c
		}
	}
	return nil
}

// name is the last part of the path.
func (s *schema) name() string { return s.path[strings.LastIndex(s.path, ".")+1:] }

// names lists the children's names.
func (s *schema) names() []string {
	names := make([]string, len(s.children))
	for i, c := range s.children {
		names[i] = c.name()
	}
	return names
}

// all lists the paths of the tree below s.
func (s *schema) all() []string {
	var paths []string
	for _, c := range s.children {
		paths = append(append(paths, c.path), c.all()...)
	}
	if s.item != nil {
		paths = append(paths, s.item.all()...)
	}
	return paths
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
