package main

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestImportsPointDown holds every package to the floor that docs/architecture.md
// puts it on: it imports what is below, and nothing beside or above.
func TestImportsPointDown(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	floors := readFloors(t, filepath.Join(root, "docs", "architecture.md"))
	seen := map[string]bool{}
	for _, p := range everyPath(t, root) {
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") {
			continue
		}
		room := path.Dir(p)
		seen[room] = true
		floor, ok := floors[room]
		if !ok {
			t.Fatalf("docs/architecture.md puts %s on no floor", room)
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, filepath.FromSlash(p)), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			imported, ours := strings.CutPrefix(strings.Trim(spec.Path.Value, `"`), "roundup/")
			if ours && floors[imported] >= floor {
				t.Errorf("%s is on floor %d and imports %s, on floor %d", p, floor, imported, floors[imported])
			}
		}
	}
	for room := range floors {
		if !seen[room] {
			t.Errorf("docs/architecture.md names %s, which is not there", room)
		}
	}
}

// readFloors reads the lines "    3  one, another," of a document; one without a
// number goes on with the floor before it.
func readFloors(t *testing.T, doc string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^    ([0-9]+| ) +([a-z/]+(?:, [a-z/]+)*),?$`)
	floors, floor := map[string]int{}, 0
	for _, m := range line.FindAllStringSubmatch(string(text), -1) {
		if m[1] != " " {
			if floor, err = strconv.Atoi(m[1]); err != nil {
				t.Fatal(err)
			}
		}
		for room := range strings.SplitSeq(m[2], ", ") {
			floors[room] = floor
		}
	}
	if len(floors) == 0 {
		t.Fatal("no floors are named")
	}
	return floors
}
