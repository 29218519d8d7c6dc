package language_test

import (
	"testing"

	"roundup/internal/language"
)

// What Arabic is looked for by is one for all ways of typing it; labels keep them apart.
func TestFoldSearch(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, want string }{
		{"vowels", "مُحَمَّدٌ", "محمد"},
		{"a small alef above", "هٰذا", "هذا"},
		{"a line drawn out", "الـــعراق", "العراق"},
		{"alef with a hamza above", "أخبار", "اخبار"},
		{"alef with a hamza below", "إيران", "ايران"},
		{"alef with a madda", "آسيا", "اسيا"},
		{"alef of a liaison", "ٱلكتاب", "الكتاب"},
		{"teh marbuta", "صحيفة", "صحيفه"},
		{"alef maksura", "مستشفى", "مستشفي"},
		{"waw with a hamza", "مؤتمر", "موتمر"},
		{"yeh with a hamza", "رئيس", "رييس"},
		{"a hamza apart", "ا\u0654خبار ا\u0655يران ا\u0653سيا", "اخبار ايران اسيا"},
		{"forms of presentation", "ﻷول ﺻﺤﻴﻔﺔ", "لاول صحيفه"},
		{"digits", "٢٠٢٦ ۱۴۰۵", "2026 1405"},
		{"other scripts", "Économie किताब ガス й Ёлка", "economie किताब ガス й ёлка"},
	} {
		if got := language.FoldSearch(tt.text); got != tt.want {
			t.Errorf("%s: FoldSearch(%q) = %q, want %q", tt.name, tt.text, got, tt.want)
		}
		if again := language.FoldSearch(tt.want); again != tt.want {
			t.Errorf("%s: FoldSearch(%q) = %q once more", tt.name, tt.want, again)
		}
	}
	for _, label := range []string{"صحيفة", "رئيس", "أخبار", "٢٠٢٦"} {
		if got := language.Fold(label); got != label {
			t.Errorf("the label %q has become %q", label, got)
		}
	}
}

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
