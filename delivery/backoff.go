package delivery

import (
	"math/rand/v2"
	"time"
)

// backoff is a pause that doubles from first to most.
type backoff struct {
	first, most time.Duration
	last        time.Duration // before jitter; 0 at the beginning
}

// next is the next pause, jittered.
func (b *backoff) next() time.Duration {
	b.last = min(max(2*b.last, b.first), b.most)
	return jitter(b.last)
}

// reset begins again with the first pause.
func (b *backoff) reset() { b.last = 0 }

// jitter adds up to a fifth, so that what failed together does not come back
// together. It never shortens a pause: greylisting counts to the second.
func jitter(d time.Duration) time.Duration {
	return d + time.Duration(rand.Float64()*float64(d)/5)
}

// LongestPause is the most a reader is ever deferred for. A next attempt farther
// away than that was set by a clock that has been put back since.
const LongestPause = time.Hour + time.Hour/5

// deferral is how long to leave a reader whose first deferral was so much
// sending time ago: minutes at first, so that greylisting passes, at most an
// hour later on. It never reaches beyond giveUp by more than its jitter, but
// leaves at least a minute.
func deferral(deferredFor, giveUp time.Duration) time.Duration {
	pause := time.Hour
	begin := time.Duration(0)
	for _, step := range []time.Duration{
		2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute,
	} {
		if deferredFor < begin+step {
			pause = step
			break
		}
		begin += step
	}
	return jitter(min(pause, max(giveUp-deferredFor, time.Minute)))
}
