package nearest_test

import (
	"strings"
	"testing"

	"roundup/internal/nearest"
)

func TestOf(t *testing.T) {
	t.Parallel()
	known := []string{"email", "name", "status", "--dry-run", "--rejects"}
	tests := []struct{ name, give, want string }{
		{"the word itself", "email", "email"},
		{"two letters swapped, and a hyphen", "e-mial", "email"},
		{"case and hyphens do not count", "--DryRun", "--dry-run"},
		{"one letter left out", "--rejcts", "--rejects"},
		{"the beginning of it", "stat", "status"},
		{"the word and more", "--rejects-file", "--rejects"},
		{"another word", "city", ""},
		{"nothing", "", ""},
		{"a word without end", strings.Repeat("liame", 100), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := nearest.Of(tt.give, known); got != tt.want {
				t.Errorf("Of(%q) = %q, want %q", tt.give, got, tt.want)
			}
		})
	}
}
