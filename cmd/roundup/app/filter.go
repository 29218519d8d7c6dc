package app

import (
	"errors"
	"slices"
	"strings"

	"roundup/cmd/roundup/words"
	"roundup/internal/nearest"
	"roundup/internal/oneline"
	"roundup/subscribers"
)

// FilterHelp says what a filter may be, in the help of a command that takes one.
const FilterHelp = `A filter is one or more of these, all of which must hold; with a minus sign before it, one
must not: status:active (pending, unsubscribed), label:patron, section:opinion (readers who
get that section, by its key), domain:example.org, joined:2026-01-31 (a day in UTC; <, <=, >
or >= before it, in quotation marks for the shell).
A value with spaces stands between quotation marks: 'label:"old friends"'. Before terms
with a minus sign stands --, so that they are not taken for flags.`

// ParseFilter reads a filter as a shell hands it over, which has taken the quotation marks
// off label:"old friends". An argument without a term is a mistake: of a shell's variable
// that is not set nothing remains, and all readers would be found.
func (a *App) ParseFilter(args []string) (all subscribers.Filter, err error) {
	cfg, err := a.Config()
	if err != nil {
		return all, err
	}
	sections := cfg.Digest.SectionKeys()
	if len(sections) < 2 {
		sections = nil // nobody chooses
	}
	for i, arg := range args {
		if strings.TrimSpace(arg) == "" {
			return all, &words.UsageError{
				Msg:  "filter: there is nothing in it, which would find everybody",
				Hint: "status:active finds everybody who is mailed; " + words.NotSet,
			}
		}
		f, err := subscribers.ParseFilter(arg, sections)
		if field, value, ok := strings.Cut(arg, ":"); err != nil && ok && !strings.Contains(arg, `"`) && strings.Contains(value, " ") && !holdsTerm(value) {
			if whole, quoted := subscribers.ParseFilter(field+`:"`+value+`"`, sections); quoted == nil {
				f, err = whole, nil
			}
		}
		if err != nil {
			return all, filterMistake(args, i, err)
		}
		all.Terms = append(all.Terms, f.Terms...)
	}
	return all, nil
}

// holdsTerm reports whether behind the first word of a value another term begins. Then the
// mistake is in that: taken for one value with spaces, a filter would find others than it names.
func holdsTerm(value string) bool {
	parts := strings.Fields(value)
	return len(parts) > 0 && slices.ContainsFunc(parts[1:], func(part string) bool {
		field, _, ok := strings.Cut(strings.TrimPrefix(part, "-"), ":")
		return ok && nearest.Of(field, subscribers.FilterFields()) != ""
	})
}

// filterMistake shows the place of a mistake in the argument with that number.
func filterMistake(args []string, number int, err error) error {
	var mistake *subscribers.FilterError
	if !errors.As(err, &mistake) {
		return err
	}
	before := strings.Join(append(append([]string{}, args[:number]...), ""), " ")
	at := len([]rune(before)) + mistake.At
	usage := &words.UsageError{Msg: "filter: " + oneline.Plain(mistake.Reason) + "\n  " + oneline.Plain(strings.Join(args, " ")) + "\n  " + strings.Repeat(" ", at) + "^"}
	if mistake.Near != "" {
		usage.Hint = "did you mean " + mistake.Near + "?"
	}
	return usage
}
