package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"roundup/store/engine"
	"roundup/store/ledger"
)

// Facts the database keeps about itself, by their key in meta.
const (
	metaCreated     = "created_at"
	metaID          = "id"            // random; its second half is new at each adoption
	metaChanges     = "changes"       // how many it has seen while in charge
	metaCopyOf      = "copy_of"       // set in a backup until it is adopted
	metaNextNumber  = "next_number"   // the next issue's number, where a person set one
	metaAlreadySent = "already_sent"  // a moment: what is older went out before this database
	metaSentLinks   = "sent_links"    // articles not known yet that went out before this database (adopt.go)
	metaSlotsDone   = "slots_done"    // a moment: slots up to it were dealt with elsewhere
	metaSchedule    = "schedule"      // the schedule as last seen
	metaScheduleAt  = "schedule_seen" // since when
	metaVerified    = "verified"      // when a send last found the database whole
)

// meta returns a fact; "" for none.
func (tx *Tx) meta(ctx context.Context, key string) (string, error) {
	value, err := engine.QueryOne(ctx, tx, engine.ScanValue[string], `SELECT value FROM meta WHERE key = ?`, key)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read %s: %w", key, err)
	}
	return value, nil
}

// setMeta records a fact; "" takes it away.
func (tx *Tx) setMeta(ctx context.Context, key, value string) error {
	var err error
	if value == "" {
		_, err = tx.Exec(ctx, `DELETE FROM meta WHERE key = ?`, key)
	} else {
		_, err = tx.Exec(ctx, `
			INSERT INTO meta (key, value) VALUES (?, ?)
			ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	}
	if err != nil {
		return fmt.Errorf("record %s: %w", key, err)
	}
	return nil
}

// MarkCopy writes into a copy what it is a copy of. It is for engines that make one.
func MarkCopy(ctx context.Context, q engine.Querier, original string) error {
	return (&Tx{Tx: ledger.Tx{Tx: &engine.Tx{Querier: q}}}).setMeta(ctx, metaCopyOf, original)
}

// NextNumber is the number the next issue gets.
func (s *Store) NextNumber(ctx context.Context) (number int, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		number, err = tx.nextNumber(ctx)
		return err
	})
	return number, err
}

// SetNextNumber sets the number the next issue gets, for a newsletter that had
// issues before this database. It can't be one that was given out already.
func (s *Store) SetNextNumber(ctx context.Context, number int) error {
	return s.write(ctx, func(tx *Tx) error { return tx.setNextNumber(ctx, number) })
}

func (tx *Tx) setNextNumber(ctx context.Context, number int) error {
	last, err := tx.lastNumber(ctx)
	if err != nil {
		return err
	}
	if number <= last {
		return fmt.Errorf("next number %d: the numbers up to %d are taken", number, last)
	}
	return tx.setMeta(ctx, metaNextNumber, strconv.Itoa(number))
}

func (tx *Tx) nextNumber(ctx context.Context) (int, error) {
	last, err := tx.lastNumber(ctx)
	if err != nil {
		return 0, err
	}
	text, err := tx.meta(ctx, metaNextNumber)
	if err != nil || text == "" {
		return last + 1, err
	}
	wished, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", metaNextNumber, err)
	}
	return max(last+1, wished), nil
}

// lastNumber is the highest number given out; 0 for none.
func (tx *Tx) lastNumber(ctx context.Context) (int, error) {
	last, err := engine.QueryOne(ctx, tx, engine.ScanValue[int], `
		SELECT coalesce(max(number), 0) FROM issues WHERE newsletter_id = ?`, tx.Newsletter)
	if err != nil {
		return 0, fmt.Errorf("read last issue's number: %w", err)
	}
	return last, nil
}

// AlreadySentUntil is the moment up to which articles went out before this
// database knew of them; zero for none.
func (s *Store) AlreadySentUntil(ctx context.Context) (until time.Time, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		until, err = tx.metaTime(ctx, metaAlreadySent)
		return err
	})
	return until, err
}

// SetAlreadySentUntil sets what AlreadySentUntil returns, and takes articles
// that are owed and dated up to then off the ledger. The zero time clears it.
func (s *Store) SetAlreadySentUntil(ctx context.Context, until time.Time) error {
	return s.write(ctx, func(tx *Tx) error { return tx.setAlreadySent(ctx, until) })
}

func (tx *Tx) setAlreadySent(ctx context.Context, until time.Time) error {
	if until.IsZero() {
		return tx.setMeta(ctx, metaAlreadySent, "")
	}
	if err := tx.setMeta(ctx, metaAlreadySent, engine.TimeText(until)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE article_states
		SET state = 'baseline',
		    why = 'went out before this database was in charge',
		    changed_at = ?
		WHERE newsletter_id = ? AND state = 'owed' AND article_id IN (
			SELECT id FROM articles WHERE coalesce(published, first_seen) <= ?)`,
		tx.Stamp(), tx.Newsletter, engine.TimeText(until))
	if err != nil {
		return fmt.Errorf("settle articles already sent: %w", err)
	}
	return nil
}

// SeenSchedule returns since when slots of this schedule count: when it was
// first seen, or later what was dealt with elsewhere (AlreadySentUntil, Adopt). A schedule other than
// the last one is recorded as first seen now.
func (s *Store) SeenSchedule(ctx context.Context, schedule string) (since time.Time, err error) {
	known := false
	err = s.read(ctx, func(tx *Tx) error {
		known, since, err = tx.scheduleSeen(ctx, schedule)
		return err
	})
	if err != nil || known {
		return since, err
	}
	err = s.write(ctx, func(tx *Tx) error {
		err := errors.Join(
			tx.setMeta(ctx, metaSchedule, schedule),
			tx.setMeta(ctx, metaScheduleAt, tx.Stamp()))
		if err != nil {
			return err
		}
		_, since, err = tx.scheduleSeen(ctx, schedule)
		return err
	})
	return since, err
}

func (tx *Tx) scheduleSeen(ctx context.Context, schedule string) (known bool, since time.Time, err error) {
	last, err := tx.meta(ctx, metaSchedule)
	if err != nil || last != schedule {
		return false, time.Time{}, err
	}
	since, err = tx.metaTime(ctx, metaScheduleAt)
	if err != nil {
		return false, time.Time{}, err
	}
	sent, err := tx.metaTime(ctx, metaAlreadySent)
	if sent.After(since) {
		since = sent
	}
	if err != nil {
		return false, time.Time{}, err
	}
	done, err := tx.metaTime(ctx, metaSlotsDone)
	if done.After(since) {
		since = done
	}
	return true, since, err
}

func (tx *Tx) metaTime(ctx context.Context, key string) (time.Time, error) {
	text, err := tx.meta(ctx, key)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	t, err := time.Parse(engine.TimeLayout, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("read %s: %w", key, err)
	}
	return t, nil
}
