package storetest

import (
	"testing"

	"roundup/delivery"
	"roundup/digest"
)

func (e suite) TestLeaseTurnsAnEarlierSenderAway(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	old := s.lease
	issue := s.start(1)
	claims := s.exchange(issue, 1)
	held := s.held[issue.ID]
	s.takeLease()
	if s.lease.Epoch <= old.Epoch {
		t.Fatalf("epoch = %d after %d, want a higher one", s.lease.Epoch, old.Epoch)
	}

	ctx := t.Context()
	_, _, err := s.Exchange(ctx, issue.ID, held, []delivery.Outcome{to(claims[0].SubscriberID, delivery.Sent)}, delivery.Want{Count: 1})
	s.mustFail(err, delivery.ErrLeaseLost)
	_, err = s.OpenRange(ctx, old, issue.ID, nil, delivery.Resend)
	s.mustFail(err, delivery.ErrLeaseLost)
	s.mustFail(s.CloseRanges(ctx, held, delivery.Resend), delivery.ErrLeaseLost)
	s.mustFail(s.Reopen(ctx, old, issue.ID, nil, nil), delivery.ErrLeaseLost)
	s.mustFail(s.Mark(ctx, old, issue.ID, digest.Waiting, ""), delivery.ErrLeaseLost)
	_, err = s.StartIssue(ctx, old, draft(1))
	s.mustFail(err, delivery.ErrLeaseLost)
	if got := s.state(issue, claims[0].SubscriberID); got != delivery.Unknown {
		t.Errorf("state = %s, want unknown: nothing may be written under a lost lease", got)
	}
}

func (e suite) TestLeaseIsNamedWhileHeld(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 0)
	holder := func() string { return one[string](t, s.base, `SELECT holder FROM leases`) }
	if got := holder(); got != "test" {
		t.Errorf("holder = %q, want test", got)
	}
	stale := delivery.Lease{Epoch: s.lease.Epoch - 1}
	s.must(s.ReleaseLease(t.Context(), stale))
	if got := holder(); got != "test" {
		t.Errorf("holder = %q after a stale release, want test", got)
	}
	s.must(s.ReleaseLease(t.Context(), s.lease))
	if got := holder(); got != "" {
		t.Errorf("holder = %q after the release, want none", got)
	}
	s.mustFail(s.Mark(t.Context(), s.lease, 1, digest.Waiting, ""), delivery.ErrLeaseLost)
}
