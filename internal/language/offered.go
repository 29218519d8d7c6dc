package language

import (
	"slices"

	"golang.org/x/text/language"
)

// Tag is a BCP 47 tag in its usual form, "" for what is none.
func Tag(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil || parsed == language.Und {
		return ""
	}
	return parsed.String()
}

// HasWords reports whether there are words in the language of a tag.
func HasWords(tag string) bool {
	parsed, err := language.Parse(tag)
	if err != nil {
		return false
	}
	base, _ := parsed.Base()
	return slices.Contains(Known(), base.String())
}

// Among is the one of some languages that stands for a tag: the same, else the first that is
// the same language elsewhere; "" where none does.
func Among(tag string, offered []string) string {
	want := Tag(tag)
	if want == "" {
		return ""
	}
	for _, o := range offered {
		if Tag(o) == want {
			return o
		}
	}
	base, _ := Parse(tag).Base()
	for _, o := range offered {
		if other, _ := Parse(o).Base(); other == base {
			return o
		}
	}
	return ""
}

// SelfNames are what languages call themselves, "Deutsch", with the region where two of
// them would have the same name: "Deutsch (AT)".
func SelfNames(tags []string) []string {
	names := make([]string, len(tags))
	uses := map[string]int{}
	for i, tag := range tags {
		names[i] = WordsFor(tag).Named
		uses[names[i]]++
	}
	for i, tag := range tags {
		region, confidence := Parse(tag).Region()
		if uses[names[i]] > 1 && confidence == language.Exact {
			names[i] += " (" + region.String() + ")"
		}
	}
	return names
}
