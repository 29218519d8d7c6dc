package readership

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/delivery"
	"roundup/internal/asjson"
	"roundup/internal/oneline"
)

func newSubscribersSendIssue(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "send-issue <email>",
		Short: "mail a reader the latest issue, who joined after it started",
		Long: `Mail the latest issue to one reader who asks for it: what the page offers after
confirming. It is for an active reader who was not among that issue's readers, once, and
leaves at once. Where the relay does not take it, the exit code is 3, and a running
` + "`roundup serve`" + ` tries again by itself, or the next ` + "`roundup send`" + `. That you asked for it
is on record.`,
		SuggestFor: []string{"send", "resend"},
		Args:       cobra.ExactArgs(1),
		RunE:       func(cmd *cobra.Command, args []string) error { return sendIssue(cmd.Context(), a, args[0]) },
	}
}

// sendIssue queues the latest issue for a reader, and sends what is due of the outbox.
func sendIssue(ctx context.Context, a *app.App, email string) error {
	r, err := a.Reader(ctx, email)
	if err != nil {
		return err
	}
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	if err := d.Ready(ctx); err != nil {
		return err
	}
	if err := d.WayOut(ctx); err != nil {
		return err
	}
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	l, err := a.List(ctx)
	if err != nil {
		return err
	}
	issue, before, err := l.SendIssue(ctx, r, a.Actor())
	if err != nil {
		return words.List(a.Local, err)
	}
	if err := d.FlushOutbox(ctx); err != nil {
		return err
	}
	copied, err := st.Requested(ctx, issue, r.PublicID)
	if err != nil {
		return err
	}
	email = oneline.Plain(r.Email)
	var end error
	switch copied {
	case delivery.Failed, delivery.Unknown:
		return &words.HintedError{
			Err:  fmt.Errorf("issue %d for %s: %s, and not tried again", issue.Number, email, copied),
			Hint: "to see why: roundup history " + terminal.ShellWord(r.Email),
		}
	case delivery.Queued, delivery.Sending:
		a.Printf("Issue %d waits for %s: the relay has not taken it yet. `roundup serve` tries again by itself, or the next `roundup send`.\n", issue.Number, email)
		end = &app.CodeError{Code: app.ExitRunMore}
	default:
		said := "Issue %d sent to %s.\n"
		if before == delivery.Sent {
			said = "Issue %d was sent to %s before, and nobody is sent it twice.\n"
		}
		a.Printf(said, issue.Number, email)
	}
	a.Tell(asjson.Requested{Email: r.Email, Issue: issue.Number, State: string(copied)})
	return end
}
