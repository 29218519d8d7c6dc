package store_test

import (
	"testing"

	"roundup/delivery"
	"roundup/digest"
)

func TestLeaseTurnsAnEarlierSenderAway(t *testing.T) {
	t.Parallel()
	s := newScene(t, 3, 1)
	old := s.lease
	issue := s.start(1)
	claims := s.exchange(issue, 1)
	s.takeLease()
	if s.lease.Epoch <= old.Epoch {
		t.Fatalf("epoch = %d after %d, want a higher one", s.lease.Epoch, old.Epoch)
	}

	ctx := t.Context()
	_, _, err := s.Exchange(ctx, old, issue.ID, []delivery.Outcome{to(claims[0].SubscriberID, delivery.Sent)}, delivery.Want{Count: 1})
	s.mustFail(err, delivery.ErrLeaseLost)
	_, err = s.Recover(ctx, old, issue.ID)
	s.mustFail(err, delivery.ErrLeaseLost)
	s.mustFail(s.Reopen(ctx, old, issue.ID, nil), delivery.ErrLeaseLost)
	s.mustFail(s.Mark(ctx, old, issue.ID, digest.Waiting, ""), delivery.ErrLeaseLost)
	_, err = s.StartIssue(ctx, old, draft(1))
	s.mustFail(err, delivery.ErrLeaseLost)
	if got := s.state(issue, claims[0].SubscriberID); got != delivery.Sending {
		t.Errorf("state = %s, want sending: nothing may be written under a lost lease", got)
	}
}

func TestLeaseHolderIsNamedWhileHeld(t *testing.T) {
	t.Parallel()
	s := newScene(t, 0, 0)
	holder, since, err := s.LeaseHolder(t.Context())
	s.must(err)
	if holder != "test" || !since.Equal(begin()) {
		t.Errorf("holder = %q since %v, want test since %v", holder, since, begin())
	}
	stale := delivery.Lease{Epoch: s.lease.Epoch - 1}
	s.must(s.ReleaseLease(t.Context(), stale))
	if holder, _, _ = s.LeaseHolder(t.Context()); holder != "test" {
		t.Errorf("holder = %q after a stale release, want test", holder)
	}
	s.must(s.ReleaseLease(t.Context(), s.lease))
	if holder, _, err = s.LeaseHolder(t.Context()); holder != "" || err != nil {
		t.Errorf("holder = %q, %v after the release, want none", holder, err)
	}
	s.mustFail(s.Mark(t.Context(), s.lease, 1, digest.Waiting, ""), delivery.ErrLeaseLost)
}

func TestNobodyHoldsAFreshLease(t *testing.T) {
	t.Parallel()
	st, _ := open(t)
	holder, since, err := st.LeaseHolder(t.Context())
	if holder != "" || !since.IsZero() || err != nil {
		t.Errorf("holder = %q, %v, %v, want none", holder, since, err)
	}
}
