package digest_test

import (
	"slices"
	"testing"

	"roundup/digest"
)

func TestSplitLabels(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		in, want []string
	}{
		{"one each", []string{"Analysis", "Europe"}, []string{"Analysis", "Europe"}},
		{"several in one", []string{"Analysis | Reporting|Europe"}, []string{"Analysis", "Reporting", "Europe"}},
		{"other separators", []string{"a; b", "c · d • e"}, []string{"a", "b", "c", "d", "e"}},
		{"commas and slashes belong to names", []string{"Arts, Culture & Media", "Israel/Palestine"}, []string{"Arts, Culture & Media", "Israel/Palestine"}},
		{"white space", []string{"  Middle \n East ", " ", "|"}, []string{"Middle East"}},
		{"once each, first spelling", []string{"Opinión", "opinion", "OPINIÓN"}, []string{"Opinión"}},
		{"none", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := digest.SplitLabels(tt.in); !slices.Equal(got, tt.want) {
				t.Errorf("SplitLabels(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}
