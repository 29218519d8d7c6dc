package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"roundup/cmd/roundup/terminal"
	"roundup/subscribers"
)

// showPlan prints how a file is read.
func (a *app) showPlan(list *listFile) {
	f := list.Format
	source := "no tool that is known"
	if f.Tool != "" {
		source = "an export of " + f.Tool
	}
	t := terminal.NewTable(a.people())
	t.Row("Source", fmt.Sprintf("%s: %s, %s, %s", list.name, source, f.Encoding, delimiterWords(f.Delimiter)))
	for _, r := range f.Roles {
		what := r.Field
		if what == "left" {
			what = "time of leaving"
		}
		column := fmt.Sprintf("%q", r.Column)
		if !f.Header {
			column = "column " + r.Column
		}
		t.Row("  "+what, column)
	}
	t.Row("Who left", standingWords(f, list.read))
	_ = t.Flush() // a screen that is gone shows itself at the next line
}

func standingWords(f subscribers.Format, o subscribers.ReadOptions) string {
	var words []string
	if w := o.ActiveWhen; w.Column != "" {
		words = append(words, fmt.Sprintf("%q tells: active are %s", w.Column, strings.Join(w.Values, ", ")))
	}
	switch {
	case len(words) > 0:
	case f.Tool != "":
		words = append(words, "as exports of "+f.Tool+" tell it")
	case f.Says:
		words = append(words, "its columns tell")
	}
	if s := o.Silent; s != "" {
		words = append(words, "lines that say nothing: "+string(s))
	}
	if len(words) == 0 {
		return "nothing tells it"
	}
	return strings.Join(words, "; ")
}

func delimiterWords(r rune) string {
	switch r {
	case ',':
		return "comma between columns"
	case ';':
		return "semicolon between columns"
	case '\t':
		return "tab between columns"
	}
	return fmt.Sprintf("%q between columns", r)
}

// undecided is the error for a file that does not say who left, where nobody
// can be asked.
func undecided(name string, s subscribers.Survey) error {
	msg := fmt.Sprintf("%s: %s, and no column is known to say who left", name, count(s.Addresses, "address"))
	hint := "if all of them agreed to get this newsletter: --status active"
	for i, c := range s.Columns[:min(len(s.Columns), shownColumns)] {
		msg += fmt.Sprintf("; %q holds %s", c.Column, valueWords(c))
		if i == 0 {
			hint += "; if a column tells: --active-when " + terminal.ShellWord(c.Column+"="+c.Values[0].Value)
		}
	}
	return &usageError{msg: oneLine(msg), hint: oneLine(hint)}
}

// shownColumns is how many columns that may tell who left are shown.
const shownColumns = 4

// valueWords is "regular 2, unactivated 1".
func valueWords(c subscribers.ColumnValues) string {
	words := make([]string, 0, len(c.Values))
	for _, v := range c.Values {
		value := v.Value
		if value == "" {
			value = "(empty)"
		}
		words = append(words, fmt.Sprintf("%s %d", value, v.Count))
	}
	return strings.Join(words, ", ")
}

// errSaidNo is that a person, asked, wants nothing to be done.
var errSaidNo = errors.New("you said no")

// askStanding asks who of a file may be mailed, and writes the answer into o.
func (a *app) askStanding(ctx context.Context, name string, s subscribers.Survey, o *subscribers.ReadOptions) error {
	q := terminal.NewAsker(ctx, a.std.In, a.std.Err)
	q.Sayf("%s: %s, and no column is known to say who left.\n", oneLine(name), count(s.Addresses, "address"))
	question := "If all of them agreed to get this newsletter, and none has left: take them as active? [y/N] "
	if len(s.Columns) > 0 {
		q.Sayf("These columns may tell:\n")
		for _, c := range s.Columns[:min(len(s.Columns), shownColumns)] {
			q.Sayf("  %s: %s\n", oneLine(c.Column), oneLine(valueWords(c)))
		}
		first := s.Columns[0]
		question = fmt.Sprintf("Who may be mailed? (%s for those alone, all for everybody, Enter for nobody) ",
			oneLine(first.Column+"="+first.Values[0].Value))
	}
	for {
		answer, err := q.Ask(question)
		if errors.Is(err, terminal.ErrNoAnswer) {
			return errSaidNo
		}
		if err != nil {
			return err
		}
		switch word := strings.ToLower(answer); {
		case word == "" || word == "n" || word == "no":
			return errSaidNo
		case word == "all", len(s.Columns) == 0 && (word == "y" || word == "yes"): // yes to "who?" is no answer
			o.Silent = subscribers.Active
			return nil
		}
		if when, ok := subscribers.ParseActiveWhen(answer); ok && s.Has(when) {
			o.ActiveWhen = when
			return nil
		}
		if len(s.Columns) == 0 {
			q.Sayf("  That can't be: %q is neither y nor n\n", oneLine(answer))
			continue
		}
		q.Sayf("  That can't be: %q is neither a column with values of it, nor all\n", oneLine(answer))
	}
}
