package main

import (
	"io"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/terminal"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/desk"
)

func newFetch(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "fetch",
		Short: "read the sources now",
		Long: `Read every configured source now, side by side, and keep what they say. A source
that can't be read is named and stops nothing; what was read of it before is kept.
The exit code is then 1, so that a script notices: one source is enough.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			fetched, err := d.Fetch(cmd.Context())
			if err != nil {
				return err
			}
			return a.printFetched(fetched)
		},
	}
}

// printFetched prints what each source gave. One that failed is a failure: what it
// would have given may be gone the next time, and a script must hear of it.
func (a *app) printFetched(fetched []desk.Fetched) error {
	failed := 0
	for _, f := range fetched {
		if f.Error != "" {
			failed++
		}
		if a.json {
			if err := a.printJSON(asjson.FetchedOf(f)); err != nil {
				return err
			}
		}
	}
	switch {
	case a.json:
	case len(fetched) == 0:
		a.printf("No source is configured. Add one under sources: in %s.\n", a.cfg.Path)
	default:
		tableOfFetched(a.people(), fetched)
	}
	if failed > 0 {
		return &codeError{exitFailed}
	}
	return nil
}

func tableOfFetched(w io.Writer, fetched []desk.Fetched) {
	t := terminal.NewTable(w, "SOURCE", "ITEMS", "NEW", "CHANGED", "RESULT")
	for _, f := range fetched {
		words := fetchedWords(f)
		t.Row(terminal.CutMiddle(f.Source, 48), num(f.Items), num(f.New), num(f.Changed), words[0])
		for _, more := range words[1:] {
			t.Note(more)
		}
	}
	_ = t.Flush() // what can't be printed can't be told either
}

// fetchedWords says what a source gave, a line each.
func fetchedWords(f desk.Fetched) []string {
	if f.Error != "" {
		words := []string{"not read: " + f.Error}
		if digest.SaysEmptied(f.Error) {
			words = append(words, "if it may be empty: `roundup sources accept`")
		}
		return words
	}
	said := []string{"read"}
	if f.NotModified {
		said[0] = "not changed since the last reading"
	}
	if f.Baseline > 0 {
		said = append(said, count(f.Baseline, "article")+" older than the first window: known, not owed")
	}
	if f.Quarantined > 0 {
		said = append(said, count(f.Quarantined, "article")+" quarantined: see `roundup sources`")
	}
	return append(said, f.Warnings...)
}
