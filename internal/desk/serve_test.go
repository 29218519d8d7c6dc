package desk_test

import (
	"context"
	"testing"
	"time"

	"roundup/internal/desk"
)

// TestDaemonAtASlot lets a daemon meet a slot with a relay that is away: it
// starts the issue, says so once, and its health names the trouble and no more.
func TestDaemonAtASlot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.subscribe(t, "anna@readers.example")
	if _, err := b.desk.Schedule(t.Context(), 1, 1); err != nil { // the schedule is seen
		t.Fatal(err)
	}
	b.now = time.Date(2026, 11, 27, 7, 0, 30, 0, time.UTC)
	if err := b.relay.Close(); err != nil {
		t.Fatal(err)
	}
	runs := make(chan desk.Result, 8)
	d := desk.NewDaemon(b.desk, desk.RunOptions{}, func(r desk.Result, err error) {
		if err != nil {
			t.Errorf("run: %v", err)
		}
		runs <- r
	})
	if h := d.Health(); h.OK {
		t.Errorf("healthy before it looked: %+v", h)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { d.Run(ctx); close(ended) }()
	r := <-runs
	stop()
	<-ended
	if len(r.Sent) != 1 || r.Sent[0].Status != "waiting" {
		t.Errorf("the run did %+v, want issue 1 waiting", r.Sent)
	}
	if got, want := d.Health(), (desk.Health{Detail: "issue 1 is waiting"}); got != want {
		t.Errorf("health %+v, want %+v", got, want)
	}
	if len(runs) != 0 {
		t.Errorf("%d more accounts of one run", len(runs))
	}
}
