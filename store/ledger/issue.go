package ledger

import (
	"context"
	"fmt"

	"roundup/delivery"
	"roundup/store/engine"
)

// carry makes the issue's articles carried, and its page public: it reached a reader.
func (tx *Tx) carry(ctx context.Context, issue int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE issues
		SET reached_at = ?
		WHERE id = ? AND reached_at IS NULL`, tx.Stamp(), issue)
	if err != nil {
		return fmt.Errorf("mark issue as reaching readers: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE article_states
		SET state = 'carried', changed_at = ?
		WHERE newsletter_id = ? AND state = 'reserved' AND issue_id = ?`,
		tx.Stamp(), tx.Newsletter, issue)
	if err != nil {
		return fmt.Errorf("mark articles carried: %w", err)
	}
	return nil
}

// Finish ends the ranges of an issue that is sent. It fails with delivery.ErrOwed while a
// delivery is queued, sending or deferred; whether an unknown one is final depends on the
// sender's policy.
func (tx *Tx) Finish(ctx context.Context, issue int64) error {
	tally, err := tx.tally(ctx, issue)
	if err != nil {
		return fmt.Errorf("look for deliveries owed: %w", err)
	}
	if tally.Owed(delivery.Hold) > 0 {
		return delivery.ErrOwed
	}
	_, err = tx.Exec(ctx, `
		UPDATE ranges SET done_at = ? WHERE issue_id = ? AND done_at IS NULL`, tx.Stamp(), issue)
	if err != nil {
		return fmt.Errorf("end ranges: %w", err)
	}
	return nil
}

// SettleCancelled gives back the articles and edits of a cancelled issue, once no mail of
// it is on the wire and none reached anybody.
func (tx *Tx) SettleCancelled(ctx context.Context, issue int64) error {
	flying, err := tx.Flying(ctx, issue)
	if err != nil || flying {
		return err // the results of those on the wire will settle it
	}
	returned, err := tx.Exec(ctx, `
		UPDATE article_states
		SET state = 'owed', issue_id = NULL, changed_at = ?
		WHERE newsletter_id = ? AND state = 'reserved' AND issue_id = ?`, tx.Stamp(), tx.Newsletter, issue)
	if err != nil {
		return fmt.Errorf("give back articles: %w", err)
	}
	if returned == 0 {
		return nil // it reached somebody: they are carried
	}
	return tx.unbindEdits(ctx, issue)
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
