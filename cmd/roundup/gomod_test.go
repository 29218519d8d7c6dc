package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTestsRequirementsStandApart: a module that no part of the program imports is
// required in the block for tests, and no other is.
func TestTestsRequirementsStandApart(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	imported := importsOfProgram(t, root)
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	program, tests, ok := strings.Cut(string(text), "// Tests alone need these.\n")
	if !ok {
		t.Fatal("go.mod has no block for tests")
	}
	tests, _, _ = strings.Cut(tests, ")")
	for _, module := range modulesOf(program) {
		if !anyWithin(imported, module) {
			t.Errorf("only tests import %s: move it to their block", module)
		}
	}
	for _, module := range modulesOf(tests) {
		if anyWithin(imported, module) {
			t.Errorf("the program imports %s: move it to the first block", module)
		}
	}
}

// importsOfProgram are the paths that the program imports, in all its rooms.
func importsOfProgram(t *testing.T, root string) []string {
	t.Helper()
	all := []string{"roundup/cmd/roundup"}
	for i := 0; i < len(all); i++ {
		room, ours := strings.CutPrefix(all[i], "roundup/")
		if !ours {
			continue
		}
		files, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(room), "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range file.Imports {
				if imported := strings.Trim(spec.Path.Value, `"`); !slices.Contains(all, imported) {
					all = append(all, imported)
				}
			}
		}
	}
	return all
}

// modulesOf are the modules of a part of go.mod.
func modulesOf(part string) []string {
	var all []string
	for _, m := range regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllStringSubmatch(part, -1) {
		all = append(all, m[1])
	}
	return all
}

// anyWithin reports whether one of the paths is a package of a module.
func anyWithin(paths []string, module string) bool {
	for _, p := range paths {
		if p == module || strings.HasPrefix(p, module+"/") {
			return true
		}
	}
	return false
}
