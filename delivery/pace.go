package delivery

import (
	"time"

	"roundup/internal/wording"
)

const (
	// paceSlack is how far a pace catches up where nobody was there to take a
	// place when it fell due: little enough that the server sees no burst.
	paceSlack = 50 * time.Millisecond
	// paceAhead is the most that places are taken before they fall due.
	paceAhead = time.Second
)

// Limit is what keeps messages from going out as fast as the relay takes them.
type Limit struct {
	PerSecond float64 // messages begun; 0 for no limit
	Words     string  // as people set it: "500 an hour (smtp.per_hour)"
}

// LimitOf is the stricter of the two, 0 being none.
func LimitOf(perSecond float64, perHour int) Limit {
	hourly := float64(perHour) / time.Hour.Seconds()
	switch {
	case perHour > 0 && (perSecond <= 0 || hourly <= perSecond):
		return Limit{PerSecond: hourly, Words: wording.Thousands(perHour) + " an hour (smtp.per_hour)"}
	case perSecond > 0:
		return Limit{PerSecond: perSecond, Words: perTime(perSecond) + " (smtp.rate)"}
	}
	return Limit{}
}

// reachedAt reports whether the limit is what messages are no faster for: it is kept up
// with, or there was no time yet to see.
func (l Limit) reachedAt(rate float64) bool {
	return l.PerSecond > 0 && (rate == 0 || rate > 0.7*l.PerSecond)
}

// Takes is how long so many messages take at least; 0 without a limit.
func (l Limit) Takes(messages int) time.Duration {
	if l.PerSecond <= 0 {
		return 0
	}
	return time.Duration(float64(messages) / l.PerSecond * float64(time.Second)).Round(time.Second)
}

// pace spreads the beginnings of messages evenly over time, over all
// connections. Its places are taken with the claims, so that nothing stands
// claimed while a place is waited for; those that fall due while the claims are
// being written are taken in advance, each with the moment its message begins
// at. So a slow disk costs none of the rate.
type pace struct {
	every time.Duration // from one message to the next; 0 for no limit
	due   time.Time     // when the next place falls due; zero before the first
	ahead time.Duration // how long an exchange takes: so early are places taken
	hour  *quota        // nil for none

	shared bool      // places are granted (Others), and due is that of the first of them
	left   int       // granted and not taken
	askAt  time.Time // not before then for more
}

// newPace limits messages to perSecond and perHour; 0 is no limit. Those of an
// hour are spread evenly over it, and no hour has more, wherever it begins.
func newPace(perSecond float64, perHour int) *pace {
	p := &pace{}
	if perSecond > 0 {
		p.every = time.Duration(float64(time.Second) / perSecond)
	}
	if perHour > 0 {
		p.every = max(p.every, time.Hour/time.Duration(perHour))
		p.hour = &quota{most: perHour}
	}
	return p
}

// share lets the pace have places that are granted alone: others send to the relay, too.
func (p *pace) share() { p.shared, p.hour = true, nil }

// wants reports whether it is time to ask for places.
func (p *pace) wants(now time.Time) bool {
	p.lose(now)
	return p.limited() && p.left == 0 && !now.Before(p.askAt)
}

// granted takes over places.
func (p *pace) granted(now time.Time, places Places) {
	p.left, p.due, p.askAt = places.Count, now.Add(places.In), now
	if places.Count == 0 {
		p.askAt = p.due
	}
}

// lose gives up granted places that nobody took for too long: later they would be a burst.
func (p *pace) lose(now time.Time) {
	for p.left > 0 && p.due.Before(now.Add(-max(paceSlack, 2*p.ahead))) {
		p.left--
		p.due = p.due.Add(p.every)
	}
}

// resume goes on from what was begun before, oldest first: it counts in its
// hour, and the first message keeps its distance from the last.
func (p *pace) resume(now time.Time, begun []Begun) {
	for _, b := range begun {
		if b.At.After(now) {
			b.At = now // the calendar went back
		}
		if p.hour != nil {
			p.hour.add(b.At, b.Count)
		}
	}
	if len(begun) == 0 {
		return
	}
	last := begun[len(begun)-1].At.Add(quotaTick)
	if last.After(now) {
		last = now
	}
	p.due = last.Add(p.every)
}

// exchanged notes how long an exchange took: the next one may take as long.
func (p *pace) exchanged(took time.Duration) { p.ahead = min(took, paceAhead) }

// limited reports whether there is a limit at all.
func (p *pace) limited() bool { return p.every > 0 }

// take takes up to want of the places that fall due before an exchange that
// begins now is over, and returns when each message may begin.
func (p *pace) take(now time.Time, want int) []time.Time {
	places := make([]time.Time, 0, want)
	for len(places) < want && p.next(now) == 0 && (!p.shared || p.left > 0) {
		places = append(places, p.due)
		if p.shared {
			p.left--
		}
		if p.hour != nil {
			p.hour.add(latest(p.due, now), 1)
		}
		p.due = p.due.Add(p.every)
	}
	return places
}

// next is how long until a place may be taken; 0 when one may now.
func (p *pace) next(now time.Time) time.Duration {
	return max(p.wait(now)-p.ahead, p.spent(latest(p.due, now)), 0)
}

// wait is how long until a place falls due; 0 when one has.
func (p *pace) wait(now time.Time) time.Duration {
	if !p.limited() {
		return 0
	}
	if p.shared {
		return p.waitShared(now)
	}
	slack := max(paceSlack, 2*p.ahead)
	switch {
	case p.due.IsZero():
		p.due = now
	case p.due.Before(now.Add(-slack)):
		p.due = now.Add(-slack) // what nobody took for so long is gone
	case p.due.After(now.Add(p.every + paceAhead)):
		p.due = now.Add(p.every) // the calendar went back
	}
	return max(p.due.Sub(now), p.spent(now), 0)
}

func (p *pace) waitShared(now time.Time) time.Duration {
	p.lose(now)
	if p.left == 0 {
		return max(p.askAt.Sub(now), 0)
	}
	return max(p.due.Sub(now), 0)
}

// until is how long a message waits for its place.
func (p *pace) until(due, now time.Time) time.Duration {
	return min(max(due.Sub(now), 0), paceAhead)
}

// spent is how long the hour's messages are used up; 0 when they are not.
func (p *pace) spent(now time.Time) time.Duration {
	if p.shared && p.left == 0 {
		return max(p.askAt.Sub(now), 0)
	}
	if p.hour == nil {
		return 0
	}
	return p.hour.next(now)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
