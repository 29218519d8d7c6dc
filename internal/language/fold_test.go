package language_test

import (
	"testing"

	"roundup/internal/language"
)

func TestFold(t *testing.T) {
	t.Parallel()
	same := [][2]string{{"Op-Ed", "op-ed"}, {"Économie", "economie"}, {"STRASSE", "straße"}, {"ΕΛΛΆΔΑ", "ελλαδα"}, {"e\u0301te", "été"},
		{" Middle  East\u00a0", "middle east"}, {"Ａｓｉａ", "asia"}, {"ﬁlm", "Film"}, {"Việt Nam", "viet nam"}}
	for _, pair := range same {
		if a, b := language.Fold(pair[0]), language.Fold(pair[1]); a != b || !language.Same(pair[0], pair[1]) {
			t.Errorf("Fold(%q) = %q, Fold(%q) = %q: want the same", pair[0], a, pair[1], b)
		}
	}
	differ := [][2]string{{"op-ed", "op ed"}, {"ガス", "カス"}, {"किताब", "कताब"}, {"Iran", "Iraq"}}
	for _, pair := range differ {
		if a, b := language.Fold(pair[0]), language.Fold(pair[1]); a == b || language.Same(pair[0], pair[1]) {
			t.Errorf("Fold(%q) = Fold(%q) = %q: want them apart", pair[0], pair[1], a)
		}
	}
}
