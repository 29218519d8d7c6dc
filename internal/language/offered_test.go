package language_test

import (
	"slices"
	"testing"

	"roundup/internal/language"
)

func TestAmong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, tag string
		offered   []string
		want      string
	}{
		{"same", "de", []string{"en", "de"}, "de"},
		{"written otherwise", "DE-at", []string{"de", "de-AT"}, "de-AT"},
		{"the region goes before the language", "de-AT", []string{"de", "de-AT"}, "de-AT"},
		{"another region", "pt", []string{"en", "pt-PT"}, "pt-PT"},
		{"a region that is not offered", "ar-EG", []string{"en", "ar"}, "ar"},
		{"not offered", "fr", []string{"en", "de"}, ""},
		{"none", "", []string{"en"}, ""},
		{"no tag", "not a tag", []string{"en"}, ""},
		{"nothing offered", "de", nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := language.Among(tt.tag, tt.offered); got != tt.want {
				t.Errorf("Among(%q, %v) = %q, want %q", tt.tag, tt.offered, got, tt.want)
			}
		})
	}
}

func TestSelfNames(t *testing.T) {
	t.Parallel()
	got := language.SelfNames([]string{"en", "de", "de-AT", "ar-EG", "sv"})
	if want := []string{"English", "Deutsch", "Deutsch (AT)", "العربية", "English"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestHasWords(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]bool{"en": true, "de-CH": true, "sv": false, "": false, "?": false} {
		if got := language.HasWords(tag); got != want {
			t.Errorf("HasWords(%q) = %v", tag, got)
		}
	}
}
