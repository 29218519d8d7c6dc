package ledgertest

import (
	"testing"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/storetest"
)

func (e suite) TestLeaseTurnsAnEarlierSenderAway(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	old := s.Lease
	issue := s.Start(1)
	claims := s.MustTrade(issue, 1)
	held := s.Holding[issue.ID]
	s.TakeLease()
	if s.Lease.Epoch <= old.Epoch {
		t.Fatalf("epoch = %d after %d, want a higher one", s.Lease.Epoch, old.Epoch)
	}

	ctx := t.Context()
	_, _, err := s.Exchange(ctx, issue.ID, held, []delivery.Outcome{storetest.To(claims[0].SubscriberID, delivery.Sent)}, delivery.Want{Count: 1})
	s.MustFail(err, delivery.ErrLeaseLost)
	_, err = s.OpenRange(ctx, old, issue.ID, nil, delivery.Resend)
	s.MustFail(err, delivery.ErrLeaseLost)
	s.MustFail(s.CloseRanges(ctx, held, delivery.Resend), delivery.ErrLeaseLost)
	s.MustFail(s.Reopen(ctx, old, issue.ID, nil, nil), delivery.ErrLeaseLost)
	s.MustFail(s.Mark(ctx, old, issue.ID, digest.Waiting, ""), delivery.ErrLeaseLost)
	_, err = s.StartIssue(ctx, old, storetest.Draft(1))
	s.MustFail(err, delivery.ErrLeaseLost)
	if got := s.StateOf(issue, claims[0].SubscriberID); got != delivery.Unknown {
		t.Errorf("state = %s, want unknown: nothing may be written under a lost lease", got)
	}
}

func (e suite) TestLeaseIsNamedWhileHeld(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 0)
	holder := func() string { return storetest.One[string](t, s.Base, `SELECT holder FROM leases`) }
	if got := holder(); got != "test" {
		t.Errorf("holder = %q, want test", got)
	}
	stale := delivery.Lease{Epoch: s.Lease.Epoch - 1}
	s.Must(s.ReleaseLease(t.Context(), stale))
	if got := holder(); got != "test" {
		t.Errorf("holder = %q after a stale release, want test", got)
	}
	s.Must(s.ReleaseLease(t.Context(), s.Lease))
	if got := holder(); got != "" {
		t.Errorf("holder = %q after the release, want none", got)
	}
	s.MustFail(s.Mark(t.Context(), s.Lease, 1, digest.Waiting, ""), delivery.ErrLeaseLost)
}
