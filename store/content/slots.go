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

// NoteRefusal keeps why a run started no issue for a slot that is due: of the latest slot
// alone, since no other can be due. Said again it changes nothing, and takes no write lock.
func (s *Content) NoteRefusal(ctx context.Context, slot time.Time, why string) error {
	if known, err := s.Refusal(ctx, slot); err != nil || known == why {
		return err
	}
	return s.write(ctx, func(tx *Tx) error {
		return errors.Join(tx.SetMeta(ctx, metaRefusedSlot, engine.TimeText(slot)), tx.SetMeta(ctx, metaRefusal, why))
	})
}

// Refusal is why the last run that found a slot due started no issue for it; "" where none
// was kept.
func (s *Content) Refusal(ctx context.Context, slot time.Time) (why string, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		of, err := tx.MetaTime(ctx, metaRefusedSlot)
		if err != nil || !of.Equal(slot) {
			return err
		}
		why, err = tx.Meta(ctx, metaRefusal)
		return err
	})
	return why, err
}

// Facts about the schedule, by their key in meta.
const (
	metaSchedule      = "schedule"          // that runs go by
	metaScheduleAt    = "schedule_seen"     // since when its slots count
	metaNewSchedule   = "new_schedule"      // another one, which was looked at and no run has gone by yet
	metaNewScheduleAt = "new_schedule_seen" // since when
	metaRefusedSlot   = "refused_slot"      // for which a run could start no issue
	metaRefusal       = "refusal"           // why the last such run could not
)

// SeenSchedule returns since when slots of this schedule count: when it was first seen, or
// later what was dealt with elsewhere (AlreadySentUntil, Adopt). One other than runs go by is
// recorded as seen, which changes nothing for that one.
func (s *Content) SeenSchedule(ctx context.Context, schedule string) (since time.Time, err error) {
	known := false
	see := func(tx *Tx) error {
		known, since, err = tx.seenSchedule(ctx, schedule)
		return err
	}
	if err := s.read(ctx, see); err != nil || known {
		return since, err
	}
	err = s.write(ctx, func(tx *Tx) error {
		if err := see(tx); err != nil || known {
			return err
		}
		if err := tx.setSchedule(ctx, metaNewSchedule, metaNewScheduleAt, schedule, tx.Stamp()); err != nil {
			return err
		}
		return see(tx)
	})
	return since, err
}

// TakeSchedule makes this the schedule that runs go by, as whoever holds the process lock does
// first. It counts from when it was first seen since runs went by another.
func (s *Content) TakeSchedule(ctx context.Context, schedule string) error {
	taken := false
	err := s.read(ctx, func(tx *Tx) error {
		current, err := tx.Meta(ctx, metaSchedule)
		if err != nil {
			return err
		}
		looked, err := tx.Meta(ctx, metaNewSchedule)
		taken = current == schedule && looked == ""
		return err
	})
	if err != nil || taken { // the write lock is not taken for nothing
		return err
	}
	return s.write(ctx, func(tx *Tx) error {
		current, err := tx.Meta(ctx, metaSchedule)
		if err != nil {
			return err
		}
		if current != schedule {
			since, err := tx.firstLook(ctx, schedule)
			if err != nil {
				return err
			}
			if err := tx.setSchedule(ctx, metaSchedule, metaScheduleAt, schedule, since); err != nil {
				return err
			}
		}
		return tx.setSchedule(ctx, metaNewSchedule, metaNewScheduleAt, "", "")
	})
}

// firstLook is when a schedule that is new was first looked at; now where it was not.
func (tx *Tx) firstLook(ctx context.Context, schedule string) (string, error) {
	looked, err := tx.Meta(ctx, metaNewSchedule)
	if err != nil || looked != schedule {
		return tx.Stamp(), err
	}
	return tx.Meta(ctx, metaNewScheduleAt)
}

func (tx *Tx) setSchedule(ctx context.Context, key, keyAt, schedule, at string) error {
	return errors.Join(tx.SetMeta(ctx, key, schedule), tx.SetMeta(ctx, keyAt, at))
}

// seenSchedule is since when slots of a schedule count, where it is known.
func (tx *Tx) seenSchedule(ctx context.Context, schedule string) (known bool, since time.Time, err error) {
	for _, key := range []struct{ text, at string }{{metaSchedule, metaScheduleAt}, {metaNewSchedule, metaNewScheduleAt}} {
		text, err := tx.Meta(ctx, key.text)
		if err != nil {
			return false, since, err
		}
		if text != schedule {
			continue
		}
		if since, err = tx.MetaTime(ctx, key.at); err != nil {
			return false, since, err
		}
		for _, elsewhere := range []string{metaAlreadySent, metaSlotsDone} {
			until, err := tx.MetaTime(ctx, elsewhere)
			if err != nil {
				return false, since, err
			}
			if until.After(since) {
				since = until
			}
		}
		return true, since, nil
	}
	return false, since, nil
}
