package readership

import (
	"fmt"
	"slices"
	"strings"

	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/internal/language"
	"roundup/internal/nearest"
	"roundup/subscribers"
)

// allSections is the word for every section, also those that come later.
const allSections = "all"

// choiceFlags are what a choice is changed by: nil for what stays as it is.
type choiceFlags struct {
	sections, frequency, language *string
}

// choice is what the flags make of one.
func (f choiceFlags) choice(cfg *config.Config, c subscribers.Choice) (subscribers.Choice, error) {
	if f.sections != nil {
		there := cfg.Digest.SectionKeys()
		on := there
		if *f.sections != allSections {
			var err error
			if on, err = sectionsNamed(*f.sections, there); err != nil {
				return c, err
			}
		}
		c = c.Only(on, there)
		if *f.sections == allSections {
			c.Off = nil
		}
	}
	if f.frequency != nil {
		often := subscribers.Frequency(*f.frequency)
		if !often.Known() {
			return c, &words.UsageError{Msg: fmt.Sprintf("--frequency: %q is neither every nor monthly", *f.frequency)}
		}
		c.Monthly = often == subscribers.Monthly
	}
	if f.language == nil {
		return c, nil
	}
	found, err := words.Language(cfg.Newsletter, *f.language)
	c.Language = cfg.Newsletter.OtherLanguage(found)
	return c, err
}

// sectionsNamed are the keys of a list of sections, each by its key or title.
func sectionsNamed(list string, there []string) ([]string, error) {
	if len(there) < 2 {
		return nil, &words.UsageError{Msg: "--sections: there is nothing to choose from", Hint: "the newsletter has one section; digest.sections makes more"}
	}
	var on []string
	for name := range strings.SplitSeq(list, ",") {
		key := language.Key(name)
		if key == "" {
			continue
		}
		if !slices.Contains(there, key) {
			hint := "there are: " + strings.Join(there, ", ")
			if meant := nearest.Of(key, there); meant != "" {
				hint = "did you mean " + meant + "? " + hint
			}
			return nil, &words.UsageError{Msg: fmt.Sprintf("--sections: there is no section %q", strings.TrimSpace(name)), Hint: hint}
		}
		on = append(on, key)
	}
	if len(on) == 0 {
		return nil, &words.UsageError{Msg: "--sections: no section is left", Hint: "who wants none: roundup subscribers remove EMAIL"}
	}
	return on, nil
}
