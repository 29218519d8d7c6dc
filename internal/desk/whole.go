package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/delivery"
	"roundup/store/engine"
)

const (
	// wholeFor is how long a database that was found whole is taken for whole while
	// an issue is carried on. An issue that starts looks again.
	wholeFor = 24 * time.Hour
	// wholeWithin is the most that a look may take: 100,000 readers and ten issues take
	// three seconds.
	wholeWithin = 10 * time.Second
)

// whole fails where the database is damaged in what a send reads: an index that
// does not say what its table does would mail somebody twice, or nobody. The editor
// is told, as far as a damaged database takes a notice.
func (d *Desk) whole(ctx context.Context) error {
	const cause = "database damaged"
	err := d.store.VerifySend(ctx, wholeWithin)
	if errors.Is(err, engine.ErrCorrupt) {
		noted := errors.Join(
			d.store.NoteVerified(ctx, false), // the next run looks first
			d.begin(ctx, cause, News{Kind: DatabaseDamaged, Err: err}))
		if noted != nil {
			d.log.Warn("the editor was not told of the damaged database", "error", noted)
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(
		d.store.NoteVerified(ctx, true),
		d.end(ctx, cause, News{Kind: DatabaseWhole}))
}

// wholeToday is whole, once a day.
func (d *Desk) wholeToday(ctx context.Context) error {
	last, err := d.store.Verified(ctx)
	if err != nil {
		return err
	}
	if since := d.now().Sub(last); since >= 0 && since < wholeFor {
		return nil
	}
	return d.whole(ctx)
}

// Refusal is the error a ledger ended a run with. One that is neither its disk's nor
// another sender's may come from a damaged database: then that is what is said.
func (d *Desk) Refusal(ctx context.Context, err error) error {
	if known(err) {
		return err
	}
	if damage := d.whole(context.WithoutCancel(ctx)); errors.Is(damage, engine.ErrCorrupt) {
		return fmt.Errorf("%w; found after: %w", damage, err)
	}
	return err
}

// known reports whether an error is of the database as a whole, or of another sender.
func known(err error) bool {
	for _, kind := range []error{delivery.ErrLeaseLost, delivery.ErrLedgerAway, engine.ErrCorrupt, engine.ErrMoved} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
