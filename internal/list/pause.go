package list

import (
	"context"
	"errors"
	"time"

	"roundup/subscribers"
)

// ErrPause is returned for a pause that is over before it begins, or longer than a year:
// who forgets a pause of years is a reader lost.
var ErrPause = errors.New("a pause ends within a year")

// Pause keeps issues from a reader until a moment, from the next one to be sent on; the
// zero time ends a pause. It fails with ErrPause.
func (l *List) Pause(ctx context.Context, r subscribers.Subscriber, until time.Time, by subscribers.Actor) error {
	if err := l.MayPause(until); err != nil {
		return err
	}
	return l.store.Pause(ctx, r.Key, until, by)
}

// MayPause fails with ErrPause where a pause until then would.
func (l *List) MayPause(until time.Time) error {
	now := l.now()
	if !until.IsZero() && (!until.After(now) || until.After(now.AddDate(1, 0, 1))) {
		return ErrPause
	}
	return nil
}
