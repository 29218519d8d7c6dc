package list

import (
	"context"

	"roundup/delivery"
	"roundup/store"
	"roundup/subscribers"
)

// Resolve settles by a person's word whether a reader has an issue of which that
// is unknown: who has it not is mailed again. It fails as store.Resolve does.
func (l *List) Resolve(ctx context.Context, issue int, r store.Listed, has bool, by subscribers.Actor) error {
	to := delivery.Queued
	if has {
		to = delivery.Sent
	}
	return l.store.Resolve(ctx, issue, r.Key, to, by)
}
