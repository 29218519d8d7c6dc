package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/store/content"
	"roundup/store/engine"
	"roundup/subscribers"
)

// AdoptOptions are the answers of whoever adopts a database.
type AdoptOptions struct {
	NextNumber       int                 // of the next issue; 0 to go on from the last one here
	AlreadySentUntil time.Time           // articles dated up to here, and slots, were dealt with elsewhere; zero for none
	Issues           []content.SentIssue // that went out elsewhere
	Moved            bool                // also where it was moved: the database it was moved to will never send again
	Records          []string            // files, from elsewhere, with who left
	RecordLost       bool                // also where the record of who left since a move can't be read
	By               subscribers.Actor
}

// Adopted is what an adoption found and did.
type Adopted struct {
	Replayed
	Records []string               // the files that said who left, that beside the database first
	Missing *RecordError           // what could not be read of them, and is lost; nil for all
	Issues  []content.SettledIssue // those given
}

// Adopt puts the database in charge here. Issues under way are held, since
// nobody here knows how far they got elsewhere; mail that waited in a copy's
// outbox is given up; and who left since leaves again, by the record beside the database and
// by those where it went on after a move. It fails with an *engine.MovedError where the
// database was moved, and with a *RecordError where such a record can't be read, unless o
// says so.
func (s *Store) Adopt(ctx context.Context, o AdoptOptions) (done Adopted, err error) {
	left, err := s.records(ctx, o)
	if err != nil {
		return done, err
	}
	done.Records, done.Missing = left.files, left.missing
	last := lastLines(left.leavings)
	due, err := s.due(ctx, last)
	if err != nil {
		return done, err
	}
	var f facts
	err = s.writeBy(ctx, s.db.WriteMoved, func(tx *Tx) (err error) {
		if f, err = tx.adopt(ctx, o); err != nil {
			return err
		}
		if done.Issues, err = tx.SettleIssues(ctx, o.Issues); err != nil {
			return err
		}
		done.Replayed = Replayed{Lines: len(last.lines)}
		if err := tx.replay(ctx, last, due, o.By.Via(subscribers.ThroughAdopt), &done.Replayed); err != nil {
			return err
		}
		s.db.NoteLeft(last.fresh()) // before the commit, as what leaves in the usual way
		return nil
	})
	if err != nil {
		return done, err
	}
	if left.away {
		s.db.NoteLeft([]string{keptHere})
	}
	return done, s.mark(ctx, f)
}

func (tx *Tx) adopt(ctx context.Context, o AdoptOptions) (facts, error) {
	by := o.By.Via(subscribers.ThroughAdopt)
	if !o.Moved {
		if err := tx.Stays(ctx); err != nil {
			return facts{}, err
		}
	}
	f, err := tx.facts(ctx)
	if err != nil {
		return f, err
	}
	if err := tx.giveUpOutbox(ctx); err != nil {
		return f, err
	}
	// Copies made before this are not taken for this database any more.
	f.id = lineage(f.id) + randomHex(engine.IDSize/2)
	err = errors.Join(
		tx.SetMeta(ctx, metaCopyOf, ""),
		tx.SetMeta(ctx, engine.MetaMovedTo, ""),
		tx.SetMeta(ctx, metaID, f.id))
	if err != nil {
		return f, err
	}
	if o.NextNumber > 0 {
		f.lastIssue = max(f.lastIssue, o.NextNumber-1)
		if err := tx.SetNextNumber(ctx, o.NextNumber); err != nil {
			return f, err
		}
	}
	if !o.AlreadySentUntil.IsZero() {
		if err := tx.SetAlreadySent(ctx, o.AlreadySentUntil); err != nil {
			return f, err
		}
	}
	if err := tx.HoldAll(ctx, "the database was adopted here; how far the issue got elsewhere is not known", by); err != nil {
		return f, err
	}
	return f, tx.Record(ctx, engine.Entry{What: "database adopted", By: by, Detail: f.original})
}

// giveUpOutbox gives up what waits; its texts are not kept, as SettleOutbox keeps none.
func (tx *Tx) giveUpOutbox(ctx context.Context) error {
	_, err := tx.Exec(ctx, `
		UPDATE outbox
		SET
			state = 'failed',
			error = 'not sent: it waited when the database was adopted',
			recipient = CASE WHEN kind <> 'moved' THEN recipient ELSE '' END,
			text = '',
			html = '',
			changed_at = ?
		WHERE state IN ('queued', 'sending')`, tx.Stamp())
	if err != nil {
		return fmt.Errorf("give up outbox: %w", err)
	}
	return nil
}
