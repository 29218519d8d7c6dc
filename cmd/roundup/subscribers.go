package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roundup/store"
	"roundup/subscribers"
)

func newSubscribers(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "subscribers",
		Short: "the list: add, remove, import, export, look up",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(
		newSubscribersAdd(a), newSubscribersRemove(a), newSubscribersChange(a), newSubscribersList(a),
		newSubscribersShow(a), newSubscribersImport(a), newSubscribersExport(a), newSubscribersConfirm(a),
		newSubscribersForget(a), newSubscribersStats(a),
	)
	return c
}

// subscriber finds a reader under any spelling of the address.
func (a *app) subscriber(ctx context.Context, email string) (*store.Store, subscribers.Subscriber, error) {
	addr, err := parseAddress(email)
	if err != nil {
		return nil, subscribers.Subscriber{}, err
	}
	st, err := a.store(ctx)
	if err != nil {
		return nil, subscribers.Subscriber{}, err
	}
	sub, err := st.FindSubscriber(ctx, addr.Key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, sub, &hintedError{
			err:  fmt.Errorf("%s is not on the list", addr.Given),
			hint: "`roundup subscribers list --text WORD` looks for part of an address",
		}
	}
	return st, sub, err
}

func parseAddress(email string) (subscribers.Address, error) {
	addr, err := subscribers.ParseAddress(email)
	if err != nil {
		return addr, &usageError{msg: err.Error()}
	}
	return addr, nil
}

func newSubscribersAdd(a *app) *cobra.Command {
	var name, status string
	c := &cobra.Command{
		Use:   "add <email>...",
		Short: "add readers who asked for it",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			want, err := oneOf("--status", status, []subscribers.Status{subscribers.Active, subscribers.Pending})
			if err != nil {
				return err
			}
			for _, email := range args {
				if err := a.addSubscriber(cmd.Context(), email, name, want); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&name, "name", "", "the reader's `NAME`")
	c.Flags().StringVar(&status, "status", string(subscribers.Active), "`STATUS` to begin with: active or pending")
	return c
}

func (a *app) addSubscriber(ctx context.Context, email, name string, status subscribers.Status) error {
	addr, err := parseAddress(email)
	if err != nil {
		return err
	}
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	if addr.IsRole() {
		fmt.Fprintf(a.std.Err, "roundup: warning: %s is a role address; several people may read it\n", addr.Given)
	}
	sub, err := st.Add(ctx, subscribers.Subscriber{
		Email:   addr.Given,
		Key:     addr.Key,
		Name:    subscribers.CleanName(name),
		Status:  status,
		Consent: subscribers.Consent{How: "command line", At: a.now()},
	}, "command line")
	switch {
	case errors.Is(err, store.ErrExists):
		return &hintedError{
			err:  fmt.Errorf("%s is on the list already: %s", addr.Given, sub.Status),
			hint: "`roundup subscribers show " + addr.Given + "` tells more; `confirm` makes it active",
		}
	case errors.Is(err, store.ErrErased):
		return &hintedError{
			err:  fmt.Errorf("%s asked to be forgotten", addr.Given),
			hint: "if that person wants to come back: roundup suppressions lift " + addr.Given,
		}
	case err != nil:
		return err
	}
	a.printf("%s added: %s.\n", oneLine(sub.Email), sub.Status)
	return nil
}

func newSubscribersRemove(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "remove <email>...",
		Short: "unsubscribe readers; they are remembered as unsubscribed",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, email := range args {
				st, sub, err := a.subscriber(cmd.Context(), email)
				if err != nil {
					return err
				}
				changed, err := st.Unsubscribe(cmd.Context(), sub.PublicID, "command line")
				if err != nil {
					return err
				}
				if !changed {
					a.printf("%s was unsubscribed already.\n", oneLine(sub.Email))
					continue
				}
				a.printf("%s unsubscribed. `roundup subscribers forget` erases a person.\n", oneLine(sub.Email))
			}
			return nil
		},
	}
}

func newSubscribersChange(a *app) *cobra.Command {
	var email, name string
	c := &cobra.Command{
		Use:   "change <email>",
		Short: "change a reader's address or name",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if email == "" && !cmd.Flags().Changed("name") {
				return &usageError{msg: "nothing to change", hint: "use --email NEW, --name NAME or both"}
			}
			st, sub, err := a.subscriber(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			addr, err := parseAddress(sub.Email)
			if email != "" {
				addr, err = parseAddress(email)
			}
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("name") {
				name = sub.Name
			}
			changed, err := st.Change(cmd.Context(), sub.Key, addr, subscribers.CleanName(name), "command line")
			if errors.Is(err, store.ErrExists) {
				return fmt.Errorf("%s is another reader's address", addr.Given)
			}
			if err != nil {
				return err
			}
			a.printf("%s: %s.\n", oneLine(changed.Email), firstOf(oneLine(changed.Name), "no name"))
			return nil
		},
	}
	c.Flags().StringVar(&email, "email", "", "the new `ADDRESS`")
	c.Flags().StringVar(&name, "name", "", "the new `NAME`")
	return c
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

func newSubscribersConfirm(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "confirm <email>...",
		Short: "make readers active, pending and unsubscribed ones too, because they asked",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, email := range args {
				st, sub, err := a.subscriber(cmd.Context(), email)
				if err != nil {
					return err
				}
				if err := st.ConfirmSubscriber(cmd.Context(), sub.Key, "command line"); err != nil {
					return err
				}
				a.printf("%s is active.\n", oneLine(sub.Email))
			}
			return nil
		},
	}
}

func newSubscribersForget(a *app) *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "forget <email>",
		Short: "erase a person; only a hash stays, so that no import brings them back",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			st, sub, err := a.subscriber(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if !yes && a.interactive() {
				fmt.Fprintf(a.std.Err, "Erase %s for good? [y/N] ", oneLine(sub.Email))
				if ok, err := a.yes(); err != nil || !ok {
					return err
				}
			}
			if err := st.Forget(cmd.Context(), sub.Key); err != nil {
				return err
			}
			a.printf("Forgotten. What was sent stays counted, without the address.\n")
			return nil
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

func newSubscribersShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show <email>",
		Short: "what is known of one reader",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.showSubscriber(cmd.Context(), args[0]) },
	}
}

// subscriberLine is one line of `subscribers list --json`, and of `show`.
type subscriberLine struct {
	Email      string              `json:"email"`
	Name       string              `json:"name"`
	Status     string              `json:"status"`
	Suppressed string              `json:"suppressed,omitempty"`
	PublicID   string              `json:"public_id"`
	Labels     []string            `json:"labels,omitempty"`
	Consent    subscribers.Consent `json:"consent"`
	Joined     string              `json:"joined"`
	Changed    string              `json:"changed"`
}

func subscriberJSON(s subscribers.Subscriber, suppressed subscribers.Reason) subscriberLine {
	return subscriberLine{
		Email: s.Email, Name: s.Name, Status: string(s.Status), Suppressed: string(suppressed), PublicID: s.PublicID.String(),
		Labels: s.Labels, Consent: s.Consent, Joined: rfc3339(s.Joined), Changed: rfc3339(s.Changed),
	}
}

func (a *app) showSubscriber(ctx context.Context, email string) error {
	st, s, err := a.subscriber(ctx, email)
	if err != nil {
		return err
	}
	reason, err := a.suppression(ctx, s.Key)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(subscriberJSON(s, reason))
	}
	a.printf("%s\n", oneLine(s.Email))
	t := newTable(a.people())
	t.row("Name", firstOf(s.Name, "-"))
	t.row("Status", string(s.Status)+" since "+a.local(s.Changed))
	if reason != "" {
		t.row("Suppressed", string(reason)+": not mailed, whatever the status")
	}
	t.row("Joined", a.local(s.Joined))
	t.row("Consent", consentWords(s.Consent, a.local))
	t.row("Labels", firstOf(strings.Join(s.Labels, ", "), "-"))
	if err := t.flush(); err != nil {
		return err
	}
	events, err := st.SubscriberEvents(ctx, s.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		a.printf("  %s  %s (%s)\n", a.local(e.At), oneLine(e.What), oneLine(e.Through))
	}
	return nil
}

func consentWords(c subscribers.Consent, local func(time.Time) string) string {
	words := firstOf(c.How, "unknown")
	if c.From != "" {
		words += " from " + c.From
	}
	if !c.At.IsZero() {
		words += ", " + local(c.At)
	}
	if c.Wording != "" {
		words += fmt.Sprintf(": %q", c.Wording)
	}
	return words
}

func newSubscribersStats(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "stats",
		Short: "how many readers there are, by status",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			st, err := a.store(cmd.Context())
			if err != nil {
				return err
			}
			s, err := st.Stats(cmd.Context())
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(s)
			}
			t := newTable(a.people())
			t.row("would be mailed now", num(s.Mailable))
			t.row("active", num(s.Active))
			t.row("pending", num(s.Pending))
			t.row("unsubscribed", num(s.Unsubscribed))
			t.row("suppressed addresses", num(s.Suppressed))
			return t.flush()
		},
	}
}
