package store

import (
	"context"
	"fmt"
)

// event is one line of the append-only record: what changed for a
// subscription, issue or source, and through what.
type event struct {
	subscriber int64 // 0 for none; so for issue and source
	issue      int64
	source     int64
	what       string // "unsubscribed", "issue held"
	through    string // "command line", "one-click", "sender"
	detail     string
}

// event appends to the record.
func (tx *Tx) event(ctx context.Context, e event) error {
	_, err := tx.exec(ctx, `
		INSERT INTO events (
			newsletter_id,
			subscriber_id,
			issue_id,
			source_id,
			what,
			through,
			detail,
			at
		) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.newsletter, idOrNull(e.subscriber), idOrNull(e.issue), idOrNull(e.source),
		e.what, e.through, e.detail, tx.stamp())
	if err != nil {
		return fmt.Errorf("record %q: %w", e.what, err)
	}
	return nil
}
