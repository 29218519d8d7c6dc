package digest

import (
	"slices"
	"strings"

	"roundup/internal/language"
)

// Whole is the number of an issue's variant that has all of its sections, in the newsletter's
// language: that of its page, and of readers who have chosen nothing.
const Whole = 1

// Why readers of a variant are skipped.
const (
	NothingChosen  = "none of their sections has an article"
	NotMonthsFirst = "only the first issue of a month is for them"
)

// Variant is an issue as readers of one choice get it, who share it. Rendered it is the
// same for each of them but for its placeholders, which stand in HTML and Text as
// Issue.Mark writes them.
type Variant struct {
	Number   int      // within the issue, from Whole
	Sections []string // keys of those it has, in the issue's order
	Language string   // of the words around the articles, BCP 47; "" for the newsletter's own
	Unsent   string   // why its readers are skipped; "" for one that is sent
	Readers  int      // how many get it; 0 as long as nobody counted

	Subject  string
	HTML     string
	Text     string
	Page     string     // the issue on the web, as HTML: for everybody, so that nobody's name, address or way out is in it; only of the whole issue
	Greeting Greeting   // what PlaceGreeting is filled with
	Pictures []Embedded // in the order of the mail; nil where pictures are linked
}

// Shows reports whether its mail has an embedded picture.
func (v Variant) Shows(p Embedded) bool { return strings.Contains(v.HTML, `"cid:`+p.ContentID+`"`) }

// Same reports whether two variants of an issue are for the same readers: who is skipped for
// the same reason, or gets the same.
func (v Variant) Same(o Variant) bool {
	return o.Unsent == v.Unsent && o.Language == v.Language && slices.Equal(o.Sections, v.Sections)
}

// key is the same of variants that are Same, and of no others.
func (v Variant) key() string {
	return strings.Join(append([]string{v.Unsent, v.Language}, v.Sections...), "\x00")
}

// Wish is how many readers want an issue without some of its sections, in a language.
type Wish struct {
	Off      []string // keys of the sections they have turned off
	Language string   // as Variant.Language
	Unsent   string   // why this issue is not for them; "" for one that is
	Readers  int
}

// wants reports whether they get a section.
func (w Wish) wants(key string) bool {
	return w.Unsent == "" && (key == "" || !slices.Contains(w.Off, key))
}

// Unwanted lists the keys of the sections that nobody gets. Where nobody gets any,
// none is unwanted: it is not for what they chose.
func Unwanted(sections []Section, wishes []Wish) []string {
	var keys []string
	for _, s := range sections {
		if !slices.ContainsFunc(wishes, func(w Wish) bool { return w.wants(s.Key) }) {
			keys = append(keys, s.Key)
		}
	}
	if len(keys) == len(sections) {
		return nil
	}
	return keys
}

// Variants makes as few variants of an issue as its readers' wishes need, the whole one
// first, and returns with them the number of the one that each wish gets. Wishes that
// differ in what the issue does not have get the same.
func Variants(sections []IssueSection, wishes []Wish) (variants []Variant, of []int) {
	variants = []Variant{{Number: Whole, Sections: SectionKeys(sections)}}
	numbers := map[string]int{variants[0].key(): Whole}
	for _, w := range wishes {
		v := Variant{Unsent: w.Unsent}
		if v.Unsent == "" {
			v.Language = w.Language
			if v.Sections = SectionKeys(Without(sections, w.Off)); len(v.Sections) == 0 {
				v.Unsent, v.Language = NothingChosen, ""
			}
		}
		key := v.key()
		if numbers[key] == 0 {
			v.Number = len(variants) + 1
			numbers[key] = v.Number
			variants = append(variants, v)
		}
		variants[numbers[key]-1].Readers += w.Readers
		of = append(of, numbers[key])
	}
	return variants, of
}

// VariantWithout is the variant, of an issue that has started, for a reader who asks for
// it alone, in a language of their choice. Where nobody has the same, it is the one of
// their sections in the newsletter's language, else the whole issue: in their language where
// somebody has it so.
func VariantWithout(frozen []Variant, off []string, chosen string) (found Variant) {
	var all, want, languages []string
	for _, v := range frozen {
		if v.Language != "" {
			languages = append(languages, v.Language)
		}
		if v.Number == Whole {
			found, all = v, v.Sections
			want = slices.DeleteFunc(slices.Clone(v.Sections), func(key string) bool { return slices.Contains(off, key) })
		}
	}
	chosen = language.Among(chosen, languages)
	for _, best := range []Variant{{Sections: want, Language: chosen}, {Sections: want}, {Sections: all, Language: chosen}} {
		if at := slices.IndexFunc(frozen, best.Same); at >= 0 {
			return frozen[at]
		}
	}
	return found
}

// Without are the sections less those turned off, by their keys. One without a key
// is not for choosing.
func Without(sections []IssueSection, off []string) []IssueSection {
	var left []IssueSection
	for _, s := range sections {
		if s.Key == "" || !slices.Contains(off, s.Key) {
			left = append(left, s)
		}
	}
	return left
}

// Only are the sections of these keys.
func Only(sections []IssueSection, keys []string) []IssueSection {
	var only []IssueSection
	for _, s := range sections {
		if slices.Contains(keys, s.Key) {
			only = append(only, s)
		}
	}
	return only
}

// SectionKeys are the keys of the sections that have an article.
func SectionKeys(sections []IssueSection) []string {
	keys := []string{}
	for _, s := range sections {
		if len(s.Articles) > 0 {
			keys = append(keys, s.Key)
		}
	}
	return keys
}
