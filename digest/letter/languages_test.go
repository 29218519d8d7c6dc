package letter_test

import (
	"os"
	"strings"
	"testing"

	"roundup/internal/language"
)

// TestLanguagesAreDocumented keeps the table of docs/languages.md true: a row
// for each language, with its tag and what a mail in it prints.
func TestLanguagesAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/languages.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for line := range strings.SplitSeq(string(page), "\n") {
		if tag, rest, ok := strings.Cut(strings.TrimPrefix(line, "| `"), "`"); ok && strings.HasPrefix(line, "| `") {
			rows[tag] = rest
		}
	}
	for _, tag := range language.Known() {
		pub := samplePublication(t)
		pub.Language = tag
		lines := strings.Split(rendered(t, compiled(t, nil, ""), pub).Text, "\n")
		words := language.WordsFor(tag)
		want := breaking(lines[2] + " · " + words.Count(words.Minutes, 5))
		if !strings.Contains(rows[tag], "| "+strings.TrimPrefix(want, "\u200f")+" |") {
			t.Errorf("the row of %s is %q; it must have the column %q", tag, rows[tag], want)
		}
		delete(rows, tag)
	}
	for tag := range rows {
		t.Errorf("a row of %s, which has no words", tag)
	}
}
