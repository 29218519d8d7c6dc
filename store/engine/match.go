package engine

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Matcher returns a test for texts one of which holds the wanted one, whatever
// its case and however its accents are encoded; everything holds "". The test
// is for one goroutine.
func Matcher(wanted string) func(texts ...string) bool {
	if wanted == "" {
		return func(...string) bool { return true }
	}
	folder := cases.Fold()
	fold := func(text string) string { return norm.NFC.String(folder.String(text)) }
	wanted = fold(wanted)
	return func(texts ...string) bool {
		for _, text := range texts {
			if strings.Contains(fold(text), wanted) {
				return true
			}
		}
		return false
	}
}
