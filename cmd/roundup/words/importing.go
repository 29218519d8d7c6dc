package words

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"roundup/cmd/roundup/terminal"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/subscribers/listfile"
	"roundup/subscribers/unpack"
)

// WriteImportPlan prints how a file of readers is read.
func WriteImportPlan(w io.Writer, name string, f listfile.Format, o listfile.ReadOptions) {
	source := "no tool that is known"
	if f.Tool != "" {
		source = "an export of " + f.Tool
	}
	t := terminal.NewTable(w)
	t.Row("Source", fmt.Sprintf("%s: %s, %s, %s", name, source, f.Encoding, delimiterWords(f.Delimiter)))
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
	t.Row("Who left", standingWords(f, o))
	_ = t.Flush() // a screen that is gone shows itself at the next line
}

func standingWords(f listfile.Format, o listfile.ReadOptions) string {
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

// Undecided is the error for a file that does not say who left, where nobody
// can be asked.
func Undecided(name string, s listfile.Survey) error {
	msg := fmt.Sprintf("%s: %s, and no column is known to say who left", name, wording.Count(s.Addresses, "address"))
	hint := "if all of them agreed to get this newsletter: --status active"
	for i, c := range s.Columns[:min(len(s.Columns), ShownColumns)] {
		msg += fmt.Sprintf("; %q holds %s", c.Column, Values(c))
		if i == 0 {
			// No value is proposed: the most frequent may be that of those who left.
			hint += "; if a column tells: --active-when " + terminal.ShellWord(c.Column+"=VALUE") + ", the value of those who may be mailed"
		}
	}
	return &UsageError{Msg: oneline.Plain(msg), Hint: oneline.Plain(hint)}
}

// ShownColumns is how many columns that may tell who left are shown.
const ShownColumns = 4

// Values is "regular 2, unactivated 1".
func Values(c listfile.ColumnValues) string {
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

// Unreadable says why a file can't be read as a list, and what to do.
func Unreadable(name string, err error) error {
	var (
		header *listfile.HeaderError
		column *listfile.NoColumnError
		kind   *listfile.FileKindError
		packed *unpack.RefusedError
	)
	msg := name + ": " + oneline.Plain(err.Error())
	switch {
	case errors.As(err, &column):
		option := "--map " + column.Option
		if column.Option == listfile.ActiveWhenOption {
			option = "--active-when"
		}
		return &UsageError{Msg: option + ": " + msg}
	case errors.As(err, &header) && header.Column() != "":
		return &UsageError{Msg: msg, Hint: "if that is the one: --map " + terminal.ShellWord("email="+header.Column())}
	case errors.As(err, &header):
		return &UsageError{Msg: msg, Hint: "a list needs a column named email, or one address a line; --map email=COLUMN names the column by hand"}
	case errors.As(err, &kind) && kind.Advice != "":
		return &HintedError{Err: errors.New(msg), Hint: kind.Advice}
	case errors.As(err, &packed) && packed.Advice != "":
		return &HintedError{Err: errors.New(msg), Hint: packed.Advice}
	}
	return errors.New(msg)
}
