package language_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/feature/plural"
	xlanguage "golang.org/x/text/language"

	"roundup/internal/language"
)

// texts lists every text of a language by the name of its field.
func texts(words any) map[string]string {
	found := map[string]string{}
	v := reflect.ValueOf(words)
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case !v.Type().Field(i).IsExported():
		case field.Kind() == reflect.String:
			found[name] = field.String()
		case field.Kind() == reflect.Struct && field.Type() != reflect.TypeFor[language.Plural]():
			for inner, text := range texts(field.Interface()) {
				found[name+"."+inner] = text
			}
		}
	}
	return found
}

var filledIn = regexp.MustCompile(`\{\w*\}`)

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	english := texts(language.WordsFor("en"))
	for _, tag := range append(language.Known(), "pt-PT", "ar-EG") {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			for name, text := range texts(language.WordsFor(tag)) {
				if name == "DateWords.FirstDay" || name == "DateWords.Digits" || name == "Tied" || name == "Joints" || name == "Seconds" {
					continue
				}
				if strings.TrimSpace(text) == "" || text != strings.Trim(text, " \n\t") {
					t.Errorf("%s is %q", name, text)
				}
				want, got := filledIn.FindAllString(english[name], -1), filledIn.FindAllString(text, -1)
				slices.Sort(want)
				slices.Sort(got)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s: %q fills in other things than English does (-want +got):\n%s", name, text, diff)
				}
			}
		})
	}
}

// quoted is a name between the marks that a language sets around it, if any.
var quoted = regexp.MustCompile(`[«„“]?\x{a0}?\{name\}\x{a0}?[»”“]?`)

// A newsletter's name stands between the same marks wherever it is within a
// sentence; a subject that ends in it has none.
func TestNamesAreQuotedAlike(t *testing.T) {
	t.Parallel()
	for _, tag := range append(language.Known(), "pt-PT") {
		words := language.WordsFor(tag)
		want := quoted.FindString(words.Pages.LeftSaid)
		for _, part := range []any{words.Archive, words.Pages, words.Join, words.Leaving, words.Address, words.Me, words.Choosing} {
			for name, text := range texts(part) {
				if got := quoted.FindString(text); got != "" && got != want && !strings.HasSuffix(text, ": {name}") {
					t.Errorf("%s: %T.%s: %q has the name as %q, want %q", tag, part, name, text, got, want)
				}
			}
		}
	}
}

// No line ends where one must not: before a French colon, behind a one-letter word.
func TestSpacesThatDoNotBreak(t *testing.T) {
	t.Parallel()
	for _, tag := range language.Known() {
		words := language.WordsFor(tag)
		wrong := regexp.MustCompile("[ ][:?!;»]|« ")
		if words.Tied != "" {
			wrong = regexp.MustCompile("(?:^|[ \u00a0«„(])[" + words.Tied + "] ")
		}
		for name, text := range texts(words) {
			if wrong.MatchString(text) {
				t.Errorf("%s: %s: %q has a space at which a line may end", tag, name, text)
			}
		}
	}
}

func TestLanguagesCopyNothingFromEnglish(t *testing.T) {
	t.Parallel()
	english := language.WordsFor("en")
	for _, tag := range language.Known() {
		words := language.WordsFor(tag)
		if tag != "en" && (words.SentTo == english.SentTo || words.Pages.FaultHelp == english.Pages.FaultHelp || words.Weekdays == english.Weekdays) {
			t.Errorf("%s speaks English", tag)
		}
	}
}

// TestPluralForms counts as far as any reading takes and asks for a text of its
// own for each form that CLDR has a number for on the way.
func TestPluralForms(t *testing.T) {
	t.Parallel()
	for _, tag := range language.Known() {
		words := language.WordsFor(tag)
		for name, forms := range map[string]language.Plural{"Minutes": words.Minutes, "More": words.More, "Archive.Weeks": words.Archive.Weeks} {
			pluralForms(t, tag+": "+name, xlanguage.MustParse(tag), forms)
		}
	}
}

func pluralForms(t *testing.T, name string, tag xlanguage.Tag, forms language.Plural) {
	t.Helper()
	text := map[plural.Form]string{plural.Zero: forms.Zero, plural.One: forms.One, plural.Two: forms.Two,
		plural.Few: forms.Few, plural.Many: forms.Many, plural.Other: forms.Other}
	needed := map[plural.Form]bool{plural.Other: true}
	for n := range 1000 {
		needed[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)] = true
	}
	for form, said := range text {
		switch {
		case needed[form] != (said != ""):
			t.Errorf("%s: form %v is %q, needed: %v", name, form, said, needed[form])
		case form >= plural.Few && said != "" && !strings.Contains(said, "{n}"), form == plural.Other && !strings.Contains(said, "{n}"):
			t.Errorf("%s: form %v does not say how many: %q", name, form, said)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	tests := []struct {
		tag  string
		n    int
		want string
	}{
		{"en", 1, "1 min read"},
		{"en", 7, "7 min read"},
		{"de", 12, "12 Min. Lesezeit"},
		{"pl", 1, "1 minuta czytania"},
		{"pl", 3, "3 minuty czytania"},
		{"pl", 5, "5 minut czytania"},
		{"pl", 12, "12 minut czytania"},
		{"pl", 22, "22 minuty czytania"},
		{"ru", 1, "1 минута чтения"},
		{"ru", 2, "2 минуты чтения"},
		{"ru", 11, "11 минут чтения"},
		{"ru", 21, "21 минута чтения"},
		{"ar", 1, "قراءة في دقيقة واحدة"},
		{"ar", 2, "قراءة في دقيقتين"},
		{"ar", 7, "قراءة في 7 دقائق"},
		{"ar", 15, "قراءة في 15 دقيقة"},
		{"ar-EG", 15, "قراءة في ١٥ دقيقة"},
		{"ar", 100, "قراءة في 100 دقيقة"},
	}
	for _, tt := range tests {
		words := language.WordsFor(tt.tag)
		if got := breaking(words.Count(words.Minutes, tt.n)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.tag, got, tt.want)
		}
	}
}

func TestMonthsAndWeekdays(t *testing.T) {
	t.Parallel()
	for _, tag := range append(language.Known(), "de-AT", "es-UY", "ar-SY", "ar-TN", "ar-MA", "ar-MR") {
		words := language.WordsFor(tag)
		for what, names := range map[string][]string{"months": words.Months[:], "weekdays": words.Weekdays[:], "issues": words.Archive.Weekly[:]} {
			distinct := map[string]bool{}
			for _, name := range names {
				distinct[name] = name != ""
			}
			if len(distinct) != len(names) || distinct[""] {
				t.Errorf("%s: %s are %q", tag, what, names)
			}
		}
	}
}

// breaking has spaces that may be broken at for those that may not.
func breaking(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }
