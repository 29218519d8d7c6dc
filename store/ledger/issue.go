package ledger

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"roundup/delivery"
	"roundup/store/engine"
)

// carry puts it on record that variants of an issue reached somebody: their articles are
// carried, and its page is public.
func (tx *Tx) carry(ctx context.Context, issue int64, variants map[int]bool) error {
	_, err := tx.Exec(ctx, `
		UPDATE issues
		SET reached_at = ?
		WHERE id = ? AND reached_at IS NULL`, tx.Stamp(), issue)
	if err != nil {
		return fmt.Errorf("mark issue as reaching readers: %w", err)
	}
	for _, number := range slices.Sorted(maps.Keys(variants)) {
		if err := tx.carryVariant(ctx, issue, number); err != nil {
			return fmt.Errorf("mark articles of variant %d carried: %w", number, err)
		}
	}
	return nil
}

func (tx *Tx) carryVariant(ctx context.Context, issue int64, number int) error {
	first, err := tx.Exec(ctx, `
		UPDATE issue_variants
		SET reached_at = ?
		WHERE issue_id = ? AND number = ? AND reached_at IS NULL`, tx.Stamp(), issue, number)
	if err != nil || first == 0 {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE article_states
		SET state = 'carried', changed_at = ?
		WHERE newsletter_id = ? AND state = 'reserved' AND issue_id = ? AND article_id IN (
			SELECT a.article_id
			FROM issue_articles a
			JOIN issue_variants v ON v.issue_id = a.issue_id
			CROSS JOIN json_each(v.sections) s
			WHERE a.issue_id = ? AND v.number = ? AND a.section_key = s.value)`,
		tx.Stamp(), tx.Newsletter, issue, issue, number)
	return err
}

// Finish ends the ranges of an issue that is sent; what reached nobody is owed again. What an
// earlier sender left on the wire may have: under a policy that holds unknown deliveries nobody
// has opened those ranges. It fails with delivery.ErrOwed while a delivery is queued, sending or
// deferred; whether an unknown one is final depends on the sender's policy.
func (tx *Tx) Finish(ctx context.Context, issue int64) error {
	tally, err := tx.tally(ctx, issue)
	if err != nil {
		return fmt.Errorf("look for deliveries owed: %w", err)
	}
	if tally.Owed(delivery.Hold) > 0 {
		return delivery.ErrOwed
	}
	open, err := tx.openRanges(ctx, issue)
	if err != nil {
		return fmt.Errorf("look for what was left on the wire: %w", err)
	}
	if err := tx.closeLeft(ctx, open, delivery.Hold); err != nil {
		return fmt.Errorf("settle what was left on the wire: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE ranges SET done_at = ? WHERE issue_id = ? AND done_at IS NULL`, tx.Stamp(), issue)
	if err != nil {
		return fmt.Errorf("end ranges: %w", err)
	}
	return tx.giveBack(ctx, issue)
}

// SettleCancelled gives back the articles and edits of a cancelled issue, once no mail of
// it is on the wire and none reached anybody.
func (tx *Tx) SettleCancelled(ctx context.Context, issue int64) error {
	flying, err := tx.Flying(ctx, issue)
	if err != nil || flying {
		return err // the results of those on the wire will settle it
	}
	if err := tx.giveBack(ctx, issue); err != nil {
		return err
	}
	nobody, err := tx.ReachedNobody(ctx, issue)
	if err != nil || !nobody {
		return err // what was made for it has been seen
	}
	return tx.unbindEdits(ctx, issue)
}

// giveBack makes articles of an issue owed again that were in no variant that reached
// somebody, once nothing of it is on the wire.
func (tx *Tx) giveBack(ctx context.Context, issue int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE article_states
		SET state = 'owed', issue_id = NULL, changed_at = ?
		WHERE newsletter_id = ? AND state = 'reserved' AND issue_id = ?`, tx.Stamp(), tx.Newsletter, issue)
	if err != nil {
		return fmt.Errorf("give back articles: %w", err)
	}
	return nil
}

// unbindEdits gives the edits of an issue nobody saw back to the next one,
// where that has none of its own.
func (tx *Tx) unbindEdits(ctx context.Context, issue int64) error {
	for _, query := range []string{`
		UPDATE issue_edits AS e
		SET issue_id = NULL
		WHERE e.issue_id = ? AND NOT EXISTS (
			SELECT 1 FROM issue_edits own WHERE own.issue_id IS NULL AND own.newsletter_id = e.newsletter_id)`, `
		UPDATE article_edits AS e
		SET issue_id = NULL
		WHERE e.issue_id = ? AND NOT EXISTS (
			SELECT 1 FROM article_edits own
			WHERE own.issue_id IS NULL AND own.newsletter_id = e.newsletter_id AND own.article_id = e.article_id)`,
	} {
		if _, err := tx.Exec(ctx, query, issue); err != nil {
			return fmt.Errorf("give back edits: %w", err)
		}
	}
	return nil
}

// ReachedNobody reports whether nobody has an issue, nor may get it from the wire.
func (tx *Tx) ReachedNobody(ctx context.Context, issue int64) (bool, error) {
	reached, err := engine.QueryOne(ctx, tx, engine.ScanValue[bool], `SELECT reached_at IS NOT NULL FROM issues WHERE id = ?`, issue)
	if err != nil || reached {
		return false, err
	}
	flying, err := tx.Flying(ctx, issue)
	return !flying, err
}
