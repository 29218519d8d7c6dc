package engine

import (
	"context"
	"fmt"
)

// MetaMovedTo is the fact to which database this one was moved. It is there until the
// database is adopted, and in copies of it.
const MetaMovedTo = "moved_to"

// MovedError is ErrMoved of a database that was moved to another, which is in charge now: no
// change of it would ever reach a reader, whichever process makes it.
type MovedError struct{ From, To string }

// Error implements error.
func (e *MovedError) Error() string {
	return fmt.Sprintf("the database was moved from %s to %s: it takes no changes and sends nothing any more", e.From, e.To)
}

// Unwrap is the kind of it.
func (*MovedError) Unwrap() error { return ErrMoved }

// Stays fails with a *MovedError where the database was moved.
func (tx *Tx) Stays(ctx context.Context) error {
	to, err := tx.Meta(ctx, MetaMovedTo)
	if err == nil && to != "" {
		err = &MovedError{From: tx.engine.Path(), To: to}
	}
	return err
}
