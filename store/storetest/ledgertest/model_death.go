package ledgertest

import (
	"errors"

	"pgregory.net/rapid"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/storetest"
)

// actDie is a death of the sender and the start of the next. The dead one may turn out
// to be a zombie, which writes nothing.
func (m *model) actDie(rt *rapid.T) {
	zombie := m.Holding[m.issue.ID]
	m.TakeLease()
	m.disturbed = false
	n := m.Recover(m.issue)
	left := m.in(delivery.Sending)
	if m.status != digest.Cancelled && n != len(left) {
		rt.Fatalf("%d were left on the wire, want %d", n, len(left))
	}
	for _, id := range left {
		r := m.readers[id-1]
		r.state = delivery.Unknown
		m.reach(r)
	}
	m.settleCancelled()
	if len(zombie) > 0 && rapid.Bool().Draw(rt, "zombie") {
		m.wake(rt, zombie, left)
	}
}

// wake has a sender write that is no longer one: whatever it was doing, nothing comes of it.
func (m *model) wake(rt *rapid.T, zombie []*delivery.Range, sent []int64) {
	var outcomes []delivery.Outcome
	for _, id := range sent {
		outcomes = append(outcomes, storetest.To(id, delivery.Sent))
	}
	ready := 0
	for _, r := range zombie {
		ready += r.Ready(m.clock.Now(), m.policy)
	}
	if len(outcomes) == 0 && (ready == 0 || m.status != digest.Sending && m.status != digest.Waiting) {
		return
	}
	_, _, err := m.Exchange(m.t.Context(), m.issue.ID, zombie, outcomes, delivery.Want{Count: 1, Policy: m.policy})
	if !errors.Is(err, delivery.ErrLeaseLost) {
		rt.Fatalf("a zombie wrote: %v", err)
	}
}
