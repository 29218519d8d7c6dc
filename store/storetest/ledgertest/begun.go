package ledgertest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/delivery"
	"roundup/store/storetest"
)

// Whatever became of a message, it counts once in its hour; what was handed
// back untried, and what lies longer ago, does not.
func (e suite) TestBegunCountsMessagesOfEveryIssue(t *testing.T) {
	t.Parallel()
	const tick = 10 * time.Second
	s := e.newScene(t, 6, 2)
	first := s.Start(1)
	s.MustTrade(first, 3)
	s.MustTrade(first, 3, storetest.To(1, delivery.Sent), storetest.To(2, delivery.Sent), storetest.To(3, delivery.Sent))
	s.clock.Forward(50 * time.Minute)
	s.MustTrade(first, 0, storetest.To(4, delivery.Failed), storetest.To(5, delivery.Unknown), delivery.Outcome{SubscriberID: 6, To: delivery.Queued})
	s.clock.Forward(15 * time.Minute)
	begun := func(last time.Duration) []delivery.Begun {
		t.Helper()
		got, err := s.Begun(t.Context(), s.clock.Now().Add(-last), tick)
		s.Must(err)
		return got
	}
	at := func(d time.Duration, n int) delivery.Begun { return delivery.Begun{At: begin().Add(d), Count: n} }
	if diff := cmp.Diff([]delivery.Begun{at(50*time.Minute, 2)}, begun(time.Hour)); diff != "" {
		t.Errorf("in the last hour:\n%s", diff)
	}
	s.MustTrade(first, 1) // reader 6, on the wire
	s.clock.Forward(5 * time.Second)
	d := storetest.Draft(2)
	d.Issue.Kind, d.Issue.Slot = "extra", time.Time{}
	second, err := s.StartIssue(t.Context(), s.Lease, d)
	s.Must(err)
	s.MustTrade(second, 1)
	s.MustTrade(second, 0, storetest.To(1, delivery.Deferred))
	want := []delivery.Begun{at(50*time.Minute, 2), at(65*time.Minute, 2)}
	if diff := cmp.Diff(want, begun(time.Hour)); diff != "" {
		t.Errorf("with a second issue:\n%s", diff)
	}
	if diff := cmp.Diff(append([]delivery.Begun{at(0, 3)}, want...), begun(2*time.Hour)); diff != "" {
		t.Errorf("in the last two hours:\n%s", diff)
	}
}
