package main

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"roundup/cmd/roundup/app"
)

// TestRoomsNameNoCommands: what can be done is named by a code, and which command
// does it is said here (docs/adr/0018-words-are-the-faces.md).
func TestRoomsNameNoCommands(t *testing.T) {
	t.Parallel()
	documents := []string{ // for whoever runs the server, and shown nowhere else
		"config/keys.go", "config/reference.go", // docs/configuration.md
		"config/starter.go", // the first roundup.yaml
	}
	command := commandNamed(t)
	root := filepath.Join("..", "..")
	for _, name := range everyPath(t, root) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "cmd/") {
			continue
		}
		named := ""
		for _, text := range stringsOf(t, filepath.Join(root, filepath.FromSlash(name))) {
			named = cmp.Or(named, command.FindString(text))
		}
		if exempt := slices.Contains(documents, name); named != "" && !exempt {
			t.Errorf("%s names a command: %q", name, named)
		} else if named == "" && exempt {
			t.Errorf("%s names no command: take it off the exceptions", name)
		}
	}
}

// commandNamed finds a command in a text, with or without the program before it,
// and a flag within one.
func commandNamed(t *testing.T) *regexp.Regexp {
	t.Helper()
	var out bytes.Buffer
	a, err := app.New(t.Context(), app.Streams{In: strings.NewReader(""), Out: &out, Err: &out}, nil, version)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range newRoot(a).Commands() {
		names = append(names, regexp.QuoteMeta(c.Name()))
	}
	command := "(" + strings.Join(names, "|") + ")\\b"
	return regexp.MustCompile("\\broundup (-\\S+ )*" + command + "|`" + command + "|[ (`]--[a-z]+")
}

// stringsOf are the string literals of a file.
func stringsOf(t *testing.T, path string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	ast.Inspect(file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				all = append(all, text)
			}
		}
		return true
	})
	return all
}
