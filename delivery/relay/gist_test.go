package relay_test

import (
	"testing"

	"roundup/delivery/relay"
)

func TestNameless(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                       "",
		"550 5.1.1 <ann+x@a.example>: no such":   "550 5.1.1 <…>: no such",
		`rcpt "Ann" ANN@A.EXAMPLE, bob@b (two)`:  `rcpt "Ann" …, … (two)`,
		"see mailto:ann@a.example; code 4.7.0 @": "see mailto:…; code 4.7.0 @",
		"jürgen@grüße.example ist unbekannt":     "… ist unbekannt",
	} {
		if got := relay.Nameless(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
