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

func TestFoldLabel(t *testing.T) {
	t.Parallel()
	same := [][2]string{{"Op-Ed", "op-ed"}, {"Économie", "economie"}, {"STRASSE", "straße"}, {"ΕΛΛΆΔΑ", "ελλαδα"}, {"e\u0301te", "été"},
		{" Middle  East\u00a0", "middle east"}, {"Ａｓｉａ", "asia"}, {"ﬁlm", "Film"}, {"Việt Nam", "viet nam"}}
	for _, pair := range same {
		if a, b := digest.FoldLabel(pair[0]), digest.FoldLabel(pair[1]); a != b {
			t.Errorf("FoldLabel(%q) = %q, FoldLabel(%q) = %q: want the same", pair[0], a, pair[1], b)
		}
	}
	differ := [][2]string{{"op-ed", "op ed"}, {"ガス", "カス"}, {"किताब", "कताब"}, {"Iran", "Iraq"}}
	for _, pair := range differ {
		if a, b := digest.FoldLabel(pair[0]), digest.FoldLabel(pair[1]); a == b {
			t.Errorf("FoldLabel(%q) = FoldLabel(%q) = %q: want them apart", pair[0], pair[1], a)
		}
	}
}
