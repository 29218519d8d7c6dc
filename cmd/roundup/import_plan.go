package main

import (
	"fmt"
	"strings"

	"roundup/subscribers"
)

// showPlan prints how a file is read.
func (a *app) showPlan(list *listFile, o importOptions) {
	f := list.Format
	source := "no tool that is known"
	if f.Tool != "" {
		source = "an export of " + f.Tool
	}
	t := newTable(a.people())
	t.row("Source", fmt.Sprintf("%s: %s, %s, %s", list.name, source, f.Encoding, delimiterWords(f.Delimiter)))
	for _, r := range f.Roles {
		what := r.Field
		if what == "left" {
			what = "time of leaving"
		}
		column := fmt.Sprintf("%q", r.Column)
		if !f.Header {
			column = "column " + r.Column
		}
		t.row("  "+what, column)
	}
	t.row("Who left", standingWords(f, o))
	_ = t.flush() // a screen that is gone shows itself at the next line
}

func standingWords(f subscribers.Format, o importOptions) string {
	var words []string
	if w := o.read.ActiveWhen; w.Column != "" {
		words = append(words, fmt.Sprintf("%q tells: active are %s", w.Column, strings.Join(w.Values, ", ")))
	}
	switch {
	case len(words) > 0:
	case f.Tool != "":
		words = append(words, "as exports of "+f.Tool+" tell it")
	case f.Says:
		words = append(words, "its columns tell")
	}
	if s := o.read.Silent; s != "" {
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
