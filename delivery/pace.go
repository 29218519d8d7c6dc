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
}

// newPace limits messages to perSecond and perHour; 0 is no limit. The bucket
// holds a twentieth of a second, enough not to lose what falls due during a
// commit and too little for the server to see a burst.
func newPace(perSecond float64, perHour int) *pace {
	p := &pace{}
	if perSecond > 0 {
		p.limits = append(p.limits, limiter(perSecond))
	}
	if perHour > 0 {
		p.limits = append(p.limits, limiter(float64(perHour)/time.Hour.Seconds()))
	}
	return p
}

func limiter(perSecond float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(perSecond), int(math.Max(1, perSecond/20)))
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
	return wait
}
