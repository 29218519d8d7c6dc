package list

import (
	"context"
	"errors"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// undoFor is how long a reader can undo their leaving.
const undoFor = 24 * time.Hour

// Reader returns whom a public id names, and whether Undo would bring them back. It is
// a zero subscriber for an id that is not known, such as a forgotten reader's.
func (l *List) Reader(ctx context.Context, id subscribers.PublicID) (subscribers.Subscriber, bool, error) {
	sub, undoable, err := l.store.Undoable(ctx, id, l.now().Add(-undoFor))
	if errors.Is(err, store.ErrNotFound) {
		return subscribers.Subscriber{}, false, nil
	}
	return sub, undoable, err
}

// Undo brings back a reader who left by themselves within the last day, exactly as they
// were, and reports whether it did: not where anything was done to the subscription
// since, and never where the address is suppressed, whatever for.
func (l *List) Undo(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) (bool, error) {
	return l.store.UndoLeave(ctx, id, l.now().Add(-undoFor), by)
}

// SayWhy keeps why a reader left. It does nothing for who has not.
func (l *List) SayWhy(ctx context.Context, id subscribers.PublicID, why subscribers.WhyLeft, by subscribers.Actor) error {
	return l.store.SayWhyLeft(ctx, id, why, by)
}
