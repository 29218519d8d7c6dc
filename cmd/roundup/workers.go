package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store/ledger"
)

func newWorkers(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "workers",
		Short: "who sends, on what, how fast and since when (PostgreSQL)",
		Long: `List the processes that send: ` + "`roundup work`, and `roundup serve` and `roundup send`" + ` where
they do, and those among them whose settings or version are not those of this command.

One that was not heard of for 45 seconds is gone, and the others take over what it had; it
is listed apart for a day, or until it comes back.`,
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
	atWork, gone, err := st.Workers(ctx)
	if err != nil {
		return err
	}
	own := desk.Fingerprints(a.Settings)
	if a.JSON {
		for _, w := range slices.Concat(atWork, gone) {
			if err := a.PrintJSON(asjson.WorkerOf(w, own.Differing(w.Fingerprints), a.Now())); err != nil {
				return err
			}
		}
		return nil
	}
	if err := listAtWork(a, atWork); err != nil {
		return err
	}
	if differing := ledger.DifferingOf(atWork, own); len(differing) > 0 {
		a.Printf("\nThey send by other settings than those here (%s):\n%s", a.Settings.Path, words.OtherSettings(differing))
	}
	if others := ledger.OfOtherVersions(atWork, a.Version); len(others) > 0 {
		a.Printf("\nThey are of another version than this one (%s):\n%s", a.Version, words.OtherVersions(others))
	}
	return listGone(a, gone)
}

func listAtWork(a *app.App, all []ledger.Worker) error {
	if len(all) == 0 {
		a.Printf("Nobody is at work. `roundup work` begins; `roundup serve` sends too, unless work.here is false.\n")
		return nil
	}
	t := terminal.NewTable(a.People(), "WORKER", "SINCE", "DOES", "SENT", "RATE")
	for _, w := range all {
		t.Row(w.Name, a.Local(w.Started), workerDoes(w), wording.Thousands(w.Sent), fmt.Sprintf("%.1f a second", w.Rate))
	}
	return t.Flush()
}

// listGone lists those that are gone apart: what they did once is no news of the present, what
// they still have is.
func listGone(a *app.App, all []ledger.Worker) error {
	if len(all) == 0 {
		return nil
	}
	a.Printf("\n")
	t := terminal.NewTable(a.People(), "GONE", "SINCE", "STILL HAS", "SENT")
	for _, w := range all {
		has := "–"
		if len(w.Ranges) > 0 {
			has = fmt.Sprintf("issue %d, %s", w.Issue, rangesWords(w.Ranges))
		}
		t.Row(w.Name, a.Local(a.Now().Add(-w.Silent)), has, wording.Thousands(w.Sent))
	}
	return t.Flush()
}

// workerDoes is what a worker does, in words.
func workerDoes(w ledger.Worker) string {
	switch {
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
