package oneline_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"roundup/internal/oneline"
)

func TestOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"words", "ok: queued as 4XbYzW", "ok: queued as 4XbYzW"},
		{"spaces around", " ok ", "ok"},
		{"two spaces", "a  b", "a b"},
		{"only a space", " ", ""},
		{"a tab and line ends", "a\tb\r\nc", "a b c"},
		{"an escape", "a\x1b[31mb", "a [31mb"},
		{"delete", "a\x7fb", "a b"},
		{"a turn of direction", "a\u202eb\u2066c", "abc"},
		{"not UTF-8", "a\xffb", "a\ufffdb"},
		{"letters beyond ASCII", "Grüße", "Grüße"},
		{"just fits", strings.Repeat("x", 20), strings.Repeat("x", 20)},
		{"too long", strings.Repeat("x", 21), strings.Repeat("x", 20)},
		{"cut at a space", strings.Repeat("x", 19) + " y", strings.Repeat("x", 19)},
		{"cut before a letter of two octets", strings.Repeat("x", 19) + "ü", strings.Repeat("x", 19)},
	} {
		if got := oneline.Of(c.in, 20); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func FuzzOf(f *testing.F) {
	for _, seed := range []string{"ok", " a  b ", "a\r\nRCPT TO:<x>", "\u202e\ufeff\x00", "Grüße\xff"} {
		f.Add(seed, 20)
	}
	f.Fuzz(func(t *testing.T, s string, most int) {
		most = 1 + most&0xfff
		got := oneline.Of(s, most)
		if len(got) > most || !utf8.ValidString(got) || got != strings.Join(strings.Fields(got), " ") {
			t.Errorf("Of(%q, %d) = %q", s, most, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u202e' }) {
			t.Errorf("Of(%q, %d) = %q: more than one line", s, most, got)
		}
		if again := oneline.Of(got, most); again != got {
			t.Errorf("Of(%q, %d) = %q, then %q", s, most, got, again)
		}
	})
}
