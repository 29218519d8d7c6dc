package desk_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
)

// TestDaemonAtASlot lets a daemon meet a slot with a relay that is away: it
// starts the issue, says so once, and its health names the trouble and no more.
func TestDaemonAtASlot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.atASlot(t)
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

// atASlot adds a reader, and moves to half a minute after a slot.
func (b *bundle) atASlot(t *testing.T) {
	t.Helper()
	b.subscribe(t, "anna@readers.example")
	if _, err := b.desk.Schedule(t.Context(), 1, 1); err != nil { // the schedule is seen
		t.Fatal(err)
	}
	b.now = time.Date(2026, 11, 27, 7, 0, 30, 0, time.UTC)
}

// TestDaemonLeavesAloneWhatItCouldNotFinish turns a daemon over and over while the
// relay takes no mail: it tries again a minute after it gave up, not each time.
func TestDaemonLeavesAloneWhatItCouldNotFinish(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.atASlot(t)
	if err := b.relay.Close(); err != nil {
		t.Fatal(err)
	}
	busy, err := smtptest.New(smtptest.Options{
		Addr:   fmt.Sprintf("127.0.0.1:%d", b.relay.Port()),
		Script: smtptest.On(smtptest.Connect, smtptest.Reply("421 too busy").ThenDrop()),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = busy.Close() })
	daemon := desk.NewDaemon(b.desk, desk.RunOptions{}, func(_ desk.Result, err error) {
		if err != nil {
			t.Errorf("run: %v", err)
		}
	})
	begin := b.now
	for _, turn := range []struct {
		after time.Duration
		want  int // tries so far
	}{
		{0, 1}, {3 * time.Second, 1}, {59 * time.Second, 1}, {time.Minute, 2}, {119 * time.Second, 2}, {2 * time.Minute, 3},
	} {
		b.now = begin.Add(turn.after)
		daemon.Turn(t.Context())
		if got := busy.Connections(); got != turn.want {
			t.Errorf("after %s: tried %d times, want %d", turn.after, got, turn.want)
		}
	}
}
