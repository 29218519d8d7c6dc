package ledgertest

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
	"roundup/store/storetest"
)

func (e suite) TestTakingOverMakesLeftoversUnknown(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 3, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 2)
	old := s.Holding[issue.ID]
	s.TakeLease()
	for id, want := range map[int64]delivery.State{1: delivery.Unknown, 2: delivery.Unknown, 3: delivery.Queued} {
		if got := s.StateOf(issue, id); got != want {
			t.Errorf("reader %d is %s once nobody holds the range, want %s", id, got, want)
		}
	}
	// A result of the sender that is gone can't be told any more.
	_, _, err := s.Exchange(t.Context(), issue.ID, old, []delivery.Outcome{storetest.To(1, delivery.Sent)}, delivery.Want{})
	s.MustFail(err, delivery.ErrLeaseLost)
	s.MustFail(s.CloseRanges(t.Context(), old, delivery.Resend), delivery.ErrLeaseLost)
	if left := s.Recover(issue); left != 2 {
		t.Fatalf("%d were left on the wire, want 2", left)
	}
	if got := s.ArticleState(1); got != digest.Carried {
		t.Errorf("article is %s, want carried: a reader may have it", got)
	}
	attempts, err := s.Attempts(t.Context(), issue.ID, 1)
	s.Must(err)
	if len(attempts) != 1 || attempts[0].State != delivery.Unknown || attempts[0].Why == "" || attempts[0].Attempt != 1 {
		t.Errorf("attempts = %+v, want the last unknown one with why", attempts)
	}
	storetest.Equal(t, "claimed next", storetest.IDs(s.MustTrade(issue, 5)), []int64{3, 1, 2})
}

// A range that is opened again under one lease, since the answer to its opening was lost,
// is no longer the first one's: what that claimed is unknown, and sent again once.
func (e suite) TestAZombieWritesNothing(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 4, 1)
	issue := s.Start(1)
	s.MustTrade(issue, 2)
	zombie := s.Holding[issue.ID]
	s.Holding[issue.ID] = nil
	if left := s.Recover(issue); left != 2 {
		t.Fatalf("%d were left on the wire, want 2", left)
	}
	before := s.Dump()
	for what, try := range map[string]func() error{
		"an outcome": func() error {
			_, _, err := s.Exchange(t.Context(), issue.ID, zombie, []delivery.Outcome{storetest.To(1, delivery.Sent)}, delivery.Want{})
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
	if got := s.Dump(); got != before {
		t.Errorf("deliveries:\n%swant\n%s", got, before)
	}
}

// An exchange whose answer was lost is recognised, and answered again, also when it
// claimed what had a row, skipped somebody, and took place in several ranges.
func (e suite) TestAnExchangeIsAppliedOnce(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 9, 1)
	s.RangeSize = 3
	issue := s.Start(1)
	s.MustTrade(issue, 4)
	storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = 5`)
	outcomes := []delivery.Outcome{storetest.To(1, delivery.Sent), storetest.To(2, delivery.Queued), storetest.To(3, delivery.Unknown), {SubscriberID: 4, To: delivery.Queued}}
	want := delivery.Want{Count: 5, Policy: delivery.Resend}
	s.OpenUp(issue, want)
	held := s.Holding[issue.ID]
	lost := make([]*delivery.Range, len(held))
	for i, r := range held {
		kept := *r
		lost[i] = &kept
	}
	first, _, err := s.Exchange(t.Context(), issue.ID, held, outcomes, want)
	s.Must(err)
	storetest.Equal(t, "claimed", storetest.IDs(first), []int64{2, 3, 4, 6, 7})
	before := s.Dump()
	want.Again = true
	for range 2 {
		again, status, err := s.Exchange(t.Context(), issue.ID, clones(lost), outcomes, want)
		s.Must(err)
		if diff := cmp.Diff(byReader(first), byReader(again)); diff != "" || status != digest.Sending {
			t.Errorf("%s, claims differ:\n%s", status, diff)
		}
	}
	if got := s.Dump(); got != before {
		t.Errorf("deliveries:\n%swant\n%s", got, before)
	}
	_, _, err = s.Exchange(t.Context(), issue.ID, lost, outcomes, want)
	s.Must(err)
	if diff := cmp.Diff(held, lost); diff != "" {
		t.Errorf("what is held differs:\n%s", diff)
	}
	s.Holding[issue.ID] = lost
	storetest.Equal(t, "claimed next", storetest.IDs(s.MustTrade(issue, 9, storetest.To(2, delivery.Sent), storetest.To(3, delivery.Sent), storetest.To(4, delivery.Sent), storetest.To(6, delivery.Sent), storetest.To(7, delivery.Sent))), []int64{8, 9})
}

// A person may hold the issue between the tries, and a deferred reader fall due: the exchange
// is recognised all the same, by every range it had a part in.
func (e suite) TestAnExchangeIsRecognisedWhateverChanged(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		outcomes  []delivery.Outcome
		meanwhile func(s *scene)
		status    digest.Status
	}{
		{"held", nil, func(s *scene) { s.Must(s.HoldIssue(t.Context(), 1, "", storetest.Anna())) }, digest.Held},
		{"cancelled", nil, func(s *scene) { s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna())) }, digest.Cancelled},
		{"one fell due", nil, func(s *scene) { s.clock.Forward(time.Hour) }, digest.Sending},
		{"one fell due, with a result", []delivery.Outcome{storetest.To(3, delivery.Sent)}, func(s *scene) { s.clock.Forward(time.Hour) }, digest.Sending},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 6, 1)
			s.RangeSize = 2
			issue := s.Start(1)
			s.MustTrade(issue, 3)
			s.MustTrade(issue, 0, storetest.To(1, delivery.Deferred)) // 2 and 3 are on the wire
			want := delivery.Want{Count: 2, Policy: delivery.Resend}
			s.OpenUp(issue, want)
			held := s.Holding[issue.ID]
			lost := clones(held)
			first, _, err := s.Exchange(t.Context(), issue.ID, held, tt.outcomes, want)
			s.Must(err)
			storetest.Equal(t, "claimed", storetest.IDs(first), []int64{4, 5})
			tt.meanwhile(s)
			want.Again = true
			again, status, err := s.Exchange(t.Context(), issue.ID, lost, tt.outcomes, want)
			s.Must(err)
			if diff := cmp.Diff(byReader(first), byReader(again)); diff != "" || status != tt.status {
				t.Errorf("%s, claims differ:\n%s", status, diff)
			}
			if diff := cmp.Diff(held, lost); diff != "" {
				t.Errorf("what is held differs:\n%s", diff)
			}
			s.Holding[issue.ID] = lost
			s.MustTrade(issue, 0, storetest.To(4, delivery.Sent), storetest.To(5, delivery.Sent))
			if a, b := s.StateOf(issue, 4), s.StateOf(issue, 5); a != delivery.Sent || b != delivery.Sent {
				t.Errorf("readers 4 and 5 are %s and %s, want sent", a, b)
			}
		})
	}
}

// A range that another took after it was given back is no loss to who gave it back, and did
// not hear the answer.
func (e suite) TestAClosingIsRecognisedWhoeverOpenedMeanwhile(t *testing.T) {
	t.Parallel()
	s, _, a, b := e.colleagues(t, 2)
	r := a.open(1)
	claims, err := a.exchange(r, 1)
	s.Must(err)
	_, err = a.exchange(r, 0, storetest.To(claims[0].SubscriberID, delivery.Sent))
	s.Must(err)
	giveBack := func() error { return s.CloseRanges(t.Context(), []*delivery.Range{r}, delivery.Resend) }
	s.Must(giveBack())
	s.Must(giveBack())
	theirs := b.open(1)
	s.Must(giveBack())
	if _, err = b.exchange(theirs, 1); err != nil {
		t.Errorf("the other lost it: %v", err)
	}
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

// A clock that was a year ahead and is put right leaves nobody deferred for that year, and
// the figures of every range stay those of its deliveries.
func (e suite) TestTakingOverAfterAClockWasPutBack(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	s := e.newScene(t, 8, 1)
	s.RangeSize = 2
	issue := s.Start(1)
	s.clock.Forward(year)
	s.MustTrade(issue, 8)
	deferred := func(id int64, pause time.Duration) delivery.Outcome {
		o := storetest.To(id, delivery.Deferred)
		o.Pause = pause
		return o
	}
	s.MustTrade(issue, 0, deferred(1, time.Minute), deferred(3, time.Minute), deferred(6, time.Minute))
	s.clock.Forward(-year)
	s.MustTrade(issue, 0, deferred(2, delivery.LongestPause), storetest.To(4, delivery.Sent), deferred(5, 10*time.Minute),
		deferred(7, 20*time.Minute), storetest.To(8, delivery.Sent))
	s.CloseUp(issue, delivery.Resend)
	storetest.Equal(t, "claimed before", storetest.IDs(s.MustTrade(issue, 6)), nil)
	s.TakeLease()
	s.Must(s.CompareRanges(t.Context(), issue.ID))
	storetest.Equal(t, "claimed after", storetest.IDs(s.MustTrade(issue, 6)), []int64{3})
	// The others of a range with somebody who is due before follow with that.
	s.clock.Forward(10 * time.Minute)
	storetest.Equal(t, "claimed with one of a pause of 10 minutes", storetest.IDs(s.MustTrade(issue, 6)), []int64{5, 6})
	s.clock.Forward(delivery.LongestPause)
	storetest.Equal(t, "claimed with one of the longest pause", storetest.IDs(s.MustTrade(issue, 6)), []int64{2, 1, 7})
}

// A lease looks at no delivery of an issue that is over: it may have a million.
func (e suite) TestALeaseLeavesWhatIsOver(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 1)
	issue := s.Start(1)
	s.clock.Forward(365 * 24 * time.Hour)
	s.bring(issue, delivery.Deferred)
	s.CloseUp(issue, delivery.Resend)
	s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
	s.clock.Forward(-365 * 24 * time.Hour)
	e.Refuse(t, s.Store, "deliveries")
	s.TakeLease()
}

// Ten start up at once, each with the lease it took: one of them sends in the end, and
// nobody is claimed by two who may both write what became of it.
func (e suite) TestTenTakeOverAtOnce(t *testing.T) {
	t.Parallel()
	const readers = 200
	s := e.newScene(t, readers, 1)
	s.RangeSize = 30
	issue := s.Start(1)
	var mu sync.Mutex
	sent := map[int64]int{}
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			lease, err := s.AcquireLease(t.Context(), "one of ten", s.Lease.By)
			if err != nil {
				t.Error(err)
				return
			}
			for _, id := range s.With(lease).SendAll(issue) {
				mu.Lock()
				sent[id]++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	s.TakeLease()
	for _, id := range s.SendAll(issue) {
		sent[id]++
	}
	s.TakeLease()
	for r, err := range s.Deliveries(t.Context(), issue.Number, ledger.DeliveryFilter{}) {
		s.Must(err)
		// Two may have died with it on the wire: then nobody knows, and it is not sent a third time.
		lost := r.State == delivery.Unknown && r.Attempts >= 2
		if n := sent[storetest.IDOf(r.PublicID)]; n > 1 || n == 1 && r.State != delivery.Sent || n == 0 && !lost {
			t.Errorf("reader %d was told %d times to be sent, and is %s after %d attempts", storetest.IDOf(r.PublicID), n, r.State, r.Attempts)
		}
	}
	s.Must(s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, ""))
}

// What is counted when a range is closed is what is there (I10), whatever was done with it
// between; a range is done exactly when every delivery of it is final (I7).
func (e suite) TestClosingCounts(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 9, 1)
	s.RangeSize = 3
	issue := s.Start(1)
	s.MustTrade(issue, 9)
	done := func() string {
		return strings.Join(storetest.Texts(t, s.Base, `SELECT CASE WHEN done_at IS NULL THEN '0' ELSE '1' END FROM ranges ORDER BY number`), "")
	}
	s.MustTrade(issue, 0, storetest.To(1, delivery.Sent), storetest.To(2, delivery.Failed), storetest.To(3, delivery.Sent), storetest.To(4, delivery.Sent),
		storetest.To(5, delivery.Unknown), storetest.To(6, delivery.Sent), storetest.To(7, delivery.Deferred), storetest.To(8, delivery.Sent), storetest.To(9, delivery.Sent))
	open, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	s.CloseUp(issue, delivery.Resend)
	closed, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if diff := cmp.Diff(open, closed); diff != "" {
		t.Errorf("closing changed the tally:\n%s", diff)
	}
	if got := done(); got != "100" {
		t.Errorf("done = %s, want the first alone: an unknown one may be sent again, a deferred one is owed", got)
	}
	s.Must(s.ReopenFailed(issue, 2))
	if got := done(); got != "000" {
		t.Errorf("done = %s once a failed one is queued again, want none", got)
	}
	s.Must(s.VerifySend(t.Context(), time.Minute))
	storetest.Equal(t, "claimed", storetest.IDs(s.MustTrade(issue, 9)), []int64{2, 5})
	s.MustTrade(issue, 0, storetest.To(2, delivery.Sent), storetest.To(5, delivery.Unknown))
	s.CloseUp(issue, delivery.Resend)
	if got := done(); got != "110" {
		t.Errorf("done = %s, want all but the last", got)
	}
	s.MustFail(s.Mark(t.Context(), s.Lease, issue.ID, digest.Sent, ""), delivery.ErrOwed)
}

// Everybody who may be mailed is in exactly one range, in the order of the list, and stays
// there whatever becomes of the list (I1).
func (e suite) TestAnAudienceIsFrozenOnce(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 7, 30, 2000} {
		t.Run(strconv.Itoa(size), func(t *testing.T) {
			t.Parallel()
			s := e.newScene(t, 50, 1)
			storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id IN (1, 14, 15, 50)`)
			storetest.Exec(t, s.Base, `INSERT INTO suppressions (hash, reason, at) SELECT hash, 'complaint', '' FROM subscribers WHERE id IN (8, 49)`)
			var want []int64
			for id := range int64(50) {
				if !slices.Contains([]int64{1, 14, 15, 50, 8, 49}, id+1) {
					want = append(want, id+1)
				}
			}
			s.RangeSize = size
			issue := s.Start(1)
			storetest.Exec(t, s.Base, `UPDATE subscriptions SET status = 'active' WHERE subscriber_id = 14`)
			s.Recover(issue)
			var got []int64
			for i, r := range s.Holding[issue.ID] {
				if r.Number != i+1 || len(r.Readers) > size {
					t.Errorf("range %d holds %d readers", r.Number, len(r.Readers))
				}
				got = append(got, r.Readers...)
			}
			storetest.Equal(t, "audience", got, want)
		})
	}
}
