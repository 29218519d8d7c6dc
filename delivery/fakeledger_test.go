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
	epoch      int64
	left       bool // unsubscribed meanwhile
	last       delivery.Outcome
	path       []delivery.State // every state it was in
}

var final = []delivery.State{delivery.Sent, delivery.Failed, delivery.Skipped}

// fakeLedger keeps an issue's deliveries in memory and refuses what the
// machine, the lease or the limit on open claims does not allow.
type fakeLedger struct {
	mu       sync.Mutex
	now      func() time.Time
	epoch    int64
	status   digest.Status
	why      string
	waiting  time.Time
	active   time.Duration
	rows     []*ledgerRow
	calls    int // of Exchange
	commits  []int
	statuses []digest.Status         // as marked, in order
	mostOpen int                     // deliveries sending at once, ever
	fail     func(call string) error // before anything is written
	after    func(call string) error // after it was: the caller never learns
	refuse   func(digest.Status) error
	commit   time.Duration // how long an Exchange takes
	open     int           // deliveries sending now
	head     int           // every row before it is final
	begun    []time.Time   // of each claim
}

func newLedger(readers int) *fakeLedger {
	l := &fakeLedger{now: time.Now, epoch: 1, status: digest.Sending}
	for i := range readers {
		l.rows = append(l.rows, &ledgerRow{reader: int64(i + 1), state: delivery.Queued, path: []delivery.State{delivery.Queued}})
	}
	return l
}

// takeOver is what another sender does first.
func (l *fakeLedger) takeOver() delivery.Lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch++
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

func (l *fakeLedger) Exchange(_ context.Context, lease delivery.Lease, _ int64, outcomes []delivery.Outcome, want delivery.Want) ([]delivery.Claim, digest.Status, error) {
	time.Sleep(l.commit) // of the test's own time
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.enter("exchange", lease); err != nil {
		return nil, "", err
	}
	for _, o := range outcomes {
		r := l.rows[o.SubscriberID-1]
		if r.state != delivery.Sending || r.epoch != lease.Epoch || !delivery.Lawful(r.state, o.To) {
			return nil, "", fmt.Errorf("reader %d: %w: %s (epoch %d) to %s", r.reader, delivery.ErrUnlawful, r.state, r.epoch, o.To)
		}
	}
	l.calls++
	l.commits = append(l.commits, len(outcomes))
	l.active += want.Active
	for _, o := range outcomes {
		l.record(o)
	}
	if l.status != digest.Sending && l.status != digest.Waiting {
		return nil, l.status, nil
	}
	claims := l.claim(lease, want)
	return claims, l.status, l.leave("exchange")
}

func (l *fakeLedger) leave(call string) error {
	if l.after == nil {
		return nil
	}
	return l.after(call)
}

func (l *fakeLedger) record(o delivery.Outcome) {
	r := l.rows[o.SubscriberID-1]
	l.step(r, o.To)
	if o.To == delivery.Queued && o.Reply.Code == 0 && o.Why == "" {
		r.attempts--
		return
	}
	r.last = o
	if o.To == delivery.Deferred {
		r.nextAt = l.now().Add(o.Pause)
		if r.deferredAt == nil {
			at := l.active
			r.deferredAt = &at
		}
	}
}

func (l *fakeLedger) claim(lease delivery.Lease, want delivery.Want) []delivery.Claim {
	for l.head < len(l.rows) && slices.Contains(final, l.rows[l.head].state) {
		l.head++
	}
	var claims []delivery.Claim
	for _, from := range []delivery.State{delivery.Queued, delivery.Deferred, delivery.Unknown} {
		for _, r := range l.rows[l.head:] {
			if len(claims) == want.Count {
				return claims
			}
			if r.state != from || !l.claimable(r, want.Policy) {
				continue
			}
			if r.left {
				if from == delivery.Unknown {
					r.resends = 1 // it may have arrived, and is not sent again
				} else {
					l.step(r, delivery.Skipped)
				}
				continue
			}
			if from == delivery.Unknown {
				r.resends++
			}
			l.step(r, delivery.Sending)
			r.attempts++
			l.begun = append(l.begun, l.now())
			r.epoch = lease.Epoch
			c := delivery.Claim{SubscriberID: r.reader, Reader: mail.Reader{Email: addressOf(r.reader)}, Attempts: r.attempts, Resend: r.resends > 0}
			if r.deferredAt != nil {
				c.DeferredFor = l.active - *r.deferredAt
			}
			claims = append(claims, c)
		}
	}
	return claims
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

func (l *fakeLedger) Recover(_ context.Context, lease delivery.Lease, _ int64) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.enter("recover", lease); err != nil {
		return 0, err
	}
	n := 0
	for _, r := range l.rows {
		if r.state == delivery.Sending && r.epoch < lease.Epoch {
			l.step(r, delivery.Unknown)
			n++
		}
	}
	return n, l.leave("recover")
}

func (l *fakeLedger) Reopen(_ context.Context, lease delivery.Lease, _ int64, ids []int64) error {
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
		l.head = 0
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
				return fmt.Errorf("issue is not finished: reader %d is %s", r.reader, r.state)
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
