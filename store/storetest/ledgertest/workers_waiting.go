package ledgertest

import (
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/ledger"
	"roundup/store/storetest"
)

func (e suite) TestAnIssueWaitsOnceNobodyGetsAnAnswer(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 6)
	a.open(1)
	b.open(2)
	mark := func(c *colleague, status digest.Status, why string, want digest.Status) {
		t.Helper()
		s.Must(s.Mark(t.Context(), c.lease, issue.ID, status, why))
		if got := s.StatusOf(1); got != want {
			t.Fatalf("the issue is %s, want %s", got, want)
		}
	}
	mark(a, digest.Waiting, "connection refused", digest.Sending)
	mark(b, digest.Waiting, "timed out", digest.Waiting)
	mark(b, digest.Sending, "", digest.Sending)
	if a.beat(); s.StatusOf(1) != digest.Sending {
		t.Errorf("the issue is %s while a worker gets answers", s.StatusOf(1))
	}
	b.silent(time.Minute)
	if a.beat(); s.StatusOf(1) != digest.Waiting {
		t.Errorf("the issue is %s, want waiting: the other worker is gone", s.StatusOf(1))
	}
	atWork, gone, err := s.Workers(t.Context())
	s.Must(err)
	if len(atWork) != 1 || atWork[0].Trouble != "connection refused" || atWork[0].Issue != 1 || len(gone) != 1 {
		t.Fatalf("got %+v at work and %+v gone", atWork, gone)
	}
	storetest.Equal(t, "ranges", gone[0].Ranges, []int{2})
}

// A worker that has no range in this moment is at work all the same, until its run is over.
func (e suite) TestAnIssueDoesNotWaitBetweenTwoRanges(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 6)
	b.open(1)
	s.Must(s.Mark(t.Context(), b.lease, issue.ID, digest.Waiting, "connection refused"))
	if b.beat(); s.StatusOf(1) != digest.Sending {
		t.Errorf("the issue is %s while a worker is between two ranges", s.StatusOf(1))
	}
	s.Must(s.Beat(t.Context(), a.lease, ledger.Doing{}))
	if b.beat(); s.StatusOf(1) != digest.Waiting {
		t.Errorf("the issue is %s, want waiting: the other worker's run is over", s.StatusOf(1))
	}
}

// While there is nothing to send but to readers who are to be tried later, no issue waits for the
// relay, though a worker can't reach it.
func (e suite) TestAnIssueDoesNotWaitForOneWithNothingToSend(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 2)
	a.deferOne()
	s.Must(s.Beat(t.Context(), a.lease, ledger.Doing{}))
	s.Must(s.Mark(t.Context(), b.lease, issue.ID, digest.Waiting, "connection refused"))
	if b.beat(); s.StatusOf(1) != digest.Sending {
		t.Errorf("the issue is %s, and there is nothing to send", s.StatusOf(1))
	}
	s.clock.Forward(time.Hour)
	if b.beat(); s.StatusOf(1) != digest.Sending {
		t.Errorf("the issue is %s before another worker has looked", s.StatusOf(1))
	}
	s.clock.Forward(10 * time.Second)
	if b.beat(); s.StatusOf(1) != digest.Waiting {
		t.Errorf("the issue is %s, want waiting: somebody is to be tried again", s.StatusOf(1))
	}
}

// Where unknown deliveries are left for a person, there is nothing to send of them.
func (e suite) TestAnIssueDoesNotWaitForTheUnknownUnlessTheyAreSentAgain(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 2)
	r := a.open(1)
	claims, err := a.exchange(r, 2)
	s.Must(err)
	_, err = a.exchange(r, 0, storetest.To(claims[0].SubscriberID, delivery.Deferred), storetest.To(claims[1].SubscriberID, delivery.Unknown))
	s.Must(err)
	s.Must(s.CloseRanges(t.Context(), []*delivery.Range{r}, delivery.Hold))
	s.Must(s.Beat(t.Context(), a.lease, ledger.Doing{}))
	s.Must(s.Mark(t.Context(), b.lease, issue.ID, digest.Waiting, "connection refused"))
	for _, tt := range []struct {
		policy delivery.UnknownPolicy
		want   digest.Status
	}{{delivery.Hold, digest.Sending}, {delivery.Resend, digest.Waiting}} {
		s.Must(s.Beat(t.Context(), b.lease, ledger.Doing{Issue: issue.ID, Unknown: tt.policy}))
		if got := s.StatusOf(1); got != tt.want {
			t.Errorf("with %s the issue is %s, want %s", tt.policy, got, tt.want)
		}
	}
}

// What a worker had on the wire that died is unknown though its issue is held, and a person
// can resolve it: another worker sees to that, or a desk.
func (e suite) TestAHeldIssueKeepsNothingForWhoIsGone(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 4)
	first, second := a.open(1), b.open(2)
	for _, step := range []func() error{
		func() error { _, err := a.exchange(first, 1); return err },
		func() error { _, err := b.exchange(second, 1); return err },
		func() error { return s.HoldIssue(t.Context(), 1, "", storetest.Anna()) },
	} {
		s.Must(step())
	}
	want := func(reader int64, want delivery.State) {
		t.Helper()
		if got := s.StateOf(issue, reader); got != want {
			t.Errorf("reader %d is %s, want %s", reader, got, want)
		}
	}
	a.silent(time.Minute)
	b.beat() // may be the first after an outage
	want(1, delivery.Sending)
	b.steady()
	b.beat()
	want(1, delivery.Unknown)
	want(3, delivery.Sending)
	s.Must(s.Resolve(t.Context(), 1, "reader1@b.example", delivery.Sent, storetest.Anna()))
	want(1, delivery.Sent)
	_, err := a.exchange(first, 0, storetest.To(1, delivery.Sent))
	s.MustFail(err, delivery.ErrLeaseLost)
	b.silent(time.Minute)
	s.TakeLease()
	want(3, delivery.Unknown)
}

// What a worker waited for is over with its run: the next one, of whatever issue, begins
// without.
func (e suite) TestTroubleEndsWithTheRun(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 6)
	a.open(1)
	b.open(2)
	s.Must(s.Mark(t.Context(), a.lease, issue.ID, digest.Waiting, "connection refused"))
	s.Must(s.Beat(t.Context(), a.lease, ledger.Doing{}))
	workers, _, err := s.Workers(t.Context())
	s.Must(err)
	if workers[0].Trouble != "" || workers[0].Issue != 0 {
		t.Errorf("got %+v of a worker without an issue, want no trouble", workers[0])
	}
	s.Must(s.TakeUp(t.Context(), a.lease, issue.ID))
	b.silent(time.Minute)
	if a.beat(); s.StatusOf(1) != digest.Sending {
		t.Errorf("the issue is %s for what an earlier run waited for", s.StatusOf(1))
	}
}
