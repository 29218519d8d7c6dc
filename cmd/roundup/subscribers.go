package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/list"
	"roundup/store"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

func newSubscribers(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:        "subscribers",
		Short:      "the list: add, remove, import, export, look up",
		SuggestFor: []string{"unsubscribe", "subscribe"},
		Args:       cobra.NoArgs,
		RunE:       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(
		newSubscribersAdd(a), newSubscribersRemove(a), newSubscribersChange(a), newSubscribersList(a),
		newSubscribersShow(a), newSubscribersImport(a), newSubscribersExport(a), newSubscribersConfirm(a),
		newSubscribersForget(a), newSubscribersStats(a),
	)
	return c
}

// reader finds a reader under any spelling of the address.
func (a *app) reader(ctx context.Context, email string) (store.Listed, error) {
	addr, err := parseAddress(email)
	if err != nil {
		return store.Listed{}, err
	}
	l, err := a.list(ctx)
	if err != nil {
		return store.Listed{}, err
	}
	r, err := l.Find(ctx, addr)
	return r, words.List(a.local, err)
}

// eachReader runs do for every reader named, and only when all are on the list.
func (a *app) eachReader(ctx context.Context, emails []string, do func(*list.List, store.Listed) error) error {
	var found []store.Listed
	for _, email := range emails {
		r, err := a.reader(ctx, email)
		if err != nil {
			return err
		}
		found = append(found, r)
	}
	l, err := a.list(ctx)
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

func parseAddress(email string) (subscribers.Address, error) {
	addr, err := subscribers.ParseAddress(email)
	if err == nil {
		return addr, nil
	}
	usage := &words.UsageError{Msg: err.Error()}
	if name, bare := listfile.SplitMailbox(email); name != "" {
		if addr, err := subscribers.ParseAddress(bare); err == nil {
			usage.Hint = fmt.Sprintf("give the bare address: %s; --name takes the name where there is one to give", terminal.ShellWord(addr.Given))
		}
	}
	return addr, usage
}

// parseAddresses reads all of them, or none.
func parseAddresses(emails []string) ([]subscribers.Address, error) {
	all := make([]subscribers.Address, 0, len(emails))
	for _, email := range emails {
		addr, err := parseAddress(email)
		if err != nil {
			return nil, err
		}
		all = append(all, addr)
	}
	return all, nil
}

// told says what became of a reader: in words, or as the reader's line in JSON.
func (a *app) told(ctx context.Context, sub subscribers.Subscriber, words string) error {
	a.printf("%s\n", words)
	r, err := a.reader(ctx, sub.Email)
	if err != nil {
		return err
	}
	if r.Suppressed != "" && r.Status != subscribers.Unsubscribed {
		a.warn("%s is suppressed (%s) and not mailed: `roundup suppressions lift %s` ends that", r.Email, r.Suppressed, terminal.ShellWord(r.Email))
	}
	if a.json {
		return a.printJSON(asjson.SubscriberOf(r))
	}
	return nil
}

// warn prints a warning on standard error.
func (a *app) warn(format string, args ...any) {
	fmt.Fprintf(a.std.Err, "roundup: warning: %s\n", oneLine(fmt.Sprintf(format, args...)))
}

func newSubscribersAdd(a *app) *cobra.Command {
	var name, status string
	var confirm, active bool
	c := &cobra.Command{
		Use:   "add <email>...",
		Short: "add readers who asked for it, or ask them by mail",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			want, err := oneOf("--status", status, []subscribers.Status{subscribers.Active, subscribers.Pending})
			if err != nil {
				return err
			}
			if name != "" && len(args) > 1 {
				return &words.UsageError{Msg: "--name is of one reader", Hint: "add them one by one"}
			}
			all, err := parseAddresses(args)
			if err != nil {
				return err
			}
			for _, addr := range all {
				if confirm {
					if err := a.askSubscriber(cmd.Context(), addr, name); err != nil {
						return err
					}
					continue
				}
				if err := a.addSubscriber(cmd.Context(), addr, name, want); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "", "the reader's `NAME`")
	c.Flags().StringVar(&status, "status", string(subscribers.Active), "`STATUS` to begin with: active or pending")
	c.Flags().BoolVar(&confirm, "confirm", false, "ask by mail; a reader only once they have pressed its button")
	c.Flags().BoolVar(&active, "active", false, "a reader at once, since you have their consent; the default")
	c.MarkFlagsMutuallyExclusive("confirm", "active", "status")
	return c
}

func (a *app) addSubscriber(ctx context.Context, addr subscribers.Address, name string, status subscribers.Status) error {
	l, err := a.list(ctx)
	if err != nil {
		return err
	}
	if addr.IsRole() {
		a.warn("%s is a role address; several people may read it, or nobody", addr.Given)
	}
	sub, err := l.Join(ctx, list.Joining{
		Address: addr, Name: name, Status: status, Consent: subscribers.Consent{How: subscribers.ConsentCommand},
	}, a.actor())
	if err != nil {
		return words.List(a.local, err)
	}
	return a.told(ctx, sub, fmt.Sprintf("%s added: %s.", oneLine(sub.Email), sub.Status))
}

// askSubscriber asks an address by mail whether it wants the newsletter.
func (a *app) askSubscriber(ctx context.Context, addr subscribers.Address, name string) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	if a.cfg.Newsletter.BaseURL == "" {
		return noBaseURL("the link to confirm has nowhere to lead to")
	}
	if err := d.Ready(ctx); err != nil {
		return err
	}
	l, err := a.list(ctx)
	if err != nil {
		return err
	}
	l.MailThrough(d, a.cfg.Web.SignUpsPerHour)
	asked, err := l.SignUp(ctx, subscribers.SignUp{Address: addr, Name: name, Consent: subscribers.Consent{How: subscribers.ConsentCommand}}, a.actor())
	if errors.Is(err, subscribers.ErrTooManySignUps) {
		return &words.HintedError{Err: fmt.Errorf("%s is not asked: %w", addr.Given, err), Hint: "try again in an hour, or set a higher web.sign_ups_per_hour"}
	}
	if err != nil {
		return err
	}
	if !asked {
		return a.notAsked(ctx, l, addr)
	}
	if err := d.FlushOutbox(ctx); err != nil {
		return err
	}
	r, err := l.Find(ctx, addr)
	if err != nil {
		return words.List(a.local, err)
	}
	return a.told(ctx, r.Subscriber, fmt.Sprintf("%s is asked to confirm, and was %s.", oneLine(r.Email), r.Status))
}

// notAsked says why an address was not asked.
func (a *app) notAsked(ctx context.Context, l *list.List, addr subscribers.Address) error {
	r, err := l.Find(ctx, addr)
	switch {
	case err != nil:
		return words.List(a.local, err)
	case r.Suppressed != "":
		return words.NotListed(&list.NotListedError{Address: addr, Suppressed: r.Suppressed})
	case r.Status == subscribers.Active:
		return words.List(a.local, &list.TakenError{Address: addr, Reader: r.Subscriber})
	}
	return fmt.Errorf("%s was asked within the last 15 minutes, or three times within a day", addr.Given)
}
