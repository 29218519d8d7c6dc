package engine

import (
	"context"
	"fmt"
	"time"

	"roundup/subscribers"
)

// Entry is one line of the append-only record: what changed of a subscription,
// article, issue, slot or source, and who changed it. What a source says of its
// articles, and what an issue's own events imply of them (reserved, carried, given
// back), is not put on record once more.
type Entry struct {
	Subscriber int64 // 0 for none; so for article, issue and source
	Article    int64
	Issue      int64
	Source     int64
	Slot       time.Time // zero for none
	What       string    // "unsubscribed", "issue held"
	By         subscribers.Actor
	Detail     string
}

// Record appends to the record.
func (tx *Tx) Record(ctx context.Context, e Entry) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO events (
			newsletter_id,
			subscriber_id,
			article_id,
			issue_id,
			source_id,
			slot,
			what,
			detail,
			actor,
			actor_name,
			through,
			at
		) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Newsletter, IDOrNull(e.Subscriber), IDOrNull(e.Article), IDOrNull(e.Issue), IDOrNull(e.Source),
		TimeOrNull(e.Slot), e.What, e.Detail, e.By.Kind, e.By.Name, e.By.Through, tx.Stamp())
	if err != nil {
		return fmt.Errorf("record %q by %q: %w", e.What, e.By.Kind, err)
	}
	return nil
}

// RecordEach appends to the record that the same happened to several subscribers, in one
// statement: an import adds thousands at a time.
func (tx *Tx) RecordEach(ctx context.Context, ids []int64, what string, by subscribers.Actor) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO events (newsletter_id, subscriber_id, what, actor, actor_name, through, at)
		SELECT CAST(? AS BIGINT), CAST(value AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT)
		FROM `+EachText,
		tx.Newsletter, what, by.Kind, by.Name, by.Through, tx.Stamp(), IDList(ids))
	if err != nil {
		return fmt.Errorf("record %q by %q: %w", what, by.Kind, err)
	}
	return nil
}
