package ledger

import (
	"context"
	"fmt"

	"roundup/store/engine"
)

// EraseReader takes servers' words about a reader from the deliveries and attempts, and
// ends the deliveries that are to be tried again.
func (tx *Tx) EraseReader(ctx context.Context, subscriber int64) error {
	if err := tx.SkipReader(ctx, subscriber, "erased"); err != nil {
		return err
	}
	return tx.eraseReplies(ctx, subscriber)
}

// eraseLate takes the words about readers of a range that came after they were erased, to mails
// that were on the wire then.
func (tx *Tx) eraseLate(ctx context.Context, g rangeRow) error {
	erased, err := engine.QueryAll(ctx, tx, engine.ScanValue[int64], `
		SELECT id FROM subscribers WHERE id BETWEEN ? AND ? AND erased_at >= ?`, g.firstID, g.lastID, engine.TimeText(g.started))
	if err != nil {
		return fmt.Errorf("look for erased readers of range %d: %w", g.number, err)
	}
	for _, id := range erased {
		if err := tx.eraseReplies(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// eraseReplies takes servers' words about a reader away. A refusal nearly always quotes the
// address. Deliveries have no index by subscriber: each issue is looked into by its key.
func (tx *Tx) eraseReplies(ctx context.Context, subscriber int64) error {
	for _, query := range []string{`
		UPDATE deliveries
		SET reply = ''
		WHERE issue_id IN (SELECT id FROM issues) AND subscriber_id = ? AND reply <> ''`, `
		UPDATE attempts
		SET reply = ''
		WHERE issue_id IN (SELECT id FROM issues) AND subscriber_id = ? AND reply <> ''`,
	} {
		if _, err := tx.ExecErasing(ctx, query, subscriber); err != nil {
			return fmt.Errorf("erase replies of subscriber %d: %w", subscriber, err)
		}
	}
	return nil
}

// Owing reports whether anything of an issue may be sent yet.
func (tx *Tx) Owing(ctx context.Context) (bool, error) {
	n, err := engine.QueryOne(ctx, tx, engine.ScanValue[int64], `SELECT count(*) FROM issues WHERE status <> 'sent'`)
	if err != nil {
		return false, fmt.Errorf("look for issues under way: %w", err)
	}
	return n > 0, nil
}

// SkipReader ends a subscriber's deliveries that are to be tried again, but for one that is
// claimed right now. No issue stays under way for a pause of somebody who is not to be mailed.
// Who was never tried is skipped when their turn comes.
func (tx *Tx) SkipReader(ctx context.Context, subscriber int64, why string) error {
	issues, err := engine.QueryAll(ctx, tx, engine.ScanValue[int64], `
		SELECT issue_id
		FROM deliveries
		WHERE issue_id IN (SELECT id FROM issues WHERE status <> 'sent') AND subscriber_id = ? AND state IN ('queued', 'deferred')`, subscriber)
	if err != nil {
		return fmt.Errorf("look for deliveries of subscriber %d: %w", subscriber, err)
	}
	if len(issues) > 0 {
		// Of several readers in one transaction, an exchange may have one's row and want another's.
		if err := tx.Alone(ctx); err != nil {
			return fmt.Errorf("wait for the senders: %w", err)
		}
	}
	for _, issue := range issues {
		_, err := tx.Exec(ctx, `
			UPDATE deliveries
			SET
				state = 'skipped',
				why = ?,
				next_at = NULL,
				changed_at = ?
			WHERE issue_id = ? AND subscriber_id = ? AND state IN ('queued', 'deferred')`, why, tx.Stamp(), issue, subscriber)
		if err != nil {
			return fmt.Errorf("skip delivery of subscriber %d: %w", subscriber, err)
		}
		g, err := tx.rangeOf(ctx, issue, subscriber)
		if err != nil {
			return fmt.Errorf("count deliveries again: %w", err)
		}
		if err := tx.resettle(ctx, g); err != nil {
			return err
		}
	}
	return nil
}
