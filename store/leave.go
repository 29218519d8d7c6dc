package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"roundup/store/engine"
	"roundup/subscribers"
)

// Events after a leaving.
const (
	saidWhy    = "said why they left"
	leftUndone = "leaving undone"
)

// lastChange finds the last event of a subscriber that is more than a note: those left
// out change nothing of a subscription, so that a leaving can be undone after them: soft
// bounces and automatic answers, too.
const lastChange = selectEvent + `
	WHERE subscriber_id = ?
		AND what NOT IN ('` + saidWhy + `', '` + dataGiven + `', '` + askedToConfirm + `', '` + notAsked + `', '` + resolved + `')
		AND (what <> '` + WasBounced + `' OR detail LIKE 'hard%' OR detail LIKE 'complaint%')
	ORDER BY id DESC
	LIMIT 1`

// themselves reports whether a reader did it, and nobody for them.
func themselves(by subscribers.Actor) bool {
	return by.Kind == subscribers.Reader || by.Kind == subscribers.OneClick
}

// SayWhyLeft keeps why a reader left, for who has left; it is no error where nobody
// has. The record has only that it was said.
func (s *Store) SayWhyLeft(ctx context.Context, id subscribers.PublicID, why subscribers.WhyLeft, by subscribers.Actor) error {
	err := s.write(ctx, func(tx *Tx) error {
		sub, err := engine.QueryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.Newsletter, id[:])
		if errors.Is(err, ErrNotFound) || err == nil && (sub.Status != subscribers.Unsubscribed || sub.WhyLeft == why) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			UPDATE subscriptions
			SET left_why = ?
			WHERE newsletter_id = ? AND subscriber_id = ?`, why, tx.Newsletter, sub.ID)
		if err != nil {
			return err
		}
		return tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: saidWhy, By: by})
	})
	if err != nil {
		return fmt.Errorf("keep why a reader left: %w", err)
	}
	return nil
}

// WhyLeft counts who said why they left, by why.
func (s *Store) WhyLeft(ctx context.Context) (map[subscribers.WhyLeft]int, error) {
	type counted struct {
		why subscribers.WhyLeft
		n   int
	}
	var all []counted
	err := s.read(ctx, func(tx *Tx) (err error) {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (c counted, err error) {
			return c, r.Scan(&c.why, &c.n)
		}, `
			SELECT left_why, count(*)
			FROM subscriptions
			WHERE newsletter_id = ? AND left_why <> ''
			GROUP BY left_why`, tx.Newsletter)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count why readers left: %w", err)
	}
	counts := make(map[subscribers.WhyLeft]int, len(all))
	for _, c := range all {
		counts[c.why] = c.n
	}
	return counts, nil
}

// Undoable returns a reader, and whether UndoLeave would bring them back. It fails
// with ErrNotFound.
func (s *Store) Undoable(ctx context.Context, id subscribers.PublicID, since time.Time) (sub subscribers.Subscriber, undoable bool, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		var was subscribers.Status
		sub, was, err = tx.leftFrom(ctx, id, since)
		undoable = was != ""
		return err
	})
	return sub, undoable, err
}

// UndoLeave gives a reader who left by themselves after a moment the status from
// before, and reports whether it did. A leaving is not undone where anything was done
// to the subscription since, or the address is suppressed.
func (s *Store) UndoLeave(ctx context.Context, id subscribers.PublicID, since time.Time, by subscribers.Actor) (undone bool, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		undone = false
		sub, was, err := tx.leftFrom(ctx, id, since)
		if errors.Is(err, ErrNotFound) || err == nil && was == "" {
			return nil
		}
		if err != nil {
			return err
		}
		undone = true
		after, err := tx.leftAfter(ctx, sub.ID)
		return errors.Join(
			err,
			tx.writeStatus(ctx, sub, was),
			tx.noteMove(ctx, sub, joinedWord),
			tx.Record(ctx, engine.Entry{Subscriber: sub.ID, Issue: after, What: leftUndone, By: by}))
	})
	if err != nil {
		return false, fmt.Errorf("undo a leaving: %w", err)
	}
	return undone, nil
}

// leftAfter is the issue that a reader's last leaving is on record with; 0 for none.
func (tx *Tx) leftAfter(ctx context.Context, subscriber int64) (issue int64, err error) {
	return engine.QueryOne(ctx, tx, engine.ScanValue[int64], `
		SELECT coalesce(issue_id, 0)
		FROM events
		WHERE subscriber_id = ? AND what = ?
		ORDER BY id DESC
		LIMIT 1`, subscriber, becomes(subscribers.Unsubscribed))
}

// leftFrom returns a reader, and the status they left from, as the record has it; ""
// where that can't be undone.
func (tx *Tx) leftFrom(ctx context.Context, id subscribers.PublicID, since time.Time) (sub subscribers.Subscriber, was subscribers.Status, err error) {
	sub, err = engine.QueryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.Newsletter, id[:])
	if err != nil || sub.Status != subscribers.Unsubscribed {
		return sub, "", err
	}
	last, err := engine.QueryOne(ctx, tx, scanEvent, lastChange, sub.ID)
	if errors.Is(err, ErrNotFound) {
		return sub, "", nil
	}
	if err != nil {
		return sub, "", err
	}
	if last.What != becomes(subscribers.Unsubscribed) || !themselves(last.By) || !last.At.After(since) {
		return sub, "", nil
	}
	if suppressed, err := tx.suppressed(ctx, sub.ID); suppressed || err != nil {
		return sub, "", err
	}
	before, _ := strings.CutPrefix(last.Detail, wasBefore)
	return sub, subscribers.Status(before), nil
}
