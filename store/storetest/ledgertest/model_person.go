package ledgertest

import (
	"maps"
	"slices"
	"time"

	"pgregory.net/rapid"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/storetest"
)

// meanwhile is what happens before a sender comes to its next step: up to three things.
func (m *model) meanwhile(rt *rapid.T) {
	does := map[string]func(*rapid.T){
		"hold": m.actHold, "release": m.actRelease, "cancel": m.actCancel, "wait": m.actWait, "leave": m.actLeave,
		"forget": m.actForget, "resolve": m.actResolve, "resend": m.actResend,
	}
	if m.ending {
		return
	}
	names := slices.Sorted(maps.Keys(does))
	for _, name := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 3).Draw(rt, "meanwhile") {
		does[name](rt)
	}
}

func (m *model) actWait(*rapid.T) { m.clock.Forward(7 * time.Minute) }

func (m *model) actLeave(rt *rapid.T) {
	id := rapid.IntRange(1, len(m.readers)).Draw(rt, "reader")
	if m.readers[id-1].erased {
		return
	}
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

// actForget forgets a reader: whoever is to be tried again is skipped at once.
func (m *model) actForget(rt *rapid.T) {
	id := rapid.IntRange(1, len(m.readers)).Draw(rt, "reader")
	again := slices.DeleteFunc(append(m.in(delivery.Deferred), m.in(delivery.Queued)...), func(id int64) bool { return !m.readers[id-1].tried })
	if len(again) > 0 && rapid.Bool().Draw(rt, "one to be tried again") {
		id = int(rapid.SampledFrom(again).Draw(rt, "tried reader"))
	}
	r := m.readers[id-1]
	if r.erased {
		return
	}
	key := storetest.One[string](m.t, m.Base, `SELECT key FROM subscribers WHERE id = ?`, id)
	if err := m.Forget(m.t.Context(), key, storetest.Anna()); err != nil {
		rt.Fatal(err)
	}
	r.left, r.erased = true, true
	state := r.state
	if r.missed {
		state = r.before
	}
	if state == delivery.Deferred || state == delivery.Queued && r.tried {
		r.state, r.missed = delivery.Skipped, false
	}
}

func (m *model) actHold(rt *rapid.T) {
	if rapid.IntRange(0, 3).Draw(rt, "really") > 0 {
		return // as with a cancelling
	}
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
		if state == digest.Owed && !m.flying() && !m.reachedBy(i+1) {
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
	if unknown := m.in(delivery.Unknown); len(unknown) > 0 && rapid.IntRange(0, 3).Draw(rt, "anybody") > 0 {
		id = int(rapid.SampledFrom(unknown).Draw(rt, "unknown reader"))
	}
	m.resolve(rt, id, rapid.SampledFrom([]delivery.State{delivery.Queued, delivery.Sent}).Draw(rt, "to"))
}

// actResend has everybody sent to again who may have got nothing.
func (m *model) actResend(rt *rapid.T) {
	for _, id := range m.in(delivery.Unknown) {
		m.resolve(rt, int(id), delivery.Queued)
	}
}

func (m *model) resolve(rt *rapid.T, id int, state delivery.State) {
	r := m.readers[id-1]
	key := storetest.One[string](m.t, m.Base, `SELECT coalesce(key, '') FROM subscribers WHERE id = ?`, id)
	err := m.Resolve(m.t.Context(), m.issue.Number, key, state, storetest.Anna())
	lawful := r.state == delivery.Unknown && !r.erased && (state == delivery.Sent || m.status != digest.Cancelled)
	if (err == nil) != lawful {
		rt.Fatalf("resolve %s to %s: %v, want allowed %v", r.state, state, err, lawful)
	}
	if !lawful {
		return
	}
	m.settle()
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
