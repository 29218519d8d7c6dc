package delivery

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

// pace spreads the beginnings of messages over time, over all connections. It
// is asked before a claim, so that nothing stands claimed while it waits.
type pace struct {
	limits []*rate.Limiter
	hour   *quota // nil for none
}

// newPace limits messages to perSecond and perHour; 0 is no limit. Those of an
// hour are spread evenly over it, and no hour has more, wherever it begins. A
// bucket holds a twentieth of a second, enough not to lose what falls due
// during a commit and too little for the server to see a burst.
func newPace(perSecond float64, perHour int) *pace {
	p := &pace{}
	if perSecond > 0 {
		p.limits = append(p.limits, limiter(perSecond))
	}
	if perHour > 0 {
		p.limits = append(p.limits, limiter(float64(perHour)/time.Hour.Seconds()))
		p.hour = &quota{most: perHour}
	}
	return p
}

func limiter(perSecond float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(perSecond), int(math.Max(1, perSecond/20)))
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
	for _, l := range p.limits {
		l.AllowN(last, l.Burst())
	}
}

// limited reports whether there is a limit at all.
func (p *pace) limited() bool { return len(p.limits) > 0 }

// take takes up to want places and returns how many there were.
func (p *pace) take(now time.Time, want int) int {
	if !p.limited() {
		return want
	}
	taken := 0
	for taken < want && p.next(now) == 0 {
		for _, l := range p.limits {
			l.ReserveN(now, 1)
		}
		if p.hour != nil {
			p.hour.add(now, 1)
		}
		taken++
	}
	return taken
}

// next is how long until a message may begin; 0 when one may now.
func (p *pace) next(now time.Time) time.Duration {
	var wait time.Duration
	for _, l := range p.limits {
		r := l.ReserveN(now, 1)
		wait = max(wait, r.DelayFrom(now))
		r.CancelAt(now)
	}
	return max(wait, p.spent(now))
}

// spent is how long the hour's messages are used up; 0 when they are not.
func (p *pace) spent(now time.Time) time.Duration {
	if p.hour == nil {
		return 0
	}
	return p.hour.next(now)
}

// atMost is the rate the limits allow, messages a second; 0 for any.
func (p *pace) atMost() float64 {
	most := 0.0
	for _, l := range p.limits {
		if limit := float64(l.Limit()); most == 0 || limit < most {
			most = limit
		}
	}
	return most
}
