package readership

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/list"
	"roundup/internal/oneline"
	"roundup/store"
	"roundup/subscribers"
)

func newSubscribersRemove(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:        "remove <email>...",
		Short:      "unsubscribe readers; they are remembered as unsubscribed",
		SuggestFor: []string{"unsubscribe", "delete", "rm"},
		Args:       cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return eachReader(cmd.Context(), a, args, func(l *list.List, r store.Listed) error {
				changed, err := l.Unsubscribe(cmd.Context(), r.PublicID, a.Actor())
				if err != nil {
					return err
				}
				words := " was unsubscribed already."
				if changed {
					words = " unsubscribed."
				}
				return told(cmd.Context(), a, r.Subscriber, oneline.Plain(r.Email)+words)
			})
		},
	}
}

func newSubscribersChange(a *app.App) *cobra.Command {
	var email, name, until, sections, frequency, spoken string
	c := &cobra.Command{
		Use:   "change <email>",
		Short: "change a reader's address, name or choice, or keep issues from them for a while",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			flags := cmd.Flags()
			details := flags.Changed("email") || flags.Changed("name")
			var chosen choiceFlags
			if flags.Changed("sections") {
				chosen.sections = &sections
			}
			if flags.Changed("frequency") {
				chosen.frequency = &frequency
			}
			if flags.Changed("language") {
				chosen.language = &spoken
			}
			if !details && !chosen.any() && !flags.Changed("pause-until") {
				return &words.UsageError{Msg: "nothing to change", Hint: "use --email NEW, --name NAME, --sections LIST, --frequency WORD, --language TAG or --pause-until DATE"}
			}
			r, err := a.Reader(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if chosen.any() {
				more := details || flags.Changed("pause-until")
				if err := choose(cmd.Context(), a, r, chosen, more); err != nil || !more {
					return err
				}
			}
			if flags.Changed("pause-until") {
				if err := pauseReader(cmd.Context(), a, r, until, details); err != nil || !details {
					return err
				}
			}
			if !flags.Changed("email") {
				email = r.Email
			}
			if !flags.Changed("name") {
				name = r.Name
			}
			return changeReader(cmd.Context(), a, r, email, name)
		},
	}
	c.Flags().StringVar(&email, "email", "", "the new `ADDRESS`")
	c.Flags().StringVar(&name, "name", "", "the new `NAME`; \"\" takes it away")
	c.Flags().StringVar(&sections, "sections", "", "only these of the newsletter's sections, by key or title; \"all\" is all that there are and will be")
	c.Flags().StringVar(&frequency, "frequency", "", "every, or monthly: only the first issue of a month")
	c.Flags().StringVar(&spoken, "language", "", "of the words around the articles: the `TAG` of one of newsletter.languages, or of the newsletter's own")
	c.Flags().StringVar(&until, "pause-until", "", "no issue before this `DATE` (2026-12-24), at most a year away; \"\" ends the pause")
	return c
}

// pauseReader pauses a reader until a day begins, and says so unless more is to be said.
func pauseReader(ctx context.Context, a *app.App, r store.Listed, day string, more bool) error {
	var until time.Time
	said := oneline.Plain(r.Email) + " is mailed again."
	if day != "" {
		var err error
		if until, err = time.ParseInLocation(time.DateOnly, day, a.Settings.Newsletter.Timezone); err != nil {
			return &words.UsageError{Msg: fmt.Sprintf("--pause-until: %q is not a date", day), Hint: "write 2026-12-24"}
		}
		said = fmt.Sprintf("%s is not mailed before %s.", oneline.Plain(r.Email), a.Local(until))
	}
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	err = l.Pause(ctx, r.Subscriber, until, a.Actor())
	switch {
	case errors.Is(err, list.ErrPause):
		return &words.UsageError{Msg: "--pause-until: " + err.Error(), Hint: "name a day after today"}
	case err != nil || more:
		return err
	}
	return told(ctx, a, r.Subscriber, said)
}

func changeReader(ctx context.Context, a *app.App, r store.Listed, email, name string) error {
	addr, err := app.ParseAddress(email)
	if err != nil {
		return err
	}
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	changed, err := l.Change(ctx, r, addr, name, a.Actor())
	var taken *list.TakenError
	if errors.As(err, &taken) {
		return &words.HintedError{
			Err:  fmt.Errorf("%s is another reader's address", addr.Given),
			Hint: "to see whose: roundup subscribers show " + terminal.ShellWord(addr.Given),
		}
	}
	if err != nil {
		return words.List(a.Local, err)
	}
	return told(ctx, a, changed, changeWords(r.Subscriber, changed))
}

func changeWords(before, after subscribers.Subscriber) string {
	words := oneline.Plain(after.Email) + ": " + cmp.Or(oneline.Plain(after.Name), "no name")
	switch {
	case before.Email != after.Email:
		return words + ". Was " + oneline.Plain(before.Email) + "."
	case before.Name == after.Name:
		return words + ", as before."
	}
	return words + "."
}

func newSubscribersConfirm(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "confirm <email>...",
		Short: "make readers active, pending and unsubscribed ones too, because they asked",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return eachReader(cmd.Context(), a, args, func(l *list.List, r store.Listed) error {
				if err := l.Confirm(cmd.Context(), r, subscribers.ConsentCommand, a.Actor()); err != nil {
					return err
				}
				words := fmt.Sprintf("%s is active; was %s.", oneline.Plain(r.Email), r.Status)
				if r.Status == subscribers.Active {
					words = oneline.Plain(r.Email) + " was active already."
				}
				return told(cmd.Context(), a, r.Subscriber, words)
			})
		},
	}
}

func newSubscribersForget(a *app.App) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "forget <email>",
		Short: "erase a person; only a hash stays, so that no import brings them back",
		Long: `Erase a person: address, name, labels, where the consent came from, what servers
answered. What was sent stays counted, without the address, and a hash of the address
stays, so that no import brings the person back. This can't be undone: off a
terminal, where nobody can be asked, it needs --yes.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			addr, err := app.ParseAddress(args[0])
			if err != nil {
				return err
			}
			if !yes && !a.Interactive() {
				return &words.UsageError{
					Msg:  "erasing " + oneline.Plain(addr.Given) + " can't be undone, and nobody can be asked here",
					Hint: "if it is meant: roundup subscribers forget --yes " + terminal.ShellWord(addr.Given),
				}
			}
			l, err := a.List(cmd.Context())
			if err != nil {
				return err
			}
			if err := l.Known(cmd.Context(), addr); err != nil { // before anybody is asked
				return words.List(a.Local, err)
			}
			if !yes {
				yes, err := terminal.NewAsker(cmd.Context(), a.In, a.Err).Yes(fmt.Sprintf("Erase %s for good? [y/N] ", oneline.Plain(addr.Given)))
				if err != nil {
					return err
				}
				if !yes {
					a.Printf("Nothing was erased: you said no.\n")
					return nil
				}
			}
			if err := l.Forget(cmd.Context(), addr, a.Actor()); err != nil {
				return words.List(a.Local, err)
			}
			a.Printf("Forgotten. What was sent stays counted, without the address.\n")
			return nil
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}
