package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	proofTest   = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z]+)`")
	proofScript = regexp.MustCompile("`([a-z]+(?:-[a-z]+)+)`")
)

// docs/faults.md has every fault, and names tests and scripts that there are.
func TestFaultsAreProved(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	for letter, n := range map[string]int{"S": 26, "P": 17, "F": 12, "L": 10, "W": 14} {
		for i := 1; i <= n; i++ {
			if row := fmt.Sprintf("\n| %s%d |", letter, i); !strings.Contains(string(page), row) {
				t.Errorf("no row %q", row)
			}
		}
	}
	var tests strings.Builder
	for _, pattern := range []string{"../../*/*_test.go", "../../*/*/*_test.go", "../../store/storetest/*.go", "../../store/storetest/ledgertest/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			tests.Write(text)
		}
	}
	for _, found := range proofTest.FindAllStringSubmatch(string(page), -1) {
		if !regexp.MustCompile(`func (\(e suite\) )?` + found[1] + `\(`).MatchString(tests.String()) {
			t.Errorf("there is no %s", found[1])
		}
	}
	for _, found := range proofScript.FindAllStringSubmatch(string(page), -1) {
		if _, err := os.Stat(filepath.Join("testdata", "script", found[1]+".txtar")); err != nil {
			t.Error(err)
		}
	}
}
