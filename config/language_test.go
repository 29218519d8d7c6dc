package config_test

import (
	"path/filepath"
	"slices"
	"testing"

	"roundup/config"
)

func TestLanguagesOffered(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give string
		want       []string
		chosen     map[string]string // what stands for what readers have chosen
	}{
		{"none but the newsletter's", "newsletter: {language: de}", []string{"de"}, map[string]string{"": "de", "en": "de", "?": "de"}},
		{"several", "newsletter: {languages: [de, ar]}", []string{"en", "de", "ar"}, map[string]string{"": "en", "ar": "ar", "fr": "en", "de-AT": "de"}},
		{"its own among them", "newsletter: {language: en, languages: [de, en, DE]}", []string{"en", "de"}, map[string]string{"en": "en"}},
		{"a region", "newsletter: {language: en-GB, languages: [en, pt-PT]}", []string{"en-GB", "en", "pt-PT"}, map[string]string{"en": "en", "pt": "pt-PT"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "roundup.yaml")
			write(t, file, tt.give, 0o600)
			c, err := config.Load(file, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.Newsletter.Offered(); !slices.Equal(got, tt.want) {
				t.Errorf("offered are %v, want %v", got, tt.want)
			}
			for chosen, want := range tt.chosen {
				if got := c.Newsletter.LanguageFor(chosen); got != want {
					t.Errorf("%q stands for %q, want %q", got, chosen, want)
				}
			}
		})
	}
}
