package ledgertest

import (
	"errors"
	"slices"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/store/storetest"
)

// actDie is a death of the sender and the start of the next, which may open nothing, as
// while the relay is away. The dead one may turn out to be a zombie, which writes nothing.
func (m *model) actDie(rt *rapid.T) {
	m.die(rt, rapid.Bool().Draw(rt, "the next one opens everything"))
}

func (m *model) die(rt *rapid.T, opens bool) {
	zombie, flying := m.Holding[m.issue.ID], m.in(delivery.Sending)
	m.TakeLease()
	m.disturbed = false
	for _, id := range flying {
		m.readers[id-1].state, m.readers[id-1].loose = delivery.Unknown, true
	}
	m.settle()
	m.meanwhile(rt)
	if opens && m.status != digest.Cancelled {
		m.recover(rt)
	}
	m.settleCancelled()
	if len(zombie) > 0 && rapid.Bool().Draw(rt, "zombie") {
		m.wake(rt, zombie, flying)
	}
}

// recover opens everything: whatever dead senders left on the wire is put on record.
func (m *model) recover(rt *rapid.T) {
	want := 0
	for _, r := range m.readers {
		if r.loose {
			want++
		}
	}
	if n := m.Recover(m.issue); n != want {
		rt.Fatalf("%d were left on the wire, want %d", n, want)
	}
	m.settle()
	for _, r := range m.readers {
		if r.loose {
			rt.Fatalf("left on the wire still: %+v", *r)
		}
	}
}

// settle notes what was put on record of what dead senders left on the wire: it is when their
// range is opened or closed, or a person resolves one of it.
func (m *model) settle() {
	for i, r := range m.readers {
		if r.loose && storetest.One[int](m.t, m.Base, `SELECT count(*) FROM deliveries WHERE subscriber_id = ? AND state <> 'sending'`, i+1) > 0 {
			r.loose = false
			m.reach(r)
		}
	}
}

// flying reports whether something is on the wire, as far as anybody knows.
func (m *model) flying() bool {
	return slices.ContainsFunc(m.readers, func(r *modelReader) bool { return r.loose || r.state == delivery.Sending })
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

// tryAgain makes an exchange again whose answer was lost, after something else happened: the
// answer is the same, and so is what came of it.
func (m *model) tryAgain(lost []*delivery.Range, outcomes []delivery.Outcome, w delivery.Want, first []delivery.Claim) {
	m.meanwhile(m.rt)
	w.Again = true
	m.Holding[m.issue.ID] = lost
	claims, status, err := m.Exchange(m.t.Context(), m.issue.ID, lost, outcomes, w)
	named := cmpopts.IgnoreFields(mail.Reader{}, "Email", "Name") // a person may be forgotten
	if diff := cmp.Diff(byReader(first), byReader(claims), named); err != nil || diff != "" || status != m.status {
		m.rt.Fatalf("second try: %s instead of %s, %v, claims differ:\n%s", status, m.status, err, diff)
	}
}
