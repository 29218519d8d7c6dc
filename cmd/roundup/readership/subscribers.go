package readership

import (
	"context"
	"errors"
	"fmt"

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

func newSubscribers(a *app.App) *cobra.Command {
	c := &cobra.Command{
		Use:        "subscribers",
		Short:      "the list: add, remove, import, export, look up",
		SuggestFor: []string{"unsubscribe", "subscribe"},
		Args:       cobra.NoArgs,
		RunE:       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(
		newSubscribersAdd(a), newSubscribersRemove(a), newSubscribersChange(a), newSubscribersList(a),
		newSubscribersShow(a), newSubscribersData(a), newSubscribersImport(a), newSubscribersExport(a),
		newSubscribersConfirm(a), newSubscribersUndo(a), newSubscribersForget(a), newSubscribersSendIssue(a),
		newSubscribersStats(a), newSubscribersLabel(a),
	)
	return c
}

// eachReader runs do for every reader named, and only when all are on the list.
func eachReader(ctx context.Context, a *app.App, emails []string, do func(*list.List, store.Listed) error) error {
	var found []store.Listed
	for _, email := range emails {
		r, err := a.Reader(ctx, email)
		if err != nil {
			return err
		}
		found = append(found, r)
	}
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	for _, r := range found {
		if err := do(l, r); err != nil {
			return err
		}
	}
	return nil
}

// told says what became of a reader: in words, or as the reader's line in JSON.
func told(ctx context.Context, a *app.App, sub subscribers.Subscriber, words string) error {
	a.Printf("%s\n", words)
	r, err := a.Reader(ctx, sub.Email)
	if err != nil {
		return err
	}
	if r.Suppressed != "" && r.Status != subscribers.Unsubscribed {
		a.Warn("%s is suppressed (%s) and not mailed: `roundup suppressions lift %s` ends that", r.Email, r.Suppressed, terminal.ShellWord(r.Email))
	}
	a.Tell(asjson.SubscriberOf(r))
	return nil
}

func newSubscribersAdd(a *app.App) *cobra.Command {
	var name, status, from string
	var confirm, active bool
	c := &cobra.Command{
		Use:   "add <email>...",
		Short: "add readers who asked for it, or ask them by mail",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			want, err := words.OneOf("--status", status, []subscribers.Status{subscribers.Active, subscribers.Pending})
			if err != nil {
				return err
			}
			if name != "" && len(args) > 1 {
				return &words.UsageError{Msg: "--name is of one reader", Hint: "add them one by one"}
			}
			all, err := app.ParseAddresses(args)
			if err != nil {
				return err
			}
			for _, addr := range all {
				if confirm {
					if err := askSubscriber(cmd.Context(), a, addr, name); err != nil {
						return err
					}
					continue
				}
				j := list.Joining{Address: addr, Name: name, Status: want, Consent: subscribers.Consent{How: subscribers.ConsentCommand, From: oneline.Plain(from)}}
				if err := addSubscriber(cmd.Context(), a, j); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "", "the reader's `NAME`; \"\" is none")
	c.Flags().StringVar(&status, "status", string(subscribers.Active), "`STATUS` to begin with: active or pending")
	c.Flags().BoolVar(&confirm, "confirm", false, "ask by mail; a reader only once they have pressed its button")
	c.Flags().BoolVar(&active, "active", false, "a reader at once, since you have their consent; the default")
	c.Flags().StringVar(&from, "from", "", "where you have their consent from, for the record: `TEXT` such as \"form at the fair, 2026-11-20\"")
	c.MarkFlagsMutuallyExclusive("confirm", "active", "status")
	c.MarkFlagsMutuallyExclusive("confirm", "from") // who is asked gives it themselves
	return c
}

func addSubscriber(ctx context.Context, a *app.App, j list.Joining) error {
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	if j.Address.IsRole() {
		a.Warn("%s is a role address; several people may read it, or nobody", j.Address.Given)
	}
	sub, err := l.Join(ctx, j, a.Actor())
	if err != nil {
		return words.List(a.Local, err)
	}
	return told(ctx, a, sub, fmt.Sprintf("%s added: %s.", oneline.Plain(sub.Email), sub.Status))
}

// askSubscriber asks an address by mail whether it wants the newsletter.
func askSubscriber(ctx context.Context, a *app.App, addr subscribers.Address, name string) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	if a.Settings.Newsletter.BaseURL == "" {
		return words.NoBaseURL("the link to confirm has nowhere to lead to")
	}
	if err := d.Ready(ctx); err != nil {
		return err
	}
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	l.MailThrough(d, a.Settings.Web.SignUpsPerHour)
	before, missing := l.Find(ctx, addr)
	if e := new(list.NotListedError); missing != nil && !errors.As(missing, &e) {
		return missing
	}
	asked, err := l.SignUp(ctx, subscribers.SignUp{Address: addr, Name: name, Consent: subscribers.Consent{How: subscribers.ConsentCommand}}, a.Actor())
	if errors.Is(err, subscribers.ErrTooManySignUps) {
		return &words.HintedError{Err: fmt.Errorf("%s is not asked: %w", addr.Given, err), Hint: "try again in an hour, or set a higher web.sign_ups_per_hour"}
	}
	if err != nil {
		return err
	}
	if !asked {
		return notAsked(ctx, a, l, addr)
	}
	if err := d.FlushOutbox(ctx); err != nil {
		return err
	}
	r, err := l.Find(ctx, addr)
	if err != nil {
		return words.List(a.Local, err)
	}
	said := oneline.Plain(r.Email) + " is asked to confirm"
	if missing == nil {
		said += ", and was " + string(before.Status)
	}
	return told(ctx, a, r.Subscriber, said+".")
}

// notAsked says why an address was not asked.
func notAsked(ctx context.Context, a *app.App, l *list.List, addr subscribers.Address) error {
	r, err := l.Find(ctx, addr)
	switch {
	case err != nil:
		return words.List(a.Local, err)
	case r.Suppressed != "":
		return words.NotListed(&list.NotListedError{Address: addr, Suppressed: r.Suppressed})
	case r.Status == subscribers.Active:
		return words.List(a.Local, &list.TakenError{Address: addr, Reader: r.Subscriber})
	}
	return &words.HintedError{
		Err:  fmt.Errorf("%s was asked within the last 15 minutes, or three times within a day", addr.Given),
		Hint: "ask again later; or, if that person has told you yes: roundup subscribers confirm " + terminal.ShellWord(addr.Given),
	}
}
