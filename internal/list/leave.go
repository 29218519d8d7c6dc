package list

import (
	"context"

	"roundup/subscribers"
)

// Unsubscribe ends a reader's subscription, at once and for ever, even in the
// middle of a send, and reports whether it had not ended before. An id that is not
// known, such as a forgotten reader's, is no error: there is nothing left to end.
func (l *List) Unsubscribe(ctx context.Context, id subscribers.PublicID, through string) (bool, error) {
	return l.store.Unsubscribe(ctx, id, through)
}
