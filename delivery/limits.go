package delivery

import "time"

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
