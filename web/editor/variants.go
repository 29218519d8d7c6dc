package editor

import (
	"slices"
	"strings"

	"roundup/digest"
	"roundup/internal/desk/planner"
	"roundup/internal/language"
)

// asSections begins what is shown as readers of some sections get it, instead of the
// address of one; behind asLanguage stands the language they chose.
const (
	asSections = "sections:"
	asLanguage = ";"
)

// asOfVariant is what a variant is shown by.
func asOfVariant(v digest.Variant) string {
	as := asSections + strings.Join(v.Sections, ",")
	if v.Language != "" {
		as += asLanguage + v.Language
	}
	return as
}

// Reader is the address of the reader whose mail is shown; "" for a stand-in's.
func (d display) Reader() string {
	if strings.HasPrefix(d.As, asSections) {
		return ""
	}
	return d.As
}

// AsVariant is the relative address of the page with a variant shown.
func (d display) AsVariant(as string) string {
	d.As = as
	return d.address(nil)
}

// variantAsked is the variant of a plan that is asked for; false for none.
func variantAsked(p planner.Plan, as string) (digest.Variant, bool) {
	for _, v := range p.Variants {
		if v.Unsent == "" && asOfVariant(v) == as {
			return v, true
		}
	}
	return digest.Variant{}, false
}

// variantsOf are those of a plan for the page's menu; shown is the one that is.
func variantsOf(p planner.Plan, shown digest.Variant) []Variant {
	if len(p.Variants) < 2 {
		return nil
	}
	titles := map[string]string{}
	for _, s := range p.Issue.Sections {
		titles[s.Key] = s.Title
	}
	var all []Variant
	for _, v := range p.Variants {
		line := Variant{Name: variantName(p, v, titles), As: asOfVariant(v), Readers: v.Readers, Shown: v.Number == max(shown.Number, digest.Whole)}
		if v.Unsent != "" {
			line.Name, line.As, line.Shown = "No mail: "+v.Unsent, "", false
		}
		all = append(all, line)
	}
	return all
}

// variantName says which sections a variant has, and in which language it is around them.
func variantName(p planner.Plan, v digest.Variant, titles map[string]string) string {
	name := "Everything"
	if !slices.Equal(v.Sections, p.Variants[0].Sections) {
		var names []string
		for _, key := range v.Sections {
			names = append(names, titles[key])
		}
		name = strings.Join(names, ", ")
	}
	if v.Language != "" {
		name += " · " + language.SelfNames([]string{v.Language})[0]
	}
	return name
}
