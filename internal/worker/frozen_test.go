package worker_test

import (
	"context"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/internal/testing/pgtest"
	"roundup/internal/worker"
	"roundup/store/storetest"
)

// wired has the office's database reached through a wire.
func (o *office) wired() *pgtest.Wire {
	o.t.Helper()
	w := pgtest.NewWire(o.t, o.address)
	o.address = w.Address
	return w
}

// A commit that is never answered is given up and found to be applied: nobody is unknown,
// and the issue is sent.
func TestDatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 400, 50, 5*time.Millisecond)
	w := o.wired()
	o.hire(func(options *worker.Options) { options.Jobs, options.Settings.CallLimit = nil, 500*time.Millisecond })
	o.underWay(50)
	w.Cut(false)
	o.sent()
	if again := o.account(delivery.Sent); again > 0 {
		t.Errorf("%d were sent again", again)
	}
}

// A beat that is never answered is given up, and keeps nobody from giving ranges back or opening
// more.
func TestBeatThatIsNotAnswered(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 200, 200, 20*time.Millisecond)
	w := o.wired()
	h := o.hire(func(options *worker.Options) { options.Jobs, options.Settings.CallLimit = nil, 500*time.Millisecond })
	o.underWay(20)
	w.Cut(false)
	o.sent()
	if n := h.log.count("worker not heard"); n == 0 {
		t.Error("every beat was answered: the test tests nothing")
	}
	if again := o.account(delivery.Sent); again > 0 {
		t.Errorf("%d were sent again", again)
	}
}

// A worker with nothing to do goes on looking, whatever was never answered.
func TestLookThatIsNotAnswered(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 20, 10, 0)
	o.must(o.HoldIssue(t.Context(), 1, "", storetest.Anna()))
	w := o.wired()
	o.hire(func(options *worker.Options) { options.Jobs, options.Settings.CallLimit = nil, 500*time.Millisecond })
	o.await("enlisted", func() bool { return o.number(`SELECT count(*) FROM workers`) == 1 })
	w.Cut(false)
	o.must(o.ReleaseIssue(t.Context(), 1, "", storetest.Anna()))
	o.sent()
	if again := o.account(delivery.Sent); again > 0 {
		t.Errorf("%d were sent again", again)
	}
}

// A second signal ends a worker whose database does not answer.
func TestStoppedAtOnceWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 400, 50, 5*time.Millisecond)
	w := o.wired()
	hard, abandon := context.WithCancel(t.Context())
	defer abandon()
	h := o.hire(func(options *worker.Options) { options.Jobs, options.Settings.Hard = nil, hard })
	o.underWay(50)
	w.Cut(true)
	h.stop()
	began := time.Now()
	abandon()
	h.dismiss()
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
}
