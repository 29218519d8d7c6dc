package store

import (
	"context"
	"fmt"

	"roundup/store/engine"
	"roundup/subscribers"
)

// ChoiceChanged and Paused are events of a reader whose details say what changed: that of
// Paused is until when, RFC 3339.
const (
	ChoiceChanged = "choice changed"
	Paused        = "paused"
)

// Choose gives a reader another choice. It is of what starts from then on: the audience
// of an issue under way is frozen with the choices of its start. It fails with
// ErrNotFound.
func (s *Store) Choose(ctx context.Context, key string, c subscribers.Choice, by subscribers.Actor) error {
	err := s.write(ctx, func(tx *Tx) error {
		sub, err := tx.subscriber(ctx, key)
		if err != nil || sub.Choice.Equal(c) {
			return err
		}
		changed := sub.Choice.Changed(c)
		sub.Choice = c
		if err := tx.setChoice(ctx, sub); err != nil {
			return err
		}
		return tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: ChoiceChanged, Detail: changed, By: by})
	})
	if err != nil {
		return fmt.Errorf("choose: %w", err)
	}
	return nil
}

// setChoice stores a subscriber's choice.
func (tx *Tx) setChoice(ctx context.Context, sub subscribers.Subscriber) error {
	_, err := tx.Exec(ctx, `
		UPDATE subscriptions
		SET sections_off = ?, monthly = ?, language = ?
		WHERE newsletter_id = ? AND subscriber_id = ?`,
		engine.KeysText(sub.Choice.Off), sub.Choice.Monthly, sub.Choice.Language, tx.Newsletter, sub.ID)
	if err != nil {
		return fmt.Errorf("choice of subscriber %d: %w", sub.ID, err)
	}
	return nil
}

// Chosen is how many readers have a choice.
type Chosen struct {
	Choice  subscribers.Choice
	Readers int
}

// Choices lists the choices of those an issue started now would go to, but for that of
// all of every issue; the order is the same every time.
func (s *Store) Choices(ctx context.Context) (all []Chosen, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (c Chosen, err error) {
			return c, r.Scan(engine.KeysInto(&c.Choice.Off), &c.Choice.Monthly, &c.Choice.Language, &c.Readers)
		}, choicesQuery, tx.Newsletter, tx.Stamp())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read choices: %w", err)
	}
	return all, nil
}

// choicesQuery looks at those alone who have chosen.
const choicesQuery = `
	SELECT n.sections_off, n.monthly, n.language, count(*) ` + fromMailable + `
		AND (n.sections_off <> '[]' OR n.monthly = 1 OR n.language <> '')
	GROUP BY n.sections_off, n.monthly, n.language
	ORDER BY n.sections_off, n.monthly, n.language`
