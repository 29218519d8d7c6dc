package store

import (
	"context"
	"fmt"
)

// SubscriberStats counts the list.
type SubscriberStats struct {
	Pending      int `json:"pending"`
	Active       int `json:"active"`
	Unsubscribed int `json:"unsubscribed"`
	Forgotten    int `json:"forgotten"`  // erased; they count in no status
	Suppressed   int `json:"suppressed"` // addresses, whether or not they are on the list
	Mailable     int `json:"mailable"`   // active and not suppressed
}

// Stats counts the list.
func (s *Store) Stats(ctx context.Context) (SubscriberStats, error) {
	var c SubscriberStats
	err := s.read(ctx, func(tx *Tx) (err error) {
		c, err = queryOne(ctx, tx, scanStats, `
			SELECT
				count(*) FILTER (WHERE n.status = 'pending' AND s.key IS NOT NULL),
				count(*) FILTER (WHERE n.status = 'active' AND s.key IS NOT NULL),
				count(*) FILTER (WHERE n.status = 'unsubscribed' AND s.key IS NOT NULL),
				count(*) FILTER (WHERE s.key IS NULL),
				(SELECT count(*) FROM suppressions)
			FROM subscriptions n
			JOIN subscribers s ON s.id = n.subscriber_id
			WHERE n.newsletter_id = ?`, tx.newsletter)
		if err != nil {
			return err
		}
		c.Mailable, err = tx.mailable(ctx)
		return err
	})
	if err != nil {
		return SubscriberStats{}, fmt.Errorf("count subscribers: %w", err)
	}
	return c, nil
}

func scanStats(r row) (SubscriberStats, error) {
	var c SubscriberStats
	err := r.Scan(&c.Pending, &c.Active, &c.Unsubscribed, &c.Forgotten, &c.Suppressed)
	return c, err
}

// Mailable is how many readers an issue started now would go to: active and
// not suppressed.
func (s *Store) Mailable(ctx context.Context) (int, error) {
	var n int
	err := s.read(ctx, func(tx *Tx) (err error) {
		n, err = tx.mailable(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count mailable subscribers: %w", err)
	}
	return n, nil
}

// AnyMailable reports whether there is a subscriber to mail, without counting them.
func (s *Store) AnyMailable(ctx context.Context) (found bool, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		found, err = queryOne(ctx, tx, scanValue[bool], `SELECT EXISTS (SELECT 1 `+fromMailable+`)`, tx.newsletter)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for a mailable subscriber: %w", err)
	}
	return found, nil
}

func (tx *Tx) mailable(ctx context.Context) (int, error) {
	return queryOne(ctx, tx, scanValue[int], `SELECT count(*) `+fromMailable, tx.newsletter)
}

// fromMailable is who an issue of a newsletter would go to.
const fromMailable = `
		FROM subscriptions n
		WHERE n.newsletter_id = ? AND n.status = 'active'
		AND NOT EXISTS (
			SELECT 1
			FROM subscriber_hashes h
			JOIN suppressions p ON p.hash = h.hash
			WHERE h.subscriber_id = n.subscriber_id
		)`
