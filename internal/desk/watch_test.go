package desk_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
	"roundup/store/storetest"
)

// A desk that leaves the sending to workers ends an issue itself in which nothing is owed:
// there is nothing that a worker would begin.
func TestWatchEndsWhatIsFinal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.finalAndUnderWay(t)
	b.open(t, func(o *desk.Options) { o.Workers = true })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := b.desk.Run(ctx, desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	issue, err := b.store.Issue(t.Context(), 1)
	if err != nil || issue.Status != digest.Sent {
		t.Errorf("the issue is %s, %v, want sent", issue.Status, err)
	}
}

// finalAndUnderWay sends an issue to its one reader, and leaves it under way: a person held
// it meanwhile, and released it.
func (b *bundle) finalAndUnderWay(t *testing.T) {
	t.Helper()
	b.subscribe(t, "anna@readers.example")
	var once sync.Once
	relay, err := smtptest.New(smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		if e.Step == smtptest.RCPT {
			once.Do(func() {
				if err := b.store.HoldIssue(t.Context(), 1, "wrong picture", storetest.Anna()); err != nil {
					t.Error(err)
				}
			})
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = relay.Close() })
	b.relay, b.cfg.SMTP.Port = relay, relay.Port()
	b.open(t)
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
		t.Fatal(err)
	}
	if err := b.store.ReleaseIssue(t.Context(), 1, "", storetest.Anna()); err != nil {
		t.Fatal(err)
	}
}
