package readership

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
	"roundup/internal/wording"
	"roundup/store"
	"roundup/subscribers"
)

func newSubscribersLabel(a *app.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "label",
		Short: "give many readers a label, or take it from them",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(
		newLabelling(a, labelCommand{
			use: "add <label> <filter>...", short: "give a label to the readers whom a filter finds",
			does: "Give a label to the readers whom a filter finds. Who has it, in any case, keeps it as it is.",
			example: `  roundup subscribers label add patron domain:example.org --dry-run
  roundup subscribers label add "spring 2026" "joined:>=2026-03-01" "joined:<2026-06-01"`,
		}),
		newLabelling(a, labelCommand{
			take: true, use: "remove <label> <filter>...", short: "take a label from the readers whom a filter finds",
			does:    "Take a label, in any case, from the readers whom a filter finds.",
			example: `  roundup subscribers label remove patron label:patron status:unsubscribed`,
		}),
	)
	return c
}

// labelCommand is what the two commands differ in.
type labelCommand struct {
	take                      bool
	use, short, does, example string
}

func newLabelling(a *app.App, which labelCommand) *cobra.Command {
	var dryRun, yes bool
	c := &cobra.Command{
		Use:   which.use,
		Short: which.short,
		Long: which.does + ` On a terminal it says how
many they are, and asks. Each change is on record with whose it is: "roundup history EMAIL".
It works in portions that hold up neither a sender nor the web, and can be interrupted and
run again: nothing is done twice.

` + app.FilterHelp,
		Example: which.example,
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			l := store.Labelling{
				Labelling: subscribers.Labelling{Label: subscribers.CleanLabel(args[0]), Take: which.take},
				By:        a.Actor(), Rehearse: dryRun,
			}
			if err := labelMistake(args[0], l.Label); err != nil {
				return err
			}
			var err error
			if l.Where, err = a.ParseFilter(args[1:]); err != nil {
				return err
			}
			return label(cmd.Context(), a, l, !yes && !dryRun && a.Interactive())
		},
	}
	c.Flags().BoolVar(&dryRun, "dry-run", false, "say how many they are, change nothing")
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask on a terminal")
	return c
}

// labelMistake says what is wrong with a label as it was typed, of which clean is left.
func labelMistake(typed, clean string) error {
	if clean == "" {
		return &words.UsageError{Msg: fmt.Sprintf("%q is no label: nothing in it can be read", typed)}
	}
	if isFilter(typed) {
		return &words.UsageError{Msg: fmt.Sprintf("%q is a filter; the label stands before it", clean)}
	}
	return nil
}

// isFilter reports whether an argument is written as a term of a filter.
func isFilter(arg string) bool {
	return slices.ContainsFunc(subscribers.FilterFields(), func(field string) bool {
		return strings.HasPrefix(strings.TrimPrefix(arg, "-"), field+":")
	})
}

func label(ctx context.Context, a *app.App, l store.Labelling, ask bool) error {
	readers, err := a.List(ctx)
	if err != nil {
		return err
	}
	all := 0
	if ask {
		asked := l
		asked.Rehearse = true
		would, err := readers.Label(ctx, asked, nil)
		if err != nil {
			return err
		}
		all = would.Found
		if would.Changed > 0 {
			yes, err := terminal.NewAsker(ctx, a.In, a.Err).Yes(labelWords(l, would, true) + " Go on? [y/N] ")
			if err != nil {
				return err
			}
			if !yes {
				a.SaidNo("Nothing was changed")
				return nil
			}
		}
	}
	reading := terminal.NewReading(a.UnlessQuiet())
	done, err := readers.Label(ctx, l, func(done store.Labelled) {
		reading.Update(wording.Count(done.Found, "reader"), int64(done.Found), int64(all))
	})
	reading.Done()
	if ctx.Err() != nil {
		return &words.HintedError{Err: terminal.ErrInterrupted, Hint: labelWords(l, done, false) + " Run it again to go on: nothing is done twice"}
	}
	if err != nil {
		return err
	}
	if a.JSON {
		return a.PrintJSON(asjson.LabelledOf(l, done))
	}
	a.Printf("%s\n", labelWords(l, done, l.Rehearse))
	return nil
}

// labelWords say what became of readers, or would.
func labelWords(l store.Labelling, done store.Labelled, would bool) string {
	if done.Found == 0 {
		return "No reader matches."
	}
	verb, others := "got", "had it already"
	switch {
	case l.Take && would:
		verb, others = "would lose", "don't have it"
	case l.Take:
		verb, others = "lost", "did not have it"
	case would:
		verb, others = "would get", "have it already"
	}
	said := fmt.Sprintf("%s %s the label %q", wording.Count(done.Changed, "reader"), verb, l.Label)
	if n := done.Found - done.Changed - done.Full; n > 0 {
		said += fmt.Sprintf("; %d %s", n, others)
	}
	if done.Full > 0 {
		said += fmt.Sprintf("; %d can't: they have as many labels as anybody may have", done.Full)
	}
	if l.Rehearse && would {
		return said + ". Nothing was changed."
	}
	return said + "."
}
