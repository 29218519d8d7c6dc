package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Standing says whether the database may be in charge of the newsletter.
type Standing struct {
	Copy         bool   // a backup that was not adopted
	OtherMachine bool   // created or adopted on another machine
	Detail       string // both in words; "" when all is well
}

// Standing reads it.
func (s *Store) Standing(ctx context.Context) (st Standing, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		original, err := tx.meta(ctx, metaCopyOf)
		if err != nil {
			return err
		}
		machine, err := tx.meta(ctx, metaMachine)
		if err != nil {
			return err
		}
		st.Copy, st.OtherMachine = original != "", machine != s.machine
		switch {
		case st.Copy:
			st.Detail = fmt.Sprintf("it is a copy of %s", original)
		case st.OtherMachine:
			st.Detail = "it was last in charge on another machine"
		}
		return nil
	})
	return st, err
}

// AdoptOptions are the answers of whoever adopts a database.
type AdoptOptions struct {
	NextNumber       int       // of the next issue; 0 to go on from the last one here
	AlreadySentUntil time.Time // articles dated up to here, and slots, were dealt with elsewhere; zero for none
}

// Adopt puts the database in charge on this machine. Issues under way are
// held, since nobody here knows how far they got elsewhere; mail that waited in
// a copy's outbox is given up.
func (s *Store) Adopt(ctx context.Context, o AdoptOptions) error {
	return s.write(ctx, func(tx *Tx) error {
		original, err := tx.meta(ctx, metaCopyOf)
		if err != nil {
			return err
		}
		if original != "" {
			if err := tx.giveUpOutbox(ctx); err != nil {
				return err
			}
		}
		err = errors.Join(tx.setMeta(ctx, metaCopyOf, ""), tx.setMeta(ctx, metaMachine, s.machine))
		if err != nil {
			return err
		}
		if o.NextNumber > 0 {
			if err := tx.setNextNumber(ctx, o.NextNumber); err != nil {
				return err
			}
		}
		if !o.AlreadySentUntil.IsZero() {
			if err := tx.setAlreadySent(ctx, o.AlreadySentUntil); err != nil {
				return err
			}
		}
		if err := tx.holdAll(ctx, "the database was adopted here; how far the issue got elsewhere is not known", "adopt"); err != nil {
			return err
		}
		return tx.event(ctx, event{what: "database adopted", through: "adopt", detail: original})
	})
}

func (tx *Tx) giveUpOutbox(ctx context.Context) error {
	_, err := tx.exec(ctx, `
		UPDATE outbox
		SET state = 'failed', error = 'not sent: it waited in a copy of the database', changed_at = ?
		WHERE state IN ('queued', 'sending')`, tx.stamp())
	if err != nil {
		return fmt.Errorf("give up outbox: %w", err)
	}
	return nil
}
