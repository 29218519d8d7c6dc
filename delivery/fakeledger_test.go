package delivery_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/digest"
)

// ledgerRow is one delivery of the fake ledger.
type ledgerRow struct {
	reader     int64
	state      delivery.State
	attempts   int
	resends    int
	nextAt     time.Time
	deferredAt *time.Duration
	claimed    time.Time
	left       bool // unsubscribed meanwhile
	last       delivery.Outcome
	path       []delivery.State // every state it was in
}

// fakeLedger keeps an issue's deliveries in memory and refuses what the
// machine, the holding of a range or the limit on open claims does not allow.
type fakeLedger struct {
	mu       sync.Mutex
	now      func() time.Time
	epoch    int64
	status   digest.Status
	why      string
	waiting  time.Time
	active   time.Duration
	rows     []*ledgerRow
	ranges   []*fakeRange
	last     answered
	calls    int // of Exchange
	commits  []int
	statuses []digest.Status         // as marked, in order
	mostOpen int                     // deliveries sending at once, ever
	fail     func(call string) error // before anything is written
	after    func(call string) error // after it was: the caller never learns
	refuse   func(digest.Status) error
	commit   time.Duration // how long an Exchange takes
	open     int           // deliveries sending now
	begun    []time.Time   // of each claim
}

func newLedger(readers int) *fakeLedger {
	l := &fakeLedger{now: time.Now, epoch: 1, status: digest.Sending}
	for i := range readers {
		l.rows = append(l.rows, &ledgerRow{reader: int64(i + 1), state: delivery.Queued, path: []delivery.State{delivery.Queued}})
	}
	l.split(2000)
	return l
}

// takeOver is what another sender does first: nobody holds a range any more, and what
// was on the wire is unknown.
func (l *fakeLedger) takeOver() delivery.Lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch++
	for _, r := range l.ranges {
		if r.open {
			l.vacate(r)
		}
	}
	return delivery.Lease{Epoch: l.epoch}
}

func (l *fakeLedger) lease() delivery.Lease { return delivery.Lease{Epoch: l.epoch} }

func (l *fakeLedger) enter(call string, lease delivery.Lease) error {
	if l.fail != nil {
		if err := l.fail(call); err != nil {
			return err
		}
	}
	if lease.Epoch != l.epoch {
		return delivery.ErrLeaseLost
	}
	return nil
}

// step moves a delivery; a step that is not the machine's is a fault of the test.
func (l *fakeLedger) step(r *ledgerRow, to delivery.State) {
	if !delivery.Lawful(r.state, to) {
		panic(fmt.Sprintf("reader %d: %s to %s", r.reader, r.state, to))
	}
	if r.state == delivery.Sending {
		l.open--
	}
	if to == delivery.Sending {
		l.open++
		l.mostOpen = max(l.mostOpen, l.open)
	}
	r.state = to
	r.path = append(r.path, to)
}

func (l *fakeLedger) Exchange(_ context.Context, _ int64, held []*delivery.Range, outcomes []delivery.Outcome, want delivery.Want) ([]delivery.Claim, digest.Status, error) {
	time.Sleep(l.commit) // of the test's own time
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.enter("exchange", l.lease()); err != nil {
		return nil, "", err
	}
	if want.Again && l.repeated(held) {
		for i, h := range held {
			*h = l.last.after[i]
		}
		return l.last.claims, l.status, nil
	}
	if err := l.holds(held); err != nil {
		return nil, "", err
	}
	in := make([]int, len(outcomes))
	for i, o := range outcomes {
		r := l.rows[o.SubscriberID-1]
		in[i] = slices.IndexFunc(held, func(h *delivery.Range) bool { return h.Holds(r.reader) })
		if in[i] < 0 || r.state != delivery.Sending || !delivery.Lawful(r.state, o.To) {
			return nil, "", fmt.Errorf("reader %d: %w: %s to %s", r.reader, delivery.ErrUnlawful, r.state, o.To)
		}
	}
	l.calls++
	l.commits = append(l.commits, len(outcomes))
	l.active += want.Active
	l.last = answered{seq: map[int]int64{}}
	for _, h := range held {
		kept := *h
		l.last.after = append(l.last.after, kept)
		l.last.seq[h.Number] = h.Seq
	}
	for i, o := range outcomes {
		l.record(&l.last.after[in[i]], o)
	}
	if l.status == digest.Sending || l.status == digest.Waiting {
		for i := range l.last.after {
			l.claim(&l.last.after[i], want)
		}
	}
	for i := range l.last.after {
		h := &l.last.after[i]
		h.Seq++
		l.ranges[h.Number-1].seq, l.ranges[h.Number-1].mark = h.Seq, h.Mark
	}
	if err := l.leave("exchange"); err != nil {
		return nil, "", err
	}
	for i, h := range held {
		*h = l.last.after[i]
	}
	return l.last.claims, l.status, nil
}

func (l *fakeLedger) leave(call string) error {
	if l.after == nil {
		return nil
	}
	return l.after(call)
}

func (l *fakeLedger) record(h *delivery.Range, o delivery.Outcome) {
	r := l.rows[o.SubscriberID-1]
	l.step(r, o.To)
	h.InFlight--
	switch o.To {
	case delivery.Queued:
		h.Queued++
	case delivery.Unknown:
		h.Unknown += 1 - r.resends
	}
	if o.To == delivery.Queued && o.Reply.Code == 0 && o.Why == "" {
		r.attempts--
		return
	}
	r.last = o
	if o.To == delivery.Deferred {
		r.nextAt = l.now().Add(o.Pause)
		if h.Due.IsZero() || r.nextAt.Before(h.Due) {
			h.Due = r.nextAt
		}
		if r.deferredAt == nil {
			at := l.active
			r.deferredAt = &at
		}
	}
}

// claim claims of one range, into the last answer.
func (l *fakeLedger) claim(h *delivery.Range, want delivery.Want) {
	if h.Queued > 0 {
		l.claimIn(h, delivery.Queued, want)
	}
	for h.Mark < len(h.Readers) && len(l.last.claims) < want.Count {
		h.Mark++
		l.claimRow(h, l.rows[h.Readers[h.Mark-1]-1])
	}
	if len(l.last.claims) < want.Count && h.Ready(l.now(), want.Policy) > 0 {
		l.claimIn(h, delivery.Deferred, want)
		l.claimIn(h, delivery.Unknown, want)
		l.look(h)
	}
}

func (l *fakeLedger) claimIn(h *delivery.Range, from delivery.State, want delivery.Want) {
	for _, id := range h.Readers[:h.Mark] {
		if len(l.last.claims) == want.Count {
			break
		}
		if r := l.rows[id-1]; r.state == from && l.claimable(r, want.Policy) {
			l.claimRow(h, r)
		}
	}
	l.look(h)
}

// claimRow claims one delivery, or skips it.
func (l *fakeLedger) claimRow(h *delivery.Range, r *ledgerRow) {
	from := r.state
	if r.left {
		if from == delivery.Unknown {
			r.resends = 1 // it may have arrived, and is not sent again
		} else {
			l.step(r, delivery.Skipped)
		}
		return
	}
	if from == delivery.Unknown {
		r.resends++
	}
	l.step(r, delivery.Sending)
	h.InFlight++
	r.attempts++
	r.claimed = l.now()
	l.begun = append(l.begun, l.now())
	c := delivery.Claim{SubscriberID: r.reader, Reader: mail.Reader{Email: addressOf(r.reader)}, Attempts: r.attempts, Resend: r.resends > 0}
	if r.deferredAt != nil {
		c.DeferredFor = l.active - *r.deferredAt
	}
	l.last.claims = append(l.last.claims, c)
}

func (l *fakeLedger) claimable(r *ledgerRow, p delivery.UnknownPolicy) bool {
	switch r.state {
	case delivery.Deferred:
		return !r.nextAt.After(l.now())
	case delivery.Unknown:
		return p == delivery.Resend && r.resends == 0
	}
	return true
}

func (l *fakeLedger) Reopen(_ context.Context, lease delivery.Lease, _ int64, held []*delivery.Range, ids []int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.enter("reopen", lease); err != nil {
		return err
	}
	for _, id := range ids {
		if l.rows[id-1].state != delivery.Failed {
			return fmt.Errorf("reopen reader %d: %w: %s", id, delivery.ErrUnlawful, l.rows[id-1].state)
		}
	}
	for _, id := range ids {
		l.step(l.rows[id-1], delivery.Queued)
		for _, h := range held {
			if h.Holds(id) {
				h.Queued++
			}
		}
	}
	return nil
}

func (l *fakeLedger) Mark(_ context.Context, lease delivery.Lease, _ int64, status digest.Status, why string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.enter("mark", lease); err != nil {
		return err
	}
	if l.status == digest.Held || l.status == digest.Cancelled {
		return nil
	}
	if l.refuse != nil {
		if err := l.refuse(status); err != nil {
			return err
		}
	}
	if status == digest.Sent {
		for _, r := range l.rows {
			if slices.Contains([]delivery.State{delivery.Queued, delivery.Sending, delivery.Deferred}, r.state) {
				return fmt.Errorf("%w: reader %d is %s", delivery.ErrOwed, r.reader, r.state)
			}
		}
	}
	if status != digest.Waiting {
		l.waiting = time.Time{}
	} else if l.waiting.IsZero() {
		l.waiting = l.now()
	}
	l.status, l.why = status, why
	l.statuses = append(l.statuses, status)
	return l.leave("mark")
}

func (l *fakeLedger) Tally(context.Context, int64) (delivery.Tally, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail != nil {
		if err := l.fail("tally"); err != nil {
			return delivery.Tally{}, err
		}
	}
	t := delivery.Tally{WaitingSince: l.waiting}
	counts := map[delivery.State]*int{
		delivery.Queued: &t.Queued, delivery.Sending: &t.Sending, delivery.Sent: &t.Sent, delivery.Deferred: &t.Deferred,
		delivery.Failed: &t.Failed, delivery.Unknown: &t.Unknown, delivery.Skipped: &t.Skipped,
	}
	for _, r := range l.rows {
		*counts[r.state]++
		if r.state == delivery.Unknown && r.resends == 0 {
			t.Resendable++
		}
		if r.state == delivery.Deferred && (t.NextDue.IsZero() || r.nextAt.Before(t.NextDue)) {
			t.NextDue = r.nextAt
		}
	}
	return t, nil
}

// Begun implements delivery.Recent.
func (l *fakeLedger) Begun(_ context.Context, since time.Time, tick time.Duration) ([]delivery.Begun, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []delivery.Begun
	for _, at := range l.begun {
		at = at.Truncate(tick)
		switch last := len(all) - 1; {
		case at.Before(since):
		case last >= 0 && all[last].At.Equal(at):
			all[last].Count++
		default:
			all = append(all, delivery.Begun{At: at, Count: 1})
		}
	}
	return all, nil
}

// set is what a person does to the issue meanwhile.
func (l *fakeLedger) set(s digest.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = s
}

// in counts the deliveries in a state.
func (l *fakeLedger) in(s delivery.State) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, r := range l.rows {
		if r.state == s {
			n++
		}
	}
	return n
}

// addressOf is a reader's address: readers go round five domains.
func addressOf(reader int64) string { return fmt.Sprintf("reader%d@d%d.example", reader, reader%5) }
