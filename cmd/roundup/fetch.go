package main

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/wording"
)

func newFetch(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "fetch",
		Short: "read the sources now",
		Long: `Read every configured source now, side by side, and keep what they say. A source
that can't be read is named and stops nothing; what was read of it before is kept.
The exit code is then 1, so that a script notices: one source is enough.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := a.Desk(cmd.Context())
			if err != nil {
				return err
			}
			fetched, err := d.Fetch(cmd.Context())
			if err != nil {
				return err
			}
			return printFetched(a, fetched)
		},
	}
}

// printFetched prints what each source gave. One that failed is a failure: what it
// would have given may be gone the next time, and a script must hear of it.
func printFetched(a *app.App, fetched []desk.Fetched) error {
	failed := 0
	for _, f := range fetched {
		if f.Error != "" {
			failed++
			a.WhyFailed(fmt.Sprintf("%s: %s", f.Source, strings.Join(fetchedWords(f), "; ")))
		}
		a.Tell(asjson.FetchedOf(f))
	}
	switch {
	case a.JSON:
	case len(fetched) == 0:
		a.Printf("No source is configured. Add one under sources: in %s.\n", a.Settings.Path)
	default:
		tableOfFetched(a.People(), fetched)
	}
	if failed > 0 {
		return &app.CodeError{Code: app.ExitFailed}
	}
	return nil
}

func tableOfFetched(w io.Writer, fetched []desk.Fetched) {
	t := terminal.NewTable(w, "SOURCE", "ITEMS", "NEW", "CHANGED", "RESULT")
	for _, f := range fetched {
		words := fetchedWords(f)
		t.Row(terminal.CutMiddle(f.Source, 48), strconv.Itoa(f.Items), strconv.Itoa(f.New), strconv.Itoa(f.Changed), words[0])
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
		said = append(said, wording.Count(f.Baseline, "article")+" older than the first window: known, not owed")
	}
	if f.Quarantined > 0 {
		said = append(said, wording.Count(f.Quarantined, "article")+" quarantined: see `roundup sources`")
	}
	return append(said, f.Warnings...)
}

// fetchFlag adds --no-fetch to a command that fetches first.
func fetchFlag(cmd *cobra.Command, noFetch *bool) {
	cmd.Flags().BoolVar(noFetch, "no-fetch", false, "use what was read before, however old")
}

// freshDesk is desk after a fetch where the last one is too old.
func freshDesk(ctx context.Context, a *app.App, noFetch bool) (*desk.Desk, error) {
	d, err := a.Desk(ctx)
	if err != nil || noFetch {
		return d, err
	}
	fetched, err := d.FetchIfStale(ctx)
	for _, f := range fetched {
		if f.Error != "" {
			fmt.Fprintf(a.Err, "roundup: warning: %s not read: %s\n", f.Source, oneline.Plain(f.Error))
		}
	}
	return d, err
}
