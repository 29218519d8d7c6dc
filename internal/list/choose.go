package list

import (
	"context"

	"roundup/subscribers"
)

// Choose gives a reader another choice of sections and issues, from the next issue to
// start on.
func (l *List) Choose(ctx context.Context, r subscribers.Subscriber, c subscribers.Choice, by subscribers.Actor) error {
	return l.store.Choose(ctx, r.Key, c, by)
}
