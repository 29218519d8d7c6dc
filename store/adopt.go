package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// AdoptOptions are the answers of whoever adopts a database.
type AdoptOptions struct {
	NextNumber       int         // of the next issue; 0 to go on from the last one here
	AlreadySentUntil time.Time   // articles dated up to here, and slots, were dealt with elsewhere; zero for none
	Issues           []SentIssue // that went out elsewhere
}

// Adopted is what an adoption found and did.
type Adopted struct {
	Replayed
	Issues []SettledIssue // those given
}

// Adopt puts the database in charge here. Issues under way are held, since
// nobody here knows how far they got elsewhere; mail that waited in a copy's
// outbox is given up; and who left since, by the record beside the database,
// leaves again.
func (s *Store) Adopt(ctx context.Context, o AdoptOptions) (done Adopted, err error) {
	lines, err := s.leftOnRecord()
	if err != nil {
		return done, err
	}
	var f facts
	err = s.write(ctx, func(tx *Tx) (err error) {
		if f, err = tx.adopt(ctx, o); err != nil {
			return err
		}
		if done.Issues, err = tx.settleIssues(ctx, o.Issues); err != nil {
			return err
		}
		done.Replayed, err = tx.replay(ctx, lines)
		return err
	})
	if err != nil {
		return done, err
	}
	return done, s.mark(ctx, f)
}

func (tx *Tx) adopt(ctx context.Context, o AdoptOptions) (facts, error) {
	f, err := tx.facts(ctx)
	if err != nil {
		return f, err
	}
	if err := tx.giveUpOutbox(ctx); err != nil {
		return f, err
	}
	// What was copied from it before is a stranger from here on.
	f.id = lineage(f.id) + randomHex(IDSize/2)
	err = errors.Join(tx.setMeta(ctx, metaCopyOf, ""), tx.setMeta(ctx, metaID, f.id))
	if err != nil {
		return f, err
	}
	if o.NextNumber > 0 {
		f.lastIssue = max(f.lastIssue, o.NextNumber-1)
		if err := tx.setNextNumber(ctx, o.NextNumber); err != nil {
			return f, err
		}
	}
	if !o.AlreadySentUntil.IsZero() {
		if err := tx.setAlreadySent(ctx, o.AlreadySentUntil); err != nil {
			return f, err
		}
	}
	if err := tx.holdAll(ctx, "the database was adopted here; how far the issue got elsewhere is not known", "adopt"); err != nil {
		return f, err
	}
	return f, tx.event(ctx, event{what: "database adopted", through: "adopt", detail: f.original})
}

func (tx *Tx) giveUpOutbox(ctx context.Context) error {
	_, err := tx.exec(ctx, `
		UPDATE outbox
		SET state = 'failed', error = 'not sent: it waited when the database was adopted', changed_at = ?
		WHERE state IN ('queued', 'sending')`, tx.stamp())
	if err != nil {
		return fmt.Errorf("give up outbox: %w", err)
	}
	return nil
}
