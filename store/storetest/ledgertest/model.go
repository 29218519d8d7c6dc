package ledgertest

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
	"roundup/store/ledger"
	"roundup/store/storetest"
)

// modelReader is one delivery as the promises describe it.
type modelReader struct {
	state   delivery.State
	resent  bool // its one resend is used up
	due     time.Time
	left    bool           // may not be mailed any more
	erased  bool           // forgotten
	tried   bool           // claimed once
	loose   bool           // on the wire when its sender died, and that is not on record yet
	missed  bool           // skipped by the cancelling
	before  delivery.State // of that
	variant int            // that the reader gets
	copies  int            // that the reader may have got
	ordered int            // resends a person asked for
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
	printed []digest.State // of articles 1 and 2, which are in a section each
	split   bool           // the audience has several ranges

	ending bool // nobody does anything any more but the sender

	// A person changed something in a range that is held: its holder knows once it has
	// opened the range again.
	disturbed bool
}

// Whatever happens, in whatever order, and wherever it is killed: nobody is
// lost, nobody gets more copies than promised, and the ledger says so.
func (e suite) TestLedgerKeepsItsPromises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tb := &part{TB: t}
		defer tb.end()
		m := e.newModel(tb, rt)
		rt.Repeat(map[string]func(*rapid.T){
			"":         m.compare,
			"exchange": m.actExchange,
			"send":     m.actSend,
			"die":      m.actDie,
			"close":    m.actClose,
			"leave":    m.actLeave,
			"forget":   m.actForget,
			"wait":     m.actWait,
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

// part is a part of a test that cleans up at its own end: a hundred models follow each other,
// and an engine may give the next the database of one before.
type part struct {
	testing.TB
	cleanups []func()
}

func (p *part) Cleanup(f func()) { p.cleanups = append(p.cleanups, f) }

func (p *part) end() {
	for _, f := range slices.Backward(p.cleanups) {
		f()
	}
}

func (e suite) newModel(t testing.TB, rt *rapid.T) *model {
	readers := rapid.SampledFrom([]int{9, 20, 4, 1, 2, 3}).Draw(rt, "readers")
	m := &model{
		scene:   e.newScene(t, readers, 2),
		rt:      rt,
		printed: []digest.State{digest.Reserved, digest.Reserved},
		policy:  rapid.SampledFrom([]delivery.UnknownPolicy{delivery.Resend, delivery.Hold}).Draw(rt, "policy"),
		status:  digest.Sending,
	}
	if size := rapid.SampledFrom([]int{0, 6, 3, 2, 1}).Draw(rt, "range"); size > 0 {
		m.RangeSize = size
		m.split = readers > size
	}
	for id := range readers {
		// 1: all of it, 2: the first section, 3: the second, 4: nothing
		v := rapid.SampledFrom([]int{1, 1, 2, 3, 4}).Draw(rt, "variant")
		m.readers = append(m.readers, &modelReader{state: delivery.Queued, variant: v, left: v == 4})
		m.choose(int64(id+1), offIn(v)...)
	}
	m.issue = m.startVariants()
	return m
}

// offIn are the sections that readers of a model's variant have turned off.
func offIn(variant int) []string {
	return [][]string{nil, {"second"}, {"first"}, {"first", "second"}}[variant-1]
}

// has reports whether a model's variant has an article.
func has(variant, article int) bool { return variant == 1 || variant == article+1 }

// reach puts it on record that a reader may have the issue.
func (m *model) reach(r *modelReader) {
	r.copies++
	for i, state := range m.printed {
		if state == digest.Reserved && has(r.variant, i+1) {
			m.printed[i] = digest.Carried
		}
	}
}

// giveBack makes articles owed again that nobody has.
func (m *model) giveBack() {
	for i, state := range m.printed {
		if state == digest.Reserved {
			m.printed[i] = digest.Owed
		}
	}
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
		outcomes = append(outcomes, storetest.To(id, delivery.Sent))
	}
	m.exchangeBoth(outcomes, rapid.IntRange(1, 3).Draw(rt, "want"))
}

// actExchange makes some exchanges, between which a person does something.
func (m *model) actExchange(rt *rapid.T) {
	for range rapid.SampledFrom([]int{4, 2, 1}).Draw(rt, "exchanges") {
		m.exchangeSome(rt)
		m.meanwhile(rt)
	}
}

func (m *model) exchangeSome(rt *rapid.T) {
	if rapid.IntRange(0, 2).Draw(rt, "a person resends before") == 0 {
		m.actResend(rt)
	}
	var outcomes []delivery.Outcome
	results := []delivery.State{delivery.Queued, delivery.Unknown, delivery.Deferred, delivery.Sent, delivery.Failed} // the first come most
	for _, id := range m.in(delivery.Sending) {
		if rapid.Bool().Draw(rt, "answered") {
			outcomes = append(outcomes, storetest.To(id, rapid.SampledFrom(results).Draw(rt, "outcome")))
		}
	}
	m.exchangeBoth(outcomes, rapid.SampledFrom([]int{2, 4, 3, 1, 0}).Draw(rt, "want"))
}

// exchangeBoth makes an exchange with the store and with the model. Now and then its
// answer is lost, and it is made again (model_death.go).
func (m *model) exchangeBoth(outcomes []delivery.Outcome, want int) {
	w := delivery.Want{Count: want, Policy: m.policy}
	m.OpenUp(m.issue, w)
	m.settle()
	lost := clones(m.Holding[m.issue.ID])
	claims, status, err := m.Trade(m.issue, outcomes, w)
	if err != nil {
		m.rt.Fatalf("Exchange: %v", err)
	}
	for _, c := range claims {
		if want := m.readers[c.SubscriberID-1].variant; c.Variant != want {
			m.rt.Fatalf("reader %d gets variant %d, chose %d", c.SubscriberID, c.Variant, want)
		}
	}
	for _, o := range outcomes {
		m.record(m.readers[o.SubscriberID-1], o)
	}
	switch {
	case m.status != digest.Sending && m.status != digest.Waiting:
		m.expect(storetest.IDs(claims), nil)
	case m.split || m.disturbed:
		m.follow(storetest.IDs(claims), want)
	default:
		m.expect(storetest.IDs(claims), m.claim(want))
	}
	m.settleCancelled()
	if status != m.status {
		m.rt.Fatalf("status = %s, want %s", status, m.status)
	}
	if len(outcomes)+len(claims) > 0 && rapid.IntRange(0, 3).Draw(m.rt, "the answer is lost") == 0 {
		m.tryAgain(lost, outcomes, w, claims)
	}
}

func (m *model) expect(got, want []int64) {
	if !slices.Equal(got, want) && len(got)+len(want) > 0 {
		m.rt.Fatalf("claimed %v, want %v", got, want)
	}
}

// follow takes over what was claimed where the order depends on what is held, as long as
// each of them may be.
func (m *model) follow(claimed []int64, want int) {
	if len(claimed) > want {
		m.rt.Fatalf("claimed %v for %d", claimed, want)
	}
	for _, id := range claimed {
		r := m.readers[id-1]
		may := r.state == delivery.Queued || r.state == delivery.Deferred && !r.due.After(m.clock.Now()) ||
			r.state == delivery.Unknown && !r.resent && m.policy == delivery.Resend
		if !may || r.left {
			m.rt.Fatalf("claimed reader %d: %+v", id, *r)
		}
		r.claim()
	}
	for i, r := range m.readers {
		if r.left && (r.state == delivery.Queued || r.state == delivery.Deferred) && m.StateOf(m.issue, int64(i+1)) == delivery.Skipped {
			r.state = delivery.Skipped
		}
	}
}

func (m *model) record(r *modelReader, o delivery.Outcome) {
	r.state = o.To
	switch o.To {
	case delivery.Sent, delivery.Unknown:
		m.reach(r)
	case delivery.Deferred:
		r.due = m.clock.Now().Add(o.Pause)
	}
}

// claim has a sender take up a reader.
func (r *modelReader) claim() {
	r.resent = r.resent || r.state == delivery.Unknown
	r.state, r.tried = delivery.Sending, true
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
			r.claim()
			claimed = append(claimed, id)
		}
	}
	return claimed
}

// actClose gives back what nothing is in flight of, as a sender does that is done with it.
func (m *model) actClose(*rapid.T) {
	m.CloseUp(m.issue, m.policy)
	m.disturbed = m.disturbed && len(m.Holding[m.issue.ID]) > 0
}

func (m *model) actReopen(rt *rapid.T) {
	failed := m.in(delivery.Failed)
	if len(failed) == 0 || !m.status.UnderWay() {
		return
	}
	if err := m.ReopenFailed(m.issue, failed...); err != nil {
		rt.Fatalf("Reopen: %v", err)
	}
	for _, id := range failed {
		m.readers[id-1].state = delivery.Queued
	}
}

func (m *model) actMark(rt *rapid.T) {
	status := rapid.SampledFrom([]digest.Status{digest.Sent, digest.Sending, digest.Waiting}).Draw(rt, "status")
	err := m.Mark(m.t.Context(), m.Lease, m.issue.ID, status, "why")
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
	if status == digest.Sent {
		m.settle()
		m.giveBack()
	}
}

// compare holds the store against the model and the promises.
func (m *model) compare(rt *rapid.T) {
	m.settle()
	if err := m.CompareRanges(m.t.Context(), m.issue.ID); err != nil {
		rt.Fatal(err)
	}
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
	if got := m.StatusOf(m.issue.Number); got != m.status {
		rt.Fatalf("status = %s, want %s", got, m.status)
	}
	if m.status == digest.Cancelled && !m.flying() {
		m.giveBack()
	}
	for i, want := range m.printed {
		if got := m.ArticleState(int64(i + 1)); got != want {
			rt.Fatalf("article %d is %s, want %s", i+1, got, want)
		}
	}
}

func (m *model) dumpStates() string {
	var text strings.Builder
	for r, err := range m.Deliveries(m.t.Context(), m.issue.Number, ledger.DeliveryFilter{}) {
		if err != nil {
			m.rt.Fatal(err)
		}
		fmt.Fprintf(&text, "%d %s\n", storetest.IDOf(r.PublicID), r.State)
	}
	return text.String()
}

// finish is the next sender carrying on to the end: then everybody is accounted for.
func (m *model) finish() {
	m.ending = true
	m.die(m.rt, true)
	if m.status == digest.Held {
		m.actRelease(m.rt)
	}
	for range 4 * len(m.readers) {
		m.clock.Forward(time.Hour)
		m.actClose(m.rt)
		m.actSend(m.rt)
	}
	m.actClose(m.rt)
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
	if err := m.Mark(m.t.Context(), m.Lease, m.issue.ID, digest.Sent, ""); err != nil {
		m.rt.Fatal(err)
	}
}
