package list

import (
	"context"

	"roundup/store"
)

// Label gives a label to the readers whom a filter finds, or takes it from them, in
// portions that others are let between. progress is told after each what is done; nil for
// nobody. With an error, or the end of ctx, what is counted is done.
func (l *List) Label(ctx context.Context, labelling store.Labelling, progress func(store.Labelled)) (done store.Labelled, err error) {
	turns := turns{size: firstLabelled, now: l.now}
	for after := int64(0); ; {
		if ctx.Err() != nil {
			return done, context.Cause(ctx)
		}
		var last int64
		err := turns.take(ctx, turns.size, !labelling.Rehearse, func() error {
			some, id, err := l.store.Label(ctx, labelling, after, turns.size)
			done.Found += some.Found
			done.Changed += some.Changed
			done.Full += some.Full
			last = id
			return err
		})
		if err != nil || last == 0 {
			return done, err
		}
		if progress != nil {
			progress(done)
		}
		after = last
	}
}

// firstLabelled is how many readers the first portion is of.
const firstLabelled = 500
