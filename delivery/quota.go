package delivery

import (
	"context"
	"time"
)

// quotaTick is how finely a quota counts: a message stays in the hour for up
// to so much longer.
const quotaTick = 10 * time.Second

// Begun is a number of messages that began at about one time.
type Begun struct {
	At    time.Time // at the earliest
	Count int
}

// Recent is what Settings.PerHour asks of a ledger besides Tallies, so that a
// run does not begin an hour of its own where another has used up part of it.
type Recent interface {
	// Begun counts the messages of all issues that began since a moment, with
	// all in one Begun that did so within a tick; oldest first.
	Begun(ctx context.Context, since time.Time, tick time.Duration) ([]Begun, error)
}

// quota keeps the messages of any hour to a number, whoever began them.
type quota struct {
	most  int
	begun []Begun // within the last hour, oldest first
	sum   int     // of begun
}

// add counts n messages that began at a moment.
func (q *quota) add(at time.Time, n int) {
	at = at.Truncate(quotaTick)
	q.sum += n
	if last := len(q.begun) - 1; last >= 0 && !at.After(q.begun[last].At) {
		q.begun[last].Count += n
		return
	}
	q.begun = append(q.begun, Begun{At: at, Count: n})
}

// next is how long until one message more may begin.
func (q *quota) next(now time.Time) time.Duration {
	for len(q.begun) > 0 && !now.Before(leaves(q.begun[0])) {
		q.sum -= q.begun[0].Count
		q.begun = q.begun[1:]
	}
	left := q.sum
	for _, b := range q.begun {
		if left < q.most {
			break
		}
		left -= b.Count
		if left < q.most {
			return leaves(b).Sub(now)
		}
	}
	return 0
}

// leaves is when the last of those messages began an hour ago.
func leaves(b Begun) time.Time { return b.At.Add(quotaTick + time.Hour) }
