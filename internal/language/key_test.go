package language_test

import (
	"testing"

	"roundup/internal/language"
)

func TestKey(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Analysis":              "analysis",
		"Also this week":        "also-this-week",
		"  Q & A: «Brésil»  ":   "q-a-bresil",
		"Straße 7":              "strasse-7",
		"رأي":                   "رأي",
		"हिन्दी":                "हिन्दी",
		"***":                   "",
		"":                      "",
		language.Key("Été – 2"): "ete-2",
	} {
		if got := language.Key(title); got != want {
			t.Errorf("Key(%q) = %q, want %q", title, got, want)
		}
	}
}
