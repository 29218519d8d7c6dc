package delivery

import "time"

// doubtsMost is how often in a row the ledger may contradict itself: a person may
// have settled a delivery between two questions, a damaged one does it for ever.
const doubtsMost = 3

// owed is what the ledger may still give to send, as far as is known: it was
// counted, and what is claimed and recorded is counted along.
type owed struct {
	policy   UnknownPolicy
	ready    int       // deliveries that could be claimed now
	empty    bool      // the ledger has nothing to claim now
	due      time.Time // when it may have again; zero for not before a result
	reviewed bool      // nothing happened since run.review counted
	doubts   int       // counts in a row that promised claims and gave none
}

// count takes over what the ledger counted.
func (o *owed) count(t Tally, now time.Time) {
	o.due = t.nextFree()
	o.ready = t.Queued - t.Held.Queued
	if o.policy == Resend {
		o.ready += t.Resendable - t.Held.Resendable
	}
	if t.Deferred > t.Held.Deferred && !o.due.IsZero() && !now.Before(o.due) {
		o.ready++
	}
	o.empty = o.ready == 0
}

// add counts a result that makes a delivery owed again.
func (o *owed) add(result Outcome, now time.Time) {
	switch {
	case result.To == Queued, result.To == Unknown && o.policy == Resend:
		o.ready++
		o.empty = false
	case result.To == Deferred:
		if at := now.Add(result.Pause); o.due.IsZero() || at.Before(o.due) {
			o.due = at
		}
	}
}

// exchanged counts an exchange of results for claims. Fewer claims than asked for
// mean that the ledger has no more for now.
func (o *owed) exchanged(results, asked, claims int) {
	if results > 0 || claims > 0 {
		o.reviewed = false
	}
	if claims < asked {
		o.empty, o.ready, o.reviewed = true, 0, false
	}
	if claims > 0 {
		o.doubts = 0
	}
	o.ready = max(o.ready-claims, 0)
}

// tick asks again for what is due by now.
func (o *owed) tick(now time.Time) {
	if o.empty && !o.due.IsZero() && !now.Before(o.due) {
		o.empty, o.due, o.reviewed = false, time.Time{}, false
		o.ready = max(o.ready, 1)
	}
}

// leave asks the ledger for nothing until a moment.
func (o *owed) leave(until time.Time) { o.empty, o.due = true, until }

// doubt notes that the ledger said two things that can't both be true: it is asked
// again, sooner at first. It reports whether that was too often.
func (o *owed) doubt(now time.Time) bool {
	o.doubts++
	if o.doubts > doubtsMost {
		return true
	}
	if o.doubts > 1 {
		o.leave(now.Add(time.Second << o.doubts))
	}
	return false
}
