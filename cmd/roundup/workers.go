package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/internal/asjson"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store/ledger"
)

func newWorkers(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "workers",
		Short: "who sends, on what, how fast and since when (PostgreSQL)",
		Long: `List the processes that send: ` + "`roundup work`, and `roundup serve` and `roundup send`" + ` where
they do. One that was not heard of for 45 seconds is gone, and the others take over what
it had; it is listed for a day, or until it comes back.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return workers(cmd.Context(), a) },
	}
}

func workers(ctx context.Context, a *app.App) error {
	if err := onServer(a); err != nil {
		return err
	}
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	all, err := st.Workers(ctx)
	if err != nil {
		return err
	}
	if a.JSON {
		for _, w := range all {
			if err := a.PrintJSON(asjson.WorkerOf(w)); err != nil {
				return err
			}
		}
		return nil
	}
	if len(all) == 0 {
		a.Printf("Nobody is at work. `roundup work` begins; `roundup serve` sends too, unless work.here is false.\n")
		return nil
	}
	t := terminal.NewTable(a.People(), "WORKER", "SINCE", "DOES", "SENT", "RATE")
	for _, w := range all {
		t.Row(w.Name, a.Local(w.Started), workerDoes(w), wording.Thousands(w.Sent), rateWords(w))
	}
	return t.Flush()
}

// rateWords is how fast a worker sends; "–" for one that is gone.
func rateWords(w ledger.Worker) string {
	if w.Gone {
		return "–"
	}
	return fmt.Sprintf("%.1f a second", w.Rate)
}

// workerDoes is what a worker does, in words.
func workerDoes(w ledger.Worker) string {
	switch {
	case w.Gone && len(w.Ranges) > 0:
		return fmt.Sprintf("gone, not heard of for %s; had %s of issue %d", wording.Span(w.Silent), rangesWords(w.Ranges), w.Issue)
	case w.Gone:
		return "gone, not heard of for " + wording.Span(w.Silent)
	case w.Trouble != "":
		return fmt.Sprintf("issue %d: waits for the relay (%s)", w.Issue, oneline.Plain(w.Trouble))
	case w.Issue == 0:
		return "nothing to do"
	case len(w.Ranges) == 0:
		return fmt.Sprintf("issue %d", w.Issue)
	}
	return fmt.Sprintf("issue %d, %s", w.Issue, rangesWords(w.Ranges))
}

func rangesWords(numbers []int) string {
	all := make([]string, len(numbers))
	for i, n := range numbers {
		all[i] = fmt.Sprint(n)
	}
	if len(all) == 1 {
		return "range " + all[0]
	}
	return "ranges " + strings.Join(all, ", ")
}
