package ledgertest

import (
	"slices"

	"pgregory.net/rapid"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/storetest"
)

func (m *model) actLeave(rt *rapid.T) {
	id := rapid.IntRange(1, len(m.readers)).Draw(rt, "reader")
	if rapid.Bool().Draw(rt, "complaint") {
		storetest.Exec(m.t, m.Base, `
			INSERT INTO suppressions (hash, reason, at)
			SELECT hash, 'complaint', '' FROM subscribers WHERE id = ?
			ON CONFLICT DO NOTHING`, id)
	} else {
		storetest.Exec(m.t, m.Base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = ?`, id)
	}
	m.readers[id-1].left = true
}

func (m *model) actHold(rt *rapid.T) {
	err := m.HoldIssue(m.t.Context(), m.issue.Number, "why", storetest.Anna())
	m.allowed(rt, err, m.status == digest.Sending || m.status == digest.Waiting, digest.Held)
}

func (m *model) actRelease(rt *rapid.T) {
	m.allowed(rt, m.ReleaseIssue(m.t.Context(), m.issue.Number, "why", storetest.Anna()), m.status == digest.Held, digest.Sending)
}

func (m *model) actCancel(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "really") > 0 {
		return // little happens then
	}
	if m.status.UnderWay() {
		m.before = m.status
	}
	m.allowed(rt, m.CancelIssue(m.t.Context(), m.issue.Number, "why", storetest.Anna()), m.status.UnderWay(), digest.Cancelled)
	m.settleCancelled()
}

func (m *model) settleCancelled() {
	if m.status != digest.Cancelled {
		return
	}
	for _, r := range m.readers {
		if r.state == delivery.Queued || r.state == delivery.Deferred {
			r.before, r.state, r.missed = r.state, delivery.Skipped, true
		}
	}
}

func (m *model) actRestore(rt *rapid.T) {
	then := digest.Sending
	if m.before == digest.Held {
		then = digest.Held
	}
	err := m.RestoreIssue(m.t.Context(), m.issue.Number, begin(), "why", storetest.Anna())
	m.allowed(rt, err, m.status == digest.Cancelled, then)
	if err != nil {
		return
	}
	for _, r := range m.readers {
		if r.missed {
			r.state, r.missed = r.before, false
		}
	}
	for i, state := range m.printed {
		if state == digest.Owed && len(m.in(delivery.Sending)) == 0 && !m.reachedBy(i+1) {
			m.printed[i] = digest.Reserved
		}
	}
}

// allowed checks a change of status against what the status allows.
func (m *model) allowed(rt *rapid.T, err error, want bool, then digest.Status) {
	if (err == nil) != want {
		rt.Fatalf("from %s to %s: %v, want allowed %v", m.status, then, err, want)
	}
	if want {
		m.status = then
	}
}

func (m *model) actResolve(rt *rapid.T) {
	id := rapid.IntRange(1, len(m.readers)).Draw(rt, "reader")
	r := m.readers[id-1]
	state := rapid.SampledFrom([]delivery.State{delivery.Sent, delivery.Queued}).Draw(rt, "to")
	key := storetest.One[string](m.t, m.Base, `SELECT key FROM subscribers WHERE id = ?`, id)
	err := m.Resolve(m.t.Context(), m.issue.Number, key, state, storetest.Anna())
	lawful := r.state == delivery.Unknown && (state == delivery.Sent || m.status != digest.Cancelled)
	if (err == nil) != lawful {
		rt.Fatalf("resolve %s to %s: %v, want allowed %v", r.state, state, err, lawful)
	}
	if !lawful {
		return
	}
	r.state = state
	if state == delivery.Queued {
		m.disturbed = m.disturbed || len(m.Holding[m.issue.ID]) > 0
		r.resent = true
		r.ordered++
		if m.status == digest.Sent {
			m.status = digest.Sending
		}
	}
}

// reachedBy reports whether somebody may have an article.
func (m *model) reachedBy(article int) bool {
	return slices.ContainsFunc(m.readers, func(r *modelReader) bool { return r.copies > 0 && has(r.variant, article) })
}
