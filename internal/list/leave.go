package list

import (
	"context"
	"errors"
	"time"

	"roundup/delivery"
	"roundup/subscribers"
)

// leaveFor is how long a leaving is tried at most: much longer than another
// program keeps the database locked, and than a thousand at once take after that.
const leaveFor = 2 * time.Minute

// Unsubscribe ends a reader's subscription, at once and for ever, even in the
// middle of a send, and reports whether it had not ended before. An id that is not
// known, such as a forgotten reader's, is no error: there is nothing left to end.
func (l *List) Unsubscribe(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) (bool, error) {
	return l.store.Unsubscribe(ctx, id, by)
}

// Leave unsubscribes a reader who is not there to try again: it tries for some
// minutes, or until ctx ends, where that is worth it, such as while another
// program keeps the database locked.
func (l *List) Leave(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) error {
	ctx, cancel := context.WithTimeout(ctx, leaveFor)
	defer cancel()
	return again(ctx, func() error {
		_, err := l.Unsubscribe(ctx, id, by)
		return err
	})
}

// again does something until it succeeds, fails for good, or ctx ends.
func again(ctx context.Context, do func() error) error {
	const longest = 2 * time.Second
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, longest) {
		err := do()
		if !errors.Is(err, delivery.ErrLedgerAway) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}
