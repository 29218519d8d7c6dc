package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
)

// modelReader is one delivery as the promises describe it.
type modelReader struct {
	state   delivery.State
	resent  bool // its one resend is used up
	due     time.Time
	left    bool // may not be mailed any more
	missed  bool // skipped by the cancelling
	copies  int  // that the reader may have got
	ordered int  // resends a person asked for
}

// model is an issue as the promises describe it, beside the real one.
type model struct {
	*scene
	rt      *rapid.T
	issue   digest.Issue
	policy  delivery.UnknownPolicy
	status  digest.Status
	before  digest.Status  // of the cancelling
	readers []*modelReader // reader i+1 at i
	reached bool           // somebody may have the issue
}

// Whatever happens, in whatever order, and wherever it is killed: nobody is
// lost, nobody gets more copies than promised, and the ledger says so.
func (e suite) TestLedgerKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		m := e.newModel(t, rt)
		defer func() { _ = m.Close() }()
		rt.Repeat(map[string]func(*rapid.T){
			"":         m.compare,
			"exchange": m.actExchange,
			"send":     m.actSend,
			"crash":    m.actCrash,
			"leave":    m.actLeave,
			"wait":     func(*rapid.T) { m.clock.Forward(7 * time.Minute) },
			"hold":     m.actHold,
			"release":  m.actRelease,
			"cancel":   m.actCancel,
			"restore":  m.actRestore,
			"resolve":  m.actResolve,
			"reopen":   m.actReopen,
			"mark":     m.actMark,
		})
		m.finish()
	})
}

func (e suite) newModel(t *testing.T, rt *rapid.T) *model {
	readers := rapid.IntRange(1, 8).Draw(rt, "readers")
	m := &model{
		scene:  e.newScene(t, readers, 1),
		rt:     rt,
		policy: rapid.SampledFrom([]delivery.UnknownPolicy{delivery.Resend, delivery.Hold}).Draw(rt, "policy"),
		status: digest.Sending,
	}
	m.issue = m.start(1)
	for range readers {
		m.readers = append(m.readers, &modelReader{state: delivery.Queued})
	}
	return m
}

// in lists the readers in a state.
func (m *model) in(state delivery.State) (ids []int64) {
	for i, r := range m.readers {
		if r.state == state {
			ids = append(ids, int64(i+1))
		}
	}
	return ids
}

// actSend answers everything on the wire with success, so that runs get far.
func (m *model) actSend(rt *rapid.T) {
	var outcomes []delivery.Outcome
	for _, id := range m.in(delivery.Sending) {
		outcomes = append(outcomes, to(id, delivery.Sent))
	}
	m.exchangeBoth(outcomes, rapid.IntRange(1, 3).Draw(rt, "want"))
}

func (m *model) actExchange(rt *rapid.T) {
	var outcomes []delivery.Outcome
	results := []delivery.State{delivery.Sent, delivery.Failed, delivery.Deferred, delivery.Unknown, delivery.Queued}
	for _, id := range m.in(delivery.Sending) {
		if rapid.Bool().Draw(rt, "answered") {
			outcomes = append(outcomes, to(id, rapid.SampledFrom(results).Draw(rt, "outcome")))
		}
	}
	m.exchangeBoth(outcomes, rapid.IntRange(0, 4).Draw(rt, "want"))
}

// exchangeBoth makes an exchange with the store and with the model.
func (m *model) exchangeBoth(outcomes []delivery.Outcome, want int) {
	claims, status, err := m.Exchange(m.t.Context(), m.lease, m.issue.ID, outcomes, delivery.Want{Count: want, Policy: m.policy})
	if err != nil {
		m.rt.Fatalf("Exchange: %v", err)
	}
	for _, o := range outcomes {
		m.record(m.readers[o.SubscriberID-1], o)
	}
	var expected []int64
	if m.status == digest.Sending || m.status == digest.Waiting {
		expected = m.claim(want)
	}
	m.settleCancelled()
	if got := ids(claims); !slices.Equal(got, expected) && len(got)+len(expected) > 0 {
		m.rt.Fatalf("claimed %v, want %v", got, expected)
	}
	if status != m.status {
		m.rt.Fatalf("status = %s, want %s", status, m.status)
	}
}

func (m *model) record(r *modelReader, o delivery.Outcome) {
	r.state = o.To
	switch o.To {
	case delivery.Sent, delivery.Unknown:
		r.copies++
		m.reached = true
	case delivery.Deferred:
		r.due = m.clock.Now().Add(o.Pause)
	}
}

// claim takes up to want in the promised order, skipping who has left.
func (m *model) claim(want int) (claimed []int64) {
	now := m.clock.Now()
	due := slices.DeleteFunc(m.in(delivery.Deferred), func(id int64) bool { return m.readers[id-1].due.After(now) })
	slices.SortStableFunc(due, func(a, b int64) int { return m.readers[a-1].due.Compare(m.readers[b-1].due) })
	order := append(m.in(delivery.Queued), due...)
	if m.policy == delivery.Resend {
		order = append(order, slices.DeleteFunc(m.in(delivery.Unknown), func(id int64) bool { return m.readers[id-1].resent })...)
	}
	for _, id := range order {
		r := m.readers[id-1]
		switch {
		case len(claimed) == want:
			return claimed
		case r.left && r.state == delivery.Unknown:
			r.resent = true
		case r.left:
			r.state = delivery.Skipped
		default:
			r.resent = r.resent || r.state == delivery.Unknown
			r.state = delivery.Sending
			claimed = append(claimed, id)
		}
	}
	return claimed
}

// actCrash is a death of the sender and the start of the next.
func (m *model) actCrash(rt *rapid.T) {
	m.takeLease()
	n, err := m.Recover(m.t.Context(), m.lease, m.issue.ID)
	if err != nil {
		rt.Fatalf("Recover: %v", err)
	}
	left := m.in(delivery.Sending)
	if m.status != digest.Cancelled && n != len(left) {
		rt.Fatalf("recovered %d, want %d", n, len(left))
	}
	for _, id := range left {
		r := m.readers[id-1]
		r.state = delivery.Unknown
		r.copies++
		m.reached = true
	}
}

func (m *model) actLeave(rt *rapid.T) {
	id := rapid.IntRange(1, len(m.readers)).Draw(rt, "reader")
	if rapid.Bool().Draw(rt, "complaint") {
		run(m.t, m.base, `
			INSERT OR IGNORE INTO suppressions (hash, reason, at)
			SELECT hash, 'complaint', '' FROM subscriber_hashes WHERE subscriber_id = ?`, id)
	} else {
		run(m.t, m.base, `UPDATE subscriptions SET status = 'unsubscribed' WHERE subscriber_id = ?`, id)
	}
	m.readers[id-1].left = true
}

func (m *model) actHold(rt *rapid.T) {
	err := m.HoldIssue(m.t.Context(), m.issue.Number, "why", anna())
	m.allowed(rt, err, m.status == digest.Sending || m.status == digest.Waiting, digest.Held)
}

func (m *model) actRelease(rt *rapid.T) {
	m.allowed(rt, m.ReleaseIssue(m.t.Context(), m.issue.Number, "why", anna()), m.status == digest.Held, digest.Sending)
}

func (m *model) actCancel(rt *rapid.T) {
	if rapid.IntRange(0, 9).Draw(rt, "really") > 0 {
		return // little happens then
	}
	if m.status.UnderWay() {
		m.before = m.status
	}
	m.allowed(rt, m.CancelIssue(m.t.Context(), m.issue.Number, "why", anna()), m.status.UnderWay(), digest.Cancelled)
	m.settleCancelled()
}

func (m *model) settleCancelled() {
	if m.status != digest.Cancelled {
		return
	}
	for _, r := range m.readers {
		if r.state == delivery.Queued || r.state == delivery.Deferred {
			r.state, r.missed = delivery.Skipped, true
		}
	}
}

func (m *model) actRestore(rt *rapid.T) {
	then := digest.Sending
	if m.before == digest.Held {
		then = digest.Held
	}
	err := m.RestoreIssue(m.t.Context(), m.issue.Number, begin(), "why", anna())
	m.allowed(rt, err, m.status == digest.Cancelled, then)
	if err != nil {
		return
	}
	for _, r := range m.readers {
		if r.missed {
			r.state, r.missed = delivery.Queued, false
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
	key := one[string](m.t, m.base, `SELECT key FROM subscribers WHERE id = ?`, id)
	err := m.Resolve(m.t.Context(), m.issue.Number, key, state, anna())
	lawful := r.state == delivery.Unknown && (state == delivery.Sent || m.status != digest.Cancelled)
	if (err == nil) != lawful {
		rt.Fatalf("resolve %s to %s: %v, want allowed %v", r.state, state, err, lawful)
	}
	if !lawful {
		return
	}
	r.state = state
	if state == delivery.Queued {
		r.resent = true
		r.ordered++
		if m.status == digest.Sent {
			m.status = digest.Sending
		}
	}
}

func (m *model) actReopen(rt *rapid.T) {
	failed := m.in(delivery.Failed)
	if len(failed) == 0 || !m.status.UnderWay() {
		return
	}
	if err := m.Reopen(m.t.Context(), m.lease, m.issue.ID, failed); err != nil {
		rt.Fatalf("Reopen: %v", err)
	}
	for _, id := range failed {
		m.readers[id-1].state = delivery.Queued
	}
}

func (m *model) actMark(rt *rapid.T) {
	status := rapid.SampledFrom([]digest.Status{digest.Sending, digest.Waiting, digest.Sent}).Draw(rt, "status")
	err := m.Mark(m.t.Context(), m.lease, m.issue.ID, status, "why")
	if m.status != digest.Sending && m.status != digest.Waiting {
		m.allowed(rt, err, true, m.status) // a person's word stands
		return
	}
	open := len(m.in(delivery.Queued)) + len(m.in(delivery.Sending)) + len(m.in(delivery.Deferred))
	if status == digest.Sent && open > 0 {
		if !errors.Is(err, delivery.ErrOwed) {
			rt.Fatalf("marked sent with %d owed: %v", open, err)
		}
		return
	}
	m.allowed(rt, err, true, status)
}

// compare holds the store against the model and the promises.
func (m *model) compare(rt *rapid.T) {
	var want strings.Builder
	for i, r := range m.readers {
		fmt.Fprintf(&want, "%d %s\n", i+1, r.state)
		most := 1 + r.ordered
		if m.policy == delivery.Resend {
			most++
		}
		if r.copies > most {
			rt.Fatalf("reader %d may have %d copies, promised are at most %d", i+1, r.copies, most)
		}
	}
	if got := m.dumpStates(); got != want.String() {
		rt.Fatalf("deliveries:\n%swant\n%s", got, want.String())
	}
	if got := m.scene.status(m.issue.Number); got != m.status {
		rt.Fatalf("status = %s, want %s", got, m.status)
	}
	article := digest.Reserved
	switch {
	case m.reached:
		article = digest.Carried
	case m.status == digest.Cancelled && len(m.in(delivery.Sending)) == 0:
		article = digest.Owed
	}
	if got := m.articleState(1); got != article {
		rt.Fatalf("article is %s, want %s", got, article)
	}
}

func (m *model) dumpStates() string {
	var text strings.Builder
	for r, err := range m.Deliveries(m.t.Context(), m.issue.Number, store.DeliveryFilter{}) {
		if err != nil {
			m.rt.Fatal(err)
		}
		fmt.Fprintf(&text, "%d %s\n", r.PublicID[15], r.State)
	}
	return text.String()
}

// finish is the next sender carrying on to the end: then everybody is accounted for.
func (m *model) finish() {
	m.actCrash(m.rt)
	if m.status == digest.Held {
		m.actRelease(m.rt)
	}
	for range 2 * len(m.readers) {
		m.clock.Forward(time.Hour)
		m.actSend(m.rt)
	}
	tally, err := m.Tally(m.t.Context(), m.issue.ID)
	if err != nil {
		m.rt.Fatal(err)
	}
	if got := tally.Audience(); got != len(m.readers) {
		m.rt.Fatalf("audience = %d, want %d: somebody is lost", got, len(m.readers))
	}
	if m.status == digest.Cancelled || m.status == digest.Sent {
		return
	}
	if got := tally.Owed(m.policy); got != 0 {
		m.rt.Fatalf("%d are owed after all was done: %+v", got, tally)
	}
	if err := m.Mark(m.t.Context(), m.lease, m.issue.ID, digest.Sent, ""); err != nil {
		m.rt.Fatal(err)
	}
}
