package delivery

import (
	"time"

	"roundup/delivery/relay"
)

// How the sender behaves towards a relay in trouble.
const (
	probeFirst  = 5 * time.Second // pause before the first probe
	probeMost   = 5 * time.Minute
	regrowFirst = 30 * time.Second // before one connection more is tried
	regrowMost  = 10 * time.Minute
)

// valve decides how many connections may be open. It begins with one; an answer
// about a reader opens more. A relay that limits connections closes it to as
// many as work, and it tries one more from time to time. When none works the
// issue waits: nothing is open but one probe, after a pause that grows.
type valve struct {
	most    int // smtp.connections
	ceiling int // what the relay was seen to bear, at most most
	open    int // how many may be open now: 0 between probes

	waiting bool
	since   time.Time // of the waiting
	probeAt time.Time // while waiting and open is 0
	why     string    // the trouble, in the server's words where there are any

	probes   backoff
	regrow   backoff
	regrowAt time.Time // not before then is one more tried
	grown    bool      // the last change of the ceiling was upwards
}

func newValve(most int) *valve {
	most = max(most, 1)
	return &valve{
		most: most, ceiling: most, open: 1,
		probes: backoff{first: probeFirst, most: probeMost},
		regrow: backoff{first: regrowFirst, most: regrowMost},
	}
}

// answered notes that the relay spoke about a reader: it works.
func (v *valve) answered(now time.Time) {
	if v.waiting {
		v.waiting, v.open, v.why = false, 0, ""
	}
	v.probes.reset()
	if v.ceiling < v.most && !now.Before(v.regrowAt) {
		if v.grown {
			v.regrow.reset() // the one before stood its trial
		}
		v.ceiling++
		v.grown, v.regrowAt = true, now.Add(regrowFirst)
	}
	v.open = min(max(2*v.open, 1), v.ceiling)
}

// strike notes trouble of a connection while so many others work. With none
// the issue waits from now on.
func (v *valve) strike(now time.Time, others int, why string) {
	if others == 0 {
		v.wait(now, why)
		return
	}
	v.lower(now, others)
}

// slow notes that the relay asks for less: everything pauses, and then goes on
// over half as many connections.
func (v *valve) slow(now time.Time, why string) {
	v.lower(now, v.ceiling/2)
	v.wait(now, why)
}

// lower lets at most n connections be open until the relay bears more.
func (v *valve) lower(now time.Time, n int) {
	v.ceiling = max(min(n, v.ceiling), 1)
	v.open = min(v.open, v.ceiling)
	// Several may fail at once for one reason: that is one failure, unless a
	// connection more was just being tried.
	if v.grown || !now.Before(v.regrowAt) {
		v.grown, v.regrowAt = false, now.Add(v.regrow.next())
	}
}

// wait ends a probe, or begins the waiting.
func (v *valve) wait(now time.Time, why string) {
	v.why = relay.Nameless(why)
	if !v.waiting {
		v.waiting, v.since = true, now
	} else if v.open == 0 {
		return // another connection in the same trouble: the pause is set already
	}
	v.open = 0
	v.probeAt = now.Add(v.probes.next())
}

// resume sets the valve to a waiting that began in an earlier run: it probes at once.
func (v *valve) resume(since time.Time, why string) {
	v.waiting, v.since, v.why, v.open = true, since, why, 1
}

// tick opens the valve for a probe when its pause is over.
func (v *valve) tick(now time.Time) {
	if v.pausing() && !now.Before(v.probeAt) {
		v.open = 1
	}
}

// pausing reports whether nothing may be open until the next probe.
func (v *valve) pausing() bool { return v.waiting && v.open == 0 }
