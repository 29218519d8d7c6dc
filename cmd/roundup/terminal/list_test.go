package terminal_test

import (
	"strings"
	"testing"

	"roundup/cmd/roundup/terminal"
)

// TestListAlignsWideCharacters: a character of Chinese or Japanese takes two columns.
func TestListAlignsWideCharacters(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	l := terminal.NewList(&out, 6)
	for _, row := range [][]string{{"news", "x"}, {"新聞", "x"}, {"much too wide", "x"}, {"last"}} {
		if err := l.Row(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Flush(); err != nil {
		t.Fatal(err)
	}
	if want := "news    x\n新聞    x\nmuch too wide  x\nlast\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
