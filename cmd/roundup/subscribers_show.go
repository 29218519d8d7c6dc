package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"roundup/internal/asjson"
	"roundup/subscribers"
)

func newSubscribersShow(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "show <email>",
		Short: "what is known of one reader",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.showSubscriber(cmd.Context(), args[0]) },
	}
}

func (a *app) showSubscriber(ctx context.Context, email string) error {
	s, err := a.reader(ctx, email)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(asjson.SubscriberOf(s))
	}
	a.printf("%s\n", oneLine(s.Email))
	t := newTable(a.people())
	t.row("Name", cmp.Or(s.Name, "-"))
	t.row("Status", string(s.Status)+" since "+a.local(s.Changed))
	if s.Suppressed != "" {
		t.row("Suppressed", string(s.Suppressed)+": not mailed, whatever the status")
	}
	t.row("Joined", a.local(s.Joined))
	t.row("Consent", consentWords(s.Consent, a.local))
	t.row("Labels", cmp.Or(strings.Join(s.Labels, ", "), "-"))
	if err := t.flush(); err != nil {
		return err
	}
	return a.printEvents(a.st.SubscriberEvents(ctx, s.ID))
}

func consentWords(c subscribers.Consent, local func(time.Time) string) string {
	words := cmp.Or(c.How, "unknown")
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
				return a.printJSON(asjson.ReadersOf(s))
			}
			t := newTable(a.people())
			t.row("would be mailed now", num(s.Mailable))
			t.row("active", num(s.Active))
			t.row("pending", num(s.Pending))
			t.row("unsubscribed", num(s.Unsubscribed))
			t.row("forgotten", num(s.Forgotten))
			t.row("suppressed addresses", num(s.Suppressed))
			return t.flush()
		},
	}
}
