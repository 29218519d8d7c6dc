package list

import (
	"context"

	"roundup/store"
)

// Label gives a label to the readers whom a filter finds, or takes it from them, in
// portions that others are let between. progress is told after each what is done; nil for
// nobody. With an error, or the end of ctx, what is counted is done.
func (l *List) Label(ctx context.Context, labelling store.Labelling, progress func(store.Labelled)) (done store.Labelled, err error) {
	turns := l.turns(firstLabelled)
	for after := int64(0); ; {
		if ctx.Err() != nil {
			return done, context.Cause(ctx)
		}
		to, err := l.store.ToLabel(ctx, labelling.Labelling, labelling.Where, after, mostTurn)
		if err != nil {
			return done, err
		}
		done.Found += to.Found - len(to.IDs)
		done.Full += to.Full
		// Reading holds up nobody, so it says nothing of how many one write may change.
		for ids := to.IDs; len(ids) > 0; {
			if ctx.Err() != nil {
				return done, context.Cause(ctx)
			}
			n := min(turns.size, len(ids))
			err := turns.take(ctx, n, !labelling.Rehearse, func() error {
				changed, err := l.store.Label(ctx, labelling, ids[:n])
				done.Changed += changed
				return err
			})
			if err != nil {
				return done, err
			}
			done.Found += n
			ids = ids[n:]
			if progress != nil {
				progress(done)
			}
		}
		if to.Last == 0 {
			return done, nil
		}
		if progress != nil {
			progress(done)
		}
		after = to.Last
	}
}

// firstLabelled is how many readers the first write changes at most.
const firstLabelled = 500
