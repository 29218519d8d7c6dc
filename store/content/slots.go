package content

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/store/engine"
	"roundup/subscribers"
)

// Slots returns the last decided slots, oldest first; all of them for limit 0.
func (s *Content) Slots(ctx context.Context, limit int) (records []schedule.Slot, err error) {
	if limit <= 0 {
		limit = engine.NoLimit
	}
	err = s.read(ctx, func(tx *Tx) error {
		records, err = engine.QueryAll(ctx, tx, scanSlot, `
			SELECT
				s.at,
				s.label,
				s.outcome,
				s.why,
				s.month,
				s.decided_at,
				coalesce((
					SELECT i.number
					FROM issues i
					WHERE i.newsletter_id = s.newsletter_id AND i.slot = s.at AND i.kind = 'regular'), 0)
			FROM slots s
			WHERE s.newsletter_id = ?
			ORDER BY s.at DESC
			LIMIT ?`, tx.Newsletter, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read slots: %w", err)
	}
	slices.Reverse(records)
	return records, nil
}

func scanSlot(r engine.Row) (s schedule.Slot, err error) {
	return s, r.Scan(engine.TimeInto(&s.At), &s.Label, &s.Outcome, &s.Why, engine.TextInto(&s.Month), engine.TimeInto(&s.Decided), &s.Issue)
}

// SlotDecided reports whether a slot was decided, whatever the outcome.
func (s *Content) SlotDecided(ctx context.Context, at time.Time) (decided bool, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		decided, err = engine.QueryOne(ctx, tx, engine.ScanValue[bool], `
			SELECT EXISTS (SELECT 1 FROM slots WHERE newsletter_id = ? AND at = ?)`,
			tx.Newsletter, engine.TimeText(at))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("read slot: %w", err)
	}
	return decided, nil
}

// MonthTaken reports whether a month ("2026-11") had its first issue.
func (s *Content) MonthTaken(ctx context.Context, month string) (taken bool, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		taken, err = engine.QueryOne(ctx, tx, engine.ScanValue[bool], `
			SELECT EXISTS (SELECT 1 FROM slots WHERE newsletter_id = ? AND month = ?)`, tx.Newsletter, month)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("read month: %w", err)
	}
	return taken, nil
}

// DecideSlot puts a slot on record that no issue takes (skipped or missed),
// with what the choice made for it does to articles: those passed over, and
// those that grew too old, and who decided it. A slot is decided once: ErrSlotDecided.
func (s *Content) DecideSlot(ctx context.Context, record schedule.Slot, passedOver []int64, expired []digest.Fate, by subscribers.Actor) error {
	if record.Outcome == schedule.Taken {
		return fmt.Errorf("slot %s: only the start of an issue takes a slot", record.Label)
	}
	return s.write(ctx, func(tx *Tx) error {
		if err := tx.decideSlot(ctx, record, by); err != nil {
			return err
		}
		if err := tx.passOver(ctx, passedOver); err != nil {
			return err
		}
		return tx.expire(ctx, expired, by)
	})
}

func (tx *Tx) decideSlot(ctx context.Context, record schedule.Slot, by subscribers.Actor) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO slots (newsletter_id, at, label, outcome, why, month, decided_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		tx.Newsletter, engine.TimeText(record.At), record.Label, record.Outcome, record.Why, engine.TextOrNull(record.Month), tx.Stamp())
	if tx.IsUnique(err) {
		return fmt.Errorf("%s: %w", record.Label, ErrSlotDecided)
	}
	if err != nil {
		return fmt.Errorf("decide slot: %w", err)
	}
	return tx.Record(ctx, engine.Entry{Slot: record.At, What: "slot " + string(record.Outcome), By: by, Detail: record.Why})
}

// Facts about the schedule, by their key in meta.
const (
	metaSchedule   = "schedule"      // as last seen
	metaScheduleAt = "schedule_seen" // since when
)

// SeenSchedule returns since when slots of this schedule count: when it was
// first seen, or later what was dealt with elsewhere (AlreadySentUntil, Adopt). A schedule other than
// the last one is recorded as first seen now.
func (s *Content) SeenSchedule(ctx context.Context, schedule string) (since time.Time, err error) {
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
			tx.SetMeta(ctx, metaSchedule, schedule),
			tx.SetMeta(ctx, metaScheduleAt, tx.Stamp()))
		if err != nil {
			return err
		}
		_, since, err = tx.scheduleSeen(ctx, schedule)
		return err
	})
	return since, err
}

func (tx *Tx) scheduleSeen(ctx context.Context, schedule string) (known bool, since time.Time, err error) {
	last, err := tx.Meta(ctx, metaSchedule)
	if err != nil || last != schedule {
		return false, time.Time{}, err
	}
	since, err = tx.MetaTime(ctx, metaScheduleAt)
	if err != nil {
		return false, time.Time{}, err
	}
	sent, err := tx.MetaTime(ctx, metaAlreadySent)
	if sent.After(since) {
		since = sent
	}
	if err != nil {
		return false, time.Time{}, err
	}
	done, err := tx.MetaTime(ctx, metaSlotsDone)
	if done.After(since) {
		since = done
	}
	return true, since, err
}
