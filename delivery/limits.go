package delivery

import (
	"context"
	"time"
)

// Limits are those of a relay, whoever sends to it.
type Limits struct {
	Relay     string
	PerSecond float64 // messages begun; 0 for no limit
	PerHour   int     // 0 for no limit
}

// Places are moments at which a message may begin.
type Places struct {
	Count int
	// In is how long from now until the first; without one, until it is worth asking again.
	In time.Duration
}

// askAheadFrom is for how many messages a second a sender asks for a place more than it can
// take at once: at high rates, asking costs more than the places that nobody takes.
const askAheadFrom = 500

// askForPlaces gets places of the relay's for those who can take a claim, where it is
// asked for more messages than one sender begins.
func (r *run) askForPlaces(ctx context.Context, now time.Time, takers int) error {
	others := r.others()
	if others == nil || takers == 0 || !r.pace.wants(now) {
		return nil
	}
	want := max(takers, min(int(r.settings.Rate/askAheadFrom), 4*takers)) // what is not taken in time is lost
	limits := Limits{Relay: r.settings.Relay, PerSecond: r.settings.Rate, PerHour: r.settings.PerHour}
	return r.persist(ctx, "ask for a place in the relay's rate", func(ctx context.Context) error {
		places, err := others.Grant(ctx, limits, want)
		if err == nil {
			r.pace.granted(r.now(), places)
		}
		return err
	})
}

// grantAhead is how far ahead of time places are granted: a sender that dies takes no more
// with it.
const grantAhead = 500 * time.Millisecond

// Grant is the rule by which Others grants places of a relay whose next falls due at a
// moment, and which began so many messages in the last hour. It returns when the next
// falls due after them.
func (l Limits) Grant(now, due time.Time, begun []Begun, want int) (Places, time.Time) {
	p := newPace(l.PerSecond, l.PerHour)
	if !p.limited() {
		return Places{Count: want}, due
	}
	due = latest(due, now.Add(-paceSlack))
	if p.hour != nil {
		for _, b := range begun {
			p.hour.add(b.At, b.Count)
		}
		if spent := p.hour.next(latest(due, now)); spent > 0 {
			return Places{In: spent}, due
		}
		want = min(want, p.hour.most-p.hour.sum)
	}
	ahead := now.Add(grantAhead).Sub(due)
	if ahead < 0 {
		return Places{In: -ahead}, due
	}
	n := min(want, int(ahead/p.every)+1)
	return Places{Count: n, In: due.Sub(now)}, due.Add(time.Duration(n) * p.every)
}
