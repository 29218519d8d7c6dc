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
	"roundup/internal/asjson"
	"roundup/internal/list"
	"roundup/internal/oneline"
	"roundup/store"
	"roundup/subscribers"
)

func newSubscribersRemove(a *app.App) *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use:        "remove <email>...",
		Short:      "unsubscribe readers; they are remembered as unsubscribed",
		SuggestFor: []string{"unsubscribe", "delete", "rm"},
		Args:       cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			why, err := words.OneOf("--reason", reason, subscribers.WhysLeft())
			if err != nil {
				return err
			}
			return eachReader(cmd.Context(), a, args, func(l *list.List, r store.Listed) error {
				changed, err := l.Unsubscribe(cmd.Context(), r.PublicID, a.Actor())
				if err == nil && why != "" {
					err = l.SayWhy(cmd.Context(), r.PublicID, why, a.Actor())
				}
				if err != nil {
					return err
				}
				said := " was unsubscribed already."
				if changed {
					said = " unsubscribed."
				}
				return told(cmd.Context(), a, r.Subscriber, oneline.Plain(r.Email)+said)
			})
		},
	}
	c.Flags().StringVar(&reason, "reason", "", "why they leave: `REASON` too_often, not_for_me, never_asked, elsewhere or other")
	return c
}

// changeFlags are what a reader is changed by: nil for what stays as it is.
type changeFlags struct {
	email, name, until *string
	choiceFlags
}

func newSubscribersChange(a *app.App) *cobra.Command {
	var email, name, until, sections, frequency, spoken string
	c := &cobra.Command{
		Use:   "change <email>",
		Short: "change a reader's address, name or choice, or keep issues from them for a while",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			given := func(flag string, value *string) *string {
				if !cmd.Flags().Changed(flag) {
					return nil
				}
				return value
			}
			f := changeFlags{given("email", &email), given("name", &name), given("pause-until", &until), choiceFlags{
				given("sections", &sections), given("frequency", &frequency), given("language", &spoken),
			}}
			if f == (changeFlags{}) {
				return &words.UsageError{Msg: "nothing to change", Hint: "use --email NEW, --name NAME, --sections LIST, --frequency WORD, --language TAG or --pause-until DATE"}
			}
			r, err := a.Reader(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return changeReader(cmd.Context(), a, r, f)
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

// changeReader changes a reader, and only when all that was given can be.
func changeReader(ctx context.Context, a *app.App, r store.Listed, f changeFlags) error {
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	choice, err := f.choice(a.Settings, r.Choice)
	if err != nil {
		return err
	}
	until, err := pauseUntil(a, l, f.until)
	if err != nil {
		return err
	}
	email, name := r.Email, r.Name
	if f.email != nil {
		email = *f.email
	}
	if f.name != nil {
		name = *f.name
	}
	addr, err := app.ParseAddress(email)
	if err != nil {
		return err
	}
	sub, said := r.Subscriber, ""
	if f.email != nil || f.name != nil { // first: it may be refused
		if sub, err = changeDetails(ctx, a, l, r, addr, name); err != nil {
			return err
		}
		said = changeWords(r.Subscriber, sub)
	}
	if f.until != nil {
		if err := l.Pause(ctx, sub, until, a.Actor()); err != nil {
			return err
		}
		said = cmp.Or(said, pauseWords(a, sub, until))
	}
	if f.choiceFlags != (choiceFlags{}) {
		if err := l.Choose(ctx, sub, choice, a.Actor()); err != nil {
			return err
		}
		said = cmp.Or(said, fmt.Sprintf("%s gets %s, from the next issue to start on.", oneline.Plain(sub.Email), words.Choice(a.Settings, choice)))
	}
	return told(ctx, a, sub, said)
}

// pauseUntil is the beginning of a day, as it was typed, until which a pause may last; the
// zero time for no pause.
func pauseUntil(a *app.App, l *list.List, day *string) (until time.Time, err error) {
	if day == nil || *day == "" {
		return until, nil
	}
	if until, err = time.ParseInLocation(time.DateOnly, *day, a.Settings.Newsletter.Timezone); err != nil {
		return until, &words.UsageError{Msg: fmt.Sprintf("--pause-until: %q is not a date", *day), Hint: "write 2026-12-24"}
	}
	if err := l.MayPause(until); err != nil {
		return until, &words.UsageError{Msg: "--pause-until: " + err.Error(), Hint: "name a day after today"}
	}
	return until, nil
}

func pauseWords(a *app.App, r subscribers.Subscriber, until time.Time) string {
	if until.IsZero() {
		return oneline.Plain(r.Email) + " is mailed again."
	}
	return fmt.Sprintf("%s is not mailed before %s.", oneline.Plain(r.Email), a.Local(until))
}

func changeDetails(ctx context.Context, a *app.App, l *list.List, r store.Listed, addr subscribers.Address, name string) (subscribers.Subscriber, error) {
	changed, err := l.Change(ctx, r, addr, name, a.Actor())
	var taken *list.TakenError
	if errors.As(err, &taken) {
		return changed, &words.HintedError{
			Err:  fmt.Errorf("%s is another reader's address", addr.Given),
			Hint: "to see whose: roundup subscribers show " + terminal.ShellWord(addr.Given),
		}
	}
	return changed, words.List(a.Local, err)
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

func newSubscribersUndo(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "undo <email>",
		Short: "take back a reader's own leaving, within a day of it",
		Long: `Bring back a reader who left by themselves within the last 24 hours, exactly as they
were: what the page does that they left on. Not where anything was done to the
subscription since, and never where the address is suppressed.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			r, err := a.Reader(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			l, err := a.List(cmd.Context())
			if err != nil {
				return err
			}
			undone, err := l.Undo(cmd.Context(), r.PublicID, a.Actor())
			if err != nil {
				return err
			}
			if !undone {
				return notUndone(r)
			}
			return told(cmd.Context(), a, r.Subscriber, oneline.Plain(r.Email)+" is back, as before the leaving.")
		},
	}
}

// notUndone says why a leaving is not taken back.
func notUndone(r store.Listed) error {
	email := oneline.Plain(r.Email)
	switch {
	case r.Status != subscribers.Unsubscribed:
		return fmt.Errorf("%s has not left: %s", email, r.Status)
	case r.Suppressed != "":
		return fmt.Errorf("%s is suppressed (%s), and is not brought back", email, r.Suppressed)
	}
	return &words.HintedError{
		Err:  fmt.Errorf("%s did not leave by themselves within the last 24 hours, or was changed since", email),
		Hint: "if that person asks to come back: roundup subscribers confirm " + terminal.ShellWord(r.Email),
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
					a.SaidNo("Nothing was erased")
					return nil
				}
			}
			if err := l.Forget(cmd.Context(), addr, a.Actor()); err != nil {
				return words.List(a.Local, err)
			}
			a.Printf("Forgotten. What was sent stays counted, without the address.\n")
			a.Tell(asjson.Forgotten{Forgotten: true})
			return nil
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}
