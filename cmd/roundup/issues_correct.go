package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
)

func newIssuesCorrect(a *app.App) *cobra.Command {
	var remove bool
	c := &cobra.Command{
		Use:   "correct <number> [text]",
		Short: "put a dated correction on top of its page and of its entry in the feeds",
		Long: `Put a correction on top of an issue's page on the web, and of its entry in the feeds:
plain text, its line breaks kept, below the day it is made. Each further one keeps its
own day and stands below those before it; --remove takes the last one away.

The issue's mails stay as they were frozen, and nobody is mailed a correction: an extra
issue does that ("roundup edit note", "roundup send --now").`,
		Example: `  roundup issues correct 12 'The harbour is in Gdynia, not in Gdansk.'
  roundup issues correct 12 - < correction.txt
  roundup issues correct 12 --remove`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if remove == (len(args) == 2) {
				return &words.UsageError{Msg: "give the text of a correction, or --remove", Hint: "quote a text of several words; - reads it from standard input"}
			}
			return withIssue(cmd.Context(), a, args[0], func(ctx context.Context, a *app.App, st *store.Store, issue digest.Issue) error {
				if remove {
					return removeCorrection(ctx, a, st, issue.Number)
				}
				text, err := correctionText(ctx, a, args[1])
				if err != nil {
					return err
				}
				return correctIssue(ctx, a, st, issue.Number, text)
			})
		},
	}
	c.Flags().BoolVar(&remove, "remove", false, "take its last correction away")
	return c
}

// correctionText is a correction as it is printed; - reads it from standard input.
func correctionText(ctx context.Context, a *app.App, given string) (string, error) {
	if given == "-" {
		read, err := io.ReadAll(io.LimitReader(terminal.Patient(ctx, a.In), mostText))
		if err != nil {
			return "", err
		}
		given = string(read)
	}
	return digest.CorrectionText(given)
}

func correctIssue(ctx context.Context, a *app.App, st *store.Store, number int, text string) error {
	err := st.CorrectIssue(ctx, number, text, a.Actor())
	if errors.Is(err, content.ErrNotOut) {
		return &words.HintedError{Err: fmt.Errorf("issue %d: %w", number, err), Hint: "`roundup issues` shows where it stands"}
	}
	if err != nil {
		return fmt.Errorf("issue %d: %w", number, err)
	}
	a.Printf("Issue %d is corrected, on top of its page and of its entry in the feeds. Its mails stay as they went out.\n", number)
	return tellIssue(ctx, a, st, number)
}

func removeCorrection(ctx context.Context, a *app.App, st *store.Store, number int) error {
	if err := st.RemoveCorrection(ctx, number, a.Actor()); err != nil {
		return fmt.Errorf("issue %d: %w", number, err)
	}
	a.Printf("The last correction of issue %d is taken away.\n", number)
	return tellIssue(ctx, a, st, number)
}
