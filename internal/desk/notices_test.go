package desk_test

import (
	"slices"
	"testing"
	"time"

	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
)

// The editor is told of a cancelling each time, though it was taken back between.
func TestCancelledTwice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.cfg.Notify.Email = []string{"editor@magazine.example"}
	b.subscribe(t, "anna@readers.example")
	relay, err := smtptest.New(smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		if e.Step != smtptest.RCPT {
			return nil
		}
		if err := b.store.CancelIssue(t.Context(), 1, "wrong picture", anna()); err != nil {
			t.Error(err)
		}
		return smtptest.Reply("451 4.7.1 later")
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = relay.Close() })
	b.cfg.SMTP.Port = relay.Port()
	b.open(t)
	for range 2 {
		if _, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(time.Hour) // the reader was deferred, and is due again
		if err := b.store.RestoreIssue(t.Context(), 1, b.now.Add(-2*time.Hour), "", anna()); err != nil {
			t.Fatal(err)
		}
	}
	told, err := b.store.ClaimOutbox(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	var subjects []string
	for _, m := range told {
		subjects = append(subjects, m.Subject)
	}
	cancelled := "The Weekly: issue 1 cancelled" // in the words of the test
	if !slices.Equal(subjects, []string{cancelled, cancelled}) {
		t.Errorf("told %q", subjects)
	}
}
