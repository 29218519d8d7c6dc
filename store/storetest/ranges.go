package storetest

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/ledger"
)

func (e suite) TestTakingOverMakesLeftoversUnknown(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	issue := s.start(1)
	s.exchange(issue, 2)
	old := s.held[issue.ID]
	s.takeLease()
	for id, want := range map[int64]delivery.State{1: delivery.Unknown, 2: delivery.Unknown, 3: delivery.Queued} {
		if got := s.state(issue, id); got != want {
			t.Errorf("reader %d is %s once nobody holds the range, want %s", id, got, want)
		}
	}
	// A result of the sender that is gone can't be told any more.
	_, _, err := s.Exchange(t.Context(), issue.ID, old, []delivery.Outcome{to(1, delivery.Sent)}, delivery.Want{})
	s.mustFail(err, delivery.ErrLeaseLost)
	s.mustFail(s.CloseRanges(t.Context(), old, delivery.Resend), delivery.ErrLeaseLost)
	if left := s.recover(issue); left != 2 {
		t.Fatalf("%d were left on the wire, want 2", left)
	}
	if got := s.articleState(1); got != digest.Carried {
		t.Errorf("article is %s, want carried: a reader may have it", got)
	}
	attempts, err := s.Attempts(t.Context(), issue.ID, 1)
	s.must(err)
	if len(attempts) != 1 || attempts[0].State != delivery.Unknown || attempts[0].Why == "" || attempts[0].Attempt != 1 {
		t.Errorf("attempts = %+v, want the last unknown one with why", attempts)
	}
	equal(t, "claimed next", ids(s.exchange(issue, 5)), []int64{3, 1, 2})
}

// A range that is opened again under one lease, since the answer to its opening was lost,
// is no longer the first one's: what that claimed is unknown, and sent again once.
func (e suite) TestAZombieWritesNothing(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	issue := s.start(1)
	s.exchange(issue, 2)
	zombie := s.held[issue.ID]
	s.held[issue.ID] = nil
	if left := s.recover(issue); left != 2 {
		t.Fatalf("%d were left on the wire, want 2", left)
	}
	before := s.dump()
	for what, try := range map[string]func() error{
		"an outcome": func() error {
			_, _, err := s.Exchange(t.Context(), issue.ID, zombie, []delivery.Outcome{to(1, delivery.Sent)}, delivery.Want{})
			return err
		},
		"a claim": func() error {
			_, _, err := s.Exchange(t.Context(), issue.ID, zombie, nil, delivery.Want{Count: 1, Policy: delivery.Resend})
			return err
		},
		"a closing": func() error { return s.CloseRanges(t.Context(), zombie, delivery.Resend) },
	} {
		if err := try(); !errors.Is(err, delivery.ErrLeaseLost) {
			t.Errorf("%s: %v, want %v", what, err, delivery.ErrLeaseLost)
		}
	}
	if got := s.dump(); got != before {
		t.Errorf("deliveries:\n%swant\n%s", got, before)
	}
}

// An exchange whose answer was lost is recognised, and answered again, also when it
// claimed what had a row, skipped somebody, and took place in several ranges.
func (e suite) TestAnExchangeIsAppliedOnce(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 9, 1)
	s.rangeSize = 3
	issue := s.start(1)
	s.exchange(issue, 4)
	run(t, s.base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = 5`)
	outcomes := []delivery.Outcome{to(1, delivery.Sent), to(2, delivery.Queued), to(3, delivery.Unknown), {SubscriberID: 4, To: delivery.Queued}}
	want := delivery.Want{Count: 5, Policy: delivery.Resend}
	s.openUp(issue, want)
	held := s.held[issue.ID]
	lost := make([]*delivery.Range, len(held))
	for i, r := range held {
		kept := *r
		lost[i] = &kept
	}
	first, _, err := s.Exchange(t.Context(), issue.ID, held, outcomes, want)
	s.must(err)
	equal(t, "claimed", ids(first), []int64{2, 3, 4, 6, 7})
	before := s.dump()
	for range 2 {
		again, status, err := s.Exchange(t.Context(), issue.ID, clones(lost), outcomes, want)
		s.must(err)
		if diff := cmp.Diff(byReader(first), byReader(again)); diff != "" || status != digest.Sending {
			t.Errorf("%s, claims differ:\n%s", status, diff)
		}
	}
	if got := s.dump(); got != before {
		t.Errorf("deliveries:\n%swant\n%s", got, before)
	}
	_, _, err = s.Exchange(t.Context(), issue.ID, lost, outcomes, want)
	s.must(err)
	if diff := cmp.Diff(held, lost); diff != "" {
		t.Errorf("what is held differs:\n%s", diff)
	}
	s.held[issue.ID] = lost
	equal(t, "claimed next", ids(s.exchange(issue, 9, to(2, delivery.Sent), to(3, delivery.Sent), to(4, delivery.Sent), to(6, delivery.Sent), to(7, delivery.Sent))), []int64{8, 9})
}

func clones(held []*delivery.Range) (copies []*delivery.Range) {
	for _, r := range held {
		kept := *r
		copies = append(copies, &kept)
	}
	return copies
}

func byReader(claims []delivery.Claim) map[int64]delivery.Claim {
	m := map[int64]delivery.Claim{}
	for _, c := range claims {
		m[c.SubscriberID] = c
	}
	return m
}

// A clock that was a year ahead and is put right leaves nobody deferred for that year.
func (e suite) TestTakingOverAfterAClockWasPutBack(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 1)
	issue := s.start(1)
	s.clock.now = s.clock.now.AddDate(1, 0, 0)
	s.exchange(issue, 2)
	late, soon := to(1, delivery.Deferred), to(2, delivery.Deferred)
	late.Pause, soon.Pause = time.Minute, delivery.LongestPause
	s.exchange(issue, 0, late)
	s.clock.now = s.clock.now.AddDate(-1, 0, 0)
	s.exchange(issue, 0, soon)
	s.closeUp(issue, delivery.Resend)
	equal(t, "claimed before", ids(s.exchange(issue, 2)), nil)
	s.takeLease()
	equal(t, "claimed after", ids(s.exchange(issue, 2)), []int64{1})
	if got := s.state(issue, 2); got != delivery.Deferred {
		t.Errorf("reader 2 is %s, want deferred: its pause is an ordinary one", got)
	}
}

// Ten start up at once, each with the lease it took: one of them sends in the end, and
// nobody is claimed by two who may both write what became of it.
func (e suite) TestTenTakeOverAtOnce(t *testing.T) {
	t.Parallel()
	const readers = 200
	s := e.newScene(t, readers, 1)
	s.rangeSize = 30
	issue := s.start(1)
	var mu sync.Mutex
	sent := map[int64]int{}
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			lease, err := s.AcquireLease(t.Context(), "one of ten", s.lease.By)
			if err != nil {
				t.Error(err)
				return
			}
			mine := &scene{base: s.base, lease: lease}
			for _, id := range mine.sendAll(issue) {
				mu.Lock()
				sent[id]++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	s.takeLease()
	for _, id := range s.sendAll(issue) {
		sent[id]++
	}
	s.takeLease()
	for r, err := range s.Deliveries(t.Context(), issue.Number, ledger.DeliveryFilter{}) {
		s.must(err)
		// Two may have died with it on the wire: then nobody knows, and it is not sent a third time.
		lost := r.State == delivery.Unknown && r.Attempts >= 2
		if n := sent[idOf(r.PublicID)]; n > 1 || n == 1 && r.State != delivery.Sent || n == 0 && !lost {
			t.Errorf("reader %d was told %d times to be sent, and is %s after %d attempts", idOf(r.PublicID), n, r.State, r.Attempts)
		}
	}
	s.must(s.Mark(t.Context(), s.lease, issue.ID, digest.Sent, ""))
}

// sendAll sends until nothing is left or the lease is lost, and returns who is on record
// as sent by it.
func (s *scene) sendAll(issue digest.Issue) (sent []int64) {
	ctx, want := s.t.Context(), delivery.Want{Count: 7, Policy: delivery.Resend}
	var held []*delivery.Range
	var outcomes []delivery.Outcome
	for {
		r, err := s.OpenRange(ctx, s.lease, issue.ID, held, want.Policy)
		if r != nil {
			held = append(held, r)
		}
		var claims []delivery.Claim
		if err == nil {
			claims, _, err = s.Exchange(ctx, issue.ID, held, outcomes, want)
		}
		if errors.Is(err, delivery.ErrLeaseLost) {
			return sent
		}
		if err != nil {
			s.t.Error(err)
			return sent
		}
		for _, o := range outcomes {
			sent = append(sent, o.SubscriberID)
		}
		if outcomes = nil; len(claims) == 0 && r == nil {
			return sent
		}
		for _, c := range claims {
			outcomes = append(outcomes, to(c.SubscriberID, delivery.Sent))
		}
	}
}

// What is counted when a range is closed is what is there (I10), whatever was done with it
// between; a range is done exactly when every delivery of it is final (I7).
func (e suite) TestClosingCounts(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 9, 1)
	s.rangeSize = 3
	issue := s.start(1)
	s.exchange(issue, 9)
	done := func() string {
		return strings.Join(texts(t, s.base, `SELECT CASE WHEN done_at IS NULL THEN '0' ELSE '1' END FROM ranges ORDER BY number`), "")
	}
	s.exchange(issue, 0, to(1, delivery.Sent), to(2, delivery.Failed), to(3, delivery.Sent), to(4, delivery.Sent),
		to(5, delivery.Unknown), to(6, delivery.Sent), to(7, delivery.Deferred), to(8, delivery.Sent), to(9, delivery.Sent))
	open, err := s.Tally(t.Context(), issue.ID)
	s.must(err)
	s.closeUp(issue, delivery.Resend)
	closed, err := s.Tally(t.Context(), issue.ID)
	s.must(err)
	if diff := cmp.Diff(open, closed); diff != "" {
		t.Errorf("closing changed the tally:\n%s", diff)
	}
	if got := done(); got != "100" {
		t.Errorf("done = %s, want the first alone: an unknown one may be sent again, a deferred one is owed", got)
	}
	s.must(s.reopenFailed(issue, 2))
	if got := done(); got != "000" {
		t.Errorf("done = %s once a failed one is queued again, want none", got)
	}
	s.must(s.VerifySend(t.Context(), time.Minute))
	equal(t, "claimed", ids(s.exchange(issue, 9)), []int64{2, 5})
	s.exchange(issue, 0, to(2, delivery.Sent), to(5, delivery.Unknown))
	s.closeUp(issue, delivery.Resend)
	if got := done(); got != "110" {
		t.Errorf("done = %s, want all but the last", got)
	}
	s.mustFail(s.Mark(t.Context(), s.lease, issue.ID, digest.Sent, ""), delivery.ErrOwed)
}

// Everybody who may be mailed is in exactly one range, in the order of the list, and stays
// there whatever becomes of the list (I1).
func (e suite) TestAnAudienceIsFrozenOnce(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 7, 30, 2000} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 50, 1)
			run(t, s.base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id IN (1, 14, 15, 50)`)
			run(t, s.base, `INSERT INTO suppressions (hash, reason, at) SELECT hash, 'complaint', '' FROM subscribers WHERE id IN (8, 49)`)
			var want []int64
			for id := range int64(50) {
				if !slices.Contains([]int64{1, 14, 15, 50, 8, 49}, id+1) {
					want = append(want, id+1)
				}
			}
			s.rangeSize = size
			issue := s.start(1)
			run(t, s.base, `UPDATE subscriptions SET status = 'active' WHERE subscriber_id = 14`)
			s.recover(issue)
			var got []int64
			for i, r := range s.held[issue.ID] {
				if r.Number != i+1 || len(r.Readers) > size {
					t.Errorf("range %d holds %d readers", r.Number, len(r.Readers))
				}
				got = append(got, r.Readers...)
			}
			equal(t, "audience", got, want)
		})
	}
}
