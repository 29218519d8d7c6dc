package subscribers_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"roundup/subscribers"
)

func TestCleanName(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, want string }{
		{"plain", "Ann Lee", "Ann Lee"},
		{"white space", "  Ann\t \u00a0Lee ", "Ann Lee"},
		{"header injection", "Ann\r\nBcc: x@y.z", "Ann Bcc: x@y.z"},
		{"bidi override", "Ann \u202Egnp.eeL\u2066", "Ann gnp.eeL"},
		{"controls", "A\x00n\x1bn\u0085 L\x7fee", "Ann Lee"},
		{"decomposed", "Do\u0308rte", "Dörte"},
		{"not UTF-8", "D\xf6rte", "Drte"},
		{"joiners stay", "می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻"},
		{"markup stays", "<b>{{.}}", "<b>{{.}}"},
		{"only invisible", "\u200b\u2060\ufeff", ""},
		{"long", strings.Repeat("ö", 10000), strings.Repeat("ö", 200)},
	}
	for _, tt := range tests {
		if got := subscribers.CleanName(tt.give); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCleanNameOnNaughtyStrings(t *testing.T) {
	t.Parallel()
	for _, s := range naughtyStrings(t) {
		checkCleanName(t, s)
	}
}

func naughtyStrings(tb testing.TB) []string {
	tb.Helper()
	var naughty []string
	if err := json.Unmarshal(sharedFile(tb, "blns/blns.json"), &naughty); err != nil {
		tb.Fatal(err)
	}
	if len(naughty) < 500 {
		tb.Fatalf("got %d strings, want all 515", len(naughty))
	}
	return naughty
}

func checkCleanName(t *testing.T, s string) {
	t.Helper()
	got := subscribers.CleanName(s)
	if !utf8.ValidString(got) || utf8.RuneCountInString(got) > 200 || strings.ContainsFunc(got, unicode.IsControl) {
		t.Errorf("%q became %q", s, got)
	}
	if again := subscribers.CleanName(got); again != got {
		t.Errorf("%q became %q, then %q", s, got, again)
	}
}

func FuzzCleanName(f *testing.F) {
	for _, seed := range []string{"Ann Lee", "A\u202e\r\nB", "\xff\xfe", strings.Repeat("e\u0301", 300)} {
		f.Add(seed)
	}
	f.Fuzz(checkCleanName)
}
