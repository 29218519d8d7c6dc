package delivery

import (
	"fmt"
	"math"
	"strings"
	"time"

	"roundup/internal/wording"
)

// tellEvery is the least time between two tellings of progress.
const tellEvery = 100 * time.Millisecond

// Progress says how an issue gets on.
type Progress struct {
	Total       int // the audience
	Done        int // deliveries that are final
	Sent        int
	Failed      int
	Deferred    int // waiting for their next attempt
	Unknown     int
	Skipped     int
	Queued      int           // owed and not deferred, those in flight among them
	Rate        float64       // messages ended a second, lately
	Left        time.Duration // estimate for what is queued; 0 for none
	Limit       string        // why it is no faster, where a limit of ours is why
	Connections int           // open ones
	State       string        // what is being waited for, in words; "" while messages flow
}

// String is the progress in one line.
func (p Progress) String() string {
	parts := []string{fmt.Sprintf("%s of %s", wording.Thousands(p.Done), wording.Thousands(p.Total))}
	switch {
	case p.Limit != "":
		parts = append(parts, p.Limit)
	case p.Rate >= 0.05:
		parts = append(parts, perTime(p.Rate))
	}
	if p.Left > 0 {
		parts = append(parts, span(p.Left)+" left")
	}
	for _, c := range []struct {
		n    int
		what string
	}{{p.Deferred, "deferred"}, {p.Failed, "failed"}, {p.Unknown, "unknown"}} {
		if c.n > 0 {
			parts = append(parts, wording.Thousands(c.n)+" "+c.what)
		}
	}
	if p.State != "" {
		parts = append(parts, p.State)
	}
	return strings.Join(parts, ", ")
}

// watch keeps the count of a run and tells it. It counts along, without asking
// the ledger; where a reader was skipped it is put right at the next count.
type watch struct {
	tally    Tally
	policy   UnknownPolicy
	started  time.Time
	accepted int // in this run
	ended_   int
	progress func(Progress)
	told     time.Time
	sampled  time.Time
	sample   int
	rate     float64
	limit    Limit
	last     Progress // as told
}

func newWatch(now time.Time, policy UnknownPolicy, progress func(Progress)) *watch {
	return &watch{policy: policy, started: now, sampled: now, progress: progress}
}

func (w *watch) recount(t Tally) { w.tally = t }

// claimed moves a delivery to sending; the ledger gives queued ones first.
func (w *watch) claimed(c Claim) {
	from := &w.tally.Queued
	switch {
	case c.Resend:
		from = &w.tally.Unknown
	case *from == 0:
		from = &w.tally.Deferred
	}
	*from = max(*from-1, 0)
	w.tally.Sending++
}

// ended moves a delivery from sending to where its outcome leads.
func (w *watch) ended(o Outcome) {
	w.tally.Sending = max(w.tally.Sending-1, 0)
	w.ended_++
	switch o.To {
	case Sent:
		w.tally.Sent++
		w.accepted++
	case Failed:
		w.tally.Failed++
	case Deferred:
		w.tally.Deferred++
	case Unknown:
		w.tally.Unknown++
	default:
		w.tally.Queued++
		w.ended_--
	}
}

// unblamed moves failed deliveries back to queued.
func (w *watch) unblamed(n int) {
	w.tally.Failed = max(w.tally.Failed-n, 0)
	w.tally.Queued += n
}

// tell calls the callback, at most every tellEvery.
func (w *watch) tell(now time.Time, state func() string, connections int) {
	if w.progress == nil || now.Sub(w.told) < tellEvery {
		return
	}
	w.measure(now)
	w.give(now, state(), connections)
}

// conclude tells how it ended, whenever it was told before.
func (w *watch) conclude(now time.Time) {
	if w.progress != nil {
		w.give(now, "", 0)
	}
}

func (w *watch) give(now time.Time, state string, connections int) {
	t := w.tally
	w.last = Progress{
		Total: t.Audience(), Done: t.Sent + t.Failed + t.Skipped + t.Unknown,
		Sent: t.Sent, Failed: t.Failed, Deferred: t.Deferred, Unknown: t.Unknown, Skipped: t.Skipped,
		Queued: t.Queued + t.Sending, Rate: w.rate, Connections: connections, State: state,
	}
	if w.limited() {
		w.last.Limit = w.limit.Words
	}
	if steady := w.steady(); steady > 0 && state == "" {
		w.last.Left = time.Duration(float64(w.last.Queued) / steady * float64(time.Second)).Round(time.Second)
	}
	w.told = now
	w.progress(w.last)
}

// say tells the last progress with another state, out of turn.
func (w *watch) say(now time.Time, state string) {
	if w.progress == nil {
		return
	}
	p := w.last
	p.State, p.Left = state, 0
	w.told = now
	w.progress(p)
}

// limited reports whether a limit of ours is what it is no faster for: it is kept up
// with, or there was no time yet to see.
func (w *watch) limited() bool {
	return w.limit.PerSecond > 0 && (w.rate == 0 || w.rate > 0.7*w.limit.PerSecond)
}

// reached is the limit, where it is what the run was no faster for.
func (w *watch) reached() Limit {
	if w.limited() {
		return w.limit
	}
	return Limit{}
}

// steady is the rate to foresee the end by. Where the pace sets it, that is
// more even than what was measured.
func (w *watch) steady() float64 {
	if w.limited() {
		return w.limit.PerSecond
	}
	return w.rate
}

// How often the rate is measured: where messages are few, one more or less in a
// second says nothing.
const (
	sampleFirst = time.Second
	sampleLast  = 20 * time.Second
	sampleLeast = 5 // messages
)

// measure smooths the rate over some seconds.
func (w *watch) measure(now time.Time) {
	since, run := now.Sub(w.sampled), now.Sub(w.started)
	few := w.ended_-w.sample < sampleLeast
	switch {
	case run < sampleFirst || since < sampleFirst || few && since < sampleLast && run > sampleLast:
		return
	case run < sampleLast:
		w.rate = float64(w.ended_) / run.Seconds()
	default:
		w.rate += (float64(w.ended_-w.sample)/since.Seconds() - w.rate) * 0.3
	}
	w.sampled, w.sample = now, w.ended_
}

// phrase says what the run is waiting for.
func (r *run) phrase() string {
	now := r.now()
	switch {
	case r.stop != nil && r.stop.interrupted:
		return "stopping: what is in flight is being finished"
	case r.stop != nil:
		return ""
	case r.valve.waiting && r.valve.open == 0:
		return fmt.Sprintf("waiting for %s (%s), next try in %s", r.settings.Relay, r.valve.why, span(r.valve.probeAt.Sub(now)))
	case r.valve.waiting:
		return fmt.Sprintf("waiting for %s (%s), trying now", r.settings.Relay, r.valve.why)
	case r.dry && r.quiet() && r.barren > 0 && r.due.After(now):
		return "deliveries are owed that the database does not give, asking again in " + span(r.due.Sub(now))
	case r.dry && r.quiet() && r.due.After(now):
		return "waiting for deferred readers, next try in " + span(r.due.Sub(now))
	case !r.dry && r.quiet() && r.pace.spent(now) > time.Minute:
		return "this hour's smtp.per_hour is used up, the next mail in " + span(r.pace.spent(now))
	}
	return ""
}

// span is a duration for people: "1h5m", "40s", "under a second".
func span(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under a second"
	case d < time.Minute:
		return d.Round(time.Second).String()
	}
	words := d.Round(time.Second).String()
	if d >= 10*time.Minute {
		words = strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return words
}

// perTime is a rate for people; slow ones by the minute.
func perTime(perSecond float64) string {
	switch {
	case perSecond < 1:
		return fmt.Sprintf("%.0f a minute", perSecond*60)
	case perSecond < 10:
		return strings.TrimSuffix(fmt.Sprintf("%.1f", perSecond), ".0") + " a second"
	}
	return wording.Thousands(int(math.Round(perSecond))) + " a second"
}
