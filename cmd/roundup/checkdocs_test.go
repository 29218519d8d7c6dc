package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	findingNamed = regexp.MustCompile(`(?:\b(?:l|list|issue|mail)\.(?:Pass\(|Warn\(|Fail\(|Skip\(|Add\([\w.]+, )|Remark\{+What: )"([^"]+)"`)
	checkTable   = regexp.MustCompile(`(?s)\n\| line \| passed means \| else \|\n\|---\|---\|---\|\n(.*?)\n\n`)
)

// docs/operations.md has every line that `roundup check` can print, and none that it can't.
func TestEveryFindingIsDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for row := range strings.SplitSeq(checkTable.FindStringSubmatch(string(page))[1], "\n") {
		for name := range strings.SplitSeq(strings.Split(row, "|")[1], ",") {
			documented[strings.TrimSpace(name)] = true
		}
	}
	var source strings.Builder
	for _, pattern := range []string{"../../internal/check/*.go", "../../internal/desk/planner/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(text)
		}
	}
	for _, found := range findingNamed.FindAllStringSubmatch(source.String(), -1) {
		if !documented[found[1]] {
			t.Errorf("no row has %q", found[1])
		}
	}
	for name := range documented {
		if !strings.Contains(source.String(), `"`+name+`"`) {
			t.Errorf("nothing is found under %q", name)
		}
	}
}
