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
	Accepted    int // of those, by this run
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

// RateWeight is what the newest of the rates measured counts for in the one that is told,
// against those before it.
const RateWeight = 0.3

// ProgressOf is how an issue gets on whose messages end at a rate, a second, where a limit
// of ours may be why it is no faster; state is what is being waited for. The end is
// foreseen by the limit where that is the reason: it is more even than what was measured.
func ProgressOf(t Tally, rate float64, limit Limit, state string) Progress {
	p := Progress{
		Total: t.Audience(), Done: t.Sent + t.Failed + t.Skipped + t.Unknown,
		Sent: t.Sent, Failed: t.Failed, Deferred: t.Deferred, Unknown: t.Unknown, Skipped: t.Skipped,
		Queued: t.Queued + t.Sending, Rate: rate, State: state,
	}
	if limit.reachedAt(rate) {
		p.Limit, rate = limit.Words, limit.PerSecond
	}
	if rate > 0 && state == "" {
		p.Left = time.Duration(float64(p.Queued) / rate * float64(time.Second)).Round(time.Second)
	}
	return p
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

// meter keeps the count of a run and tells it. It counts along, without asking
// the ledger; where a reader was skipped it is put right at the next count.
type meter struct {
	tally    Tally
	started  time.Time
	accepted int // in this run
	settled  int
	progress func(Progress)
	told     time.Time
	sampled  time.Time
	sample   int
	rate     float64
	limit    Limit
	last     Progress // as told
}

func newMeter(now time.Time, s Settings, progress func(Progress)) *meter {
	return &meter{started: now, sampled: now, limit: LimitOf(s.Rate, s.PerHour), progress: progress}
}

// count takes over what the ledger counted.
func (m *meter) count(t Tally) { m.tally = t }

// claimed moves a delivery to sending; the ledger gives queued ones first.
func (m *meter) claimed(c Claim) {
	from := &m.tally.Queued
	switch {
	case c.Resend:
		from = &m.tally.Unknown
	case *from == 0:
		from = &m.tally.Deferred
	}
	*from = max(*from-1, 0)
	m.tally.Sending++
}

// ended moves a delivery from sending to where its outcome leads.
func (m *meter) ended(o Outcome) {
	m.tally.Sending = max(m.tally.Sending-1, 0)
	m.settled++
	switch o.To {
	case Sent:
		m.tally.Sent++
		m.accepted++
	case Failed:
		m.tally.Failed++
	case Deferred:
		m.tally.Deferred++
	case Unknown:
		m.tally.Unknown++
	default:
		m.tally.Queued++
		m.settled--
	}
}

// unblamed moves failed deliveries back to queued.
func (m *meter) unblamed(n int) {
	m.tally.Failed = max(m.tally.Failed-n, 0)
	m.tally.Queued += n
}

// tell calls the callback, at most every tellEvery.
func (m *meter) tell(now time.Time, state func() string, connections int) {
	if m.progress == nil || now.Sub(m.told) < tellEvery {
		return
	}
	m.measure(now)
	m.give(now, state(), connections)
}

// conclude tells how it ended, whenever it was told before.
func (m *meter) conclude(now time.Time) {
	if m.progress != nil {
		m.give(now, "", 0)
	}
}

func (m *meter) give(now time.Time, state string, connections int) {
	m.last = ProgressOf(m.tally, m.rate, m.limit, state)
	m.last.Accepted, m.last.Connections = m.accepted, connections
	m.told = now
	m.progress(m.last)
}

// say tells the last progress with another state, out of turn.
func (m *meter) say(now time.Time, state string) {
	if m.progress == nil {
		return
	}
	p := m.last
	p.State, p.Left = state, 0
	m.told = now
	m.progress(p)
}

// reached is the limit, where it is what the run was no faster for.
func (m *meter) reached() Limit {
	if m.limit.reachedAt(m.rate) {
		return m.limit
	}
	return Limit{}
}

// How often the rate is measured: where messages are few, one more or less in a
// second says nothing.
const (
	sampleFirst = time.Second
	sampleLast  = 20 * time.Second
	sampleLeast = 5 // messages
)

// measure smooths the rate over some seconds.
func (m *meter) measure(now time.Time) {
	since, run := now.Sub(m.sampled), now.Sub(m.started)
	few := m.settled-m.sample < sampleLeast
	switch {
	case run < sampleFirst || since < sampleFirst || few && since < sampleLast && run > sampleLast:
		return
	case run < sampleLast:
		m.rate = float64(m.settled) / run.Seconds()
	default:
		m.rate += (float64(m.settled-m.sample)/since.Seconds() - m.rate) * RateWeight
	}
	m.sampled, m.sample = now, m.settled
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
