package store

import (
	"context"
	"fmt"

	"roundup/store/engine"
	"roundup/subscribers"
)

// SubscriberStats counts the list.
type SubscriberStats struct {
	Pending      int
	Active       int
	Unsubscribed int
	Forgotten    int // erased; they count in no status
	Suppressed   int // addresses, whether or not they are on the list
	Paused       int // active, and not mailed for now because they said so
	Mailable     int // active, and neither paused nor suppressed
}

// Stats counts the list, along indexes.
func (s *Store) Stats(ctx context.Context) (SubscriberStats, error) {
	var c SubscriberStats
	err := s.read(ctx, func(tx *Tx) (err error) {
		active, err := tx.countStatuses(ctx, &c)
		if err != nil {
			return err
		}
		if c.Suppressed, err = engine.QueryOne(ctx, tx, engine.ScanValue[int], `SELECT count(*) FROM suppressions`); err != nil {
			return err
		}
		c.Paused, err = engine.QueryOne(ctx, tx, engine.ScanValue[int], `
			SELECT count(*)
			FROM subscriptions
			WHERE newsletter_id = ? AND paused_until > ? AND status = 'active'`, tx.Newsletter, tx.Stamp())
		if err != nil {
			return err
		}
		barred, err := tx.barred(ctx)
		c.Mailable = active - barred
		return err
	})
	if err != nil {
		return SubscriberStats{}, fmt.Errorf("count subscribers: %w", err)
	}
	return c, nil
}

// StatsOf counts the readers whom a filter finds, and why those left who said it. Suppressed
// counts those among them; Forgotten is 0, since a filter finds nobody who is. It walks the
// list, a portion at a time.
func (s *Store) StatsOf(ctx context.Context, f subscribers.Filter) (c SubscriberStats, left map[subscribers.WhyLeft]int, err error) {
	type group struct {
		status     subscribers.Status
		why        subscribers.WhyLeft
		suppressed bool
		paused     bool
		readers    int
	}
	left = map[subscribers.WhyLeft]int{}
	conditions, values := segment(f)
	groups, err := inPortions(ctx, s, func(tx *Tx, after, upTo int64) ([]group, error) {
		args := append([]any{tx.Stamp(), tx.Newsletter, after, upTo, after, upTo}, values...)
		return engine.QueryAll(ctx, tx, func(r engine.Row) (g group, err error) {
			return g, r.Scan(&g.status, &g.why, &g.suppressed, &g.paused, &g.readers)
		}, segmentGroups+conditions+segmentGroupsEnd, args...)
	})
	if err != nil {
		return SubscriberStats{}, nil, fmt.Errorf("count subscribers: %w", err)
	}
	for _, g := range groups {
		c.add(g.status, g.suppressed, g.paused, g.readers)
		if g.why != "" {
			left[g.why] += g.readers
		}
	}
	return c, left, nil
}

// countedIDs is how many ids are looked at in one view of the database.
const countedIDs = 50_000

// inPortions is what count finds among the readers with ids after one and up to another, for
// portion after portion of the list: a view that lasts keeps a journal from being put into
// the file, and what is grouped of a portion is sorted in memory.
func inPortions[T any](ctx context.Context, s *Store, count func(tx *Tx, after, upTo int64) ([]T, error)) (all []T, err error) {
	for after, last := int64(0), int64(1); after < last; after += countedIDs {
		var found []T
		err := s.read(ctx, func(tx *Tx) (err error) {
			last, err = engine.QueryOne(ctx, tx, engine.ScanValue[int64], `SELECT coalesce(max(id), 0) FROM subscribers`)
			if err != nil {
				return err
			}
			found, err = count(tx, after, after+countedIDs)
			return err
		})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

// segmentGroups counts readers in a range of ids by how they stand; conditions follow, then
// segmentGroupsEnd.
const (
	segmentGroups = `
		SELECT status, left_why, suppressed, paused, count(*)
		FROM (
			SELECT
				n.status,
				n.left_why,
				CASE WHEN p.id IS NULL THEN 0 ELSE 1 END AS suppressed,
				CASE WHEN n.paused_until > ? THEN 1 ELSE 0 END AS paused
			FROM subscribers s
			CROSS JOIN subscriptions n
			LEFT JOIN suppressions p ON p.hash = s.hash
			WHERE n.subscriber_id = s.id AND n.newsletter_id = ? AND s.key IS NOT NULL AND s.id > ? AND s.id <= ?
				AND n.subscriber_id > ? AND n.subscriber_id <= ?`
	segmentGroupsEnd = `
		) f
		GROUP BY status, left_why, suppressed, paused`
)

// add counts readers who stand alike.
func (c *SubscriberStats) add(status subscribers.Status, suppressed, paused bool, readers int) {
	switch status {
	case subscribers.Pending:
		c.Pending += readers
	case subscribers.Unsubscribed:
		c.Unsubscribed += readers
	case subscribers.Active:
		c.Active += readers
		if paused {
			c.Paused += readers
		}
		if !paused && !suppressed {
			c.Mailable += readers
		}
	}
	if suppressed {
		c.Suppressed += readers
	}
}

// countStatuses counts who stands how; who is forgotten counts in no status, only in all
// the active subscriptions. Those are most of all, and not counted one by one: all rows are
// quickly counted (a database holds one newsletter), and those of the other statuses.
func (tx *Tx) countStatuses(ctx context.Context, c *SubscriberStats) (active int, err error) {
	type counted struct {
		status    subscribers.Status // "" for all rows
		all, gone int
	}
	counts, err := engine.QueryAll(ctx, tx, func(r engine.Row) (one counted, err error) {
		return one, r.Scan(&one.status, &one.all, &one.gone)
	}, `
		SELECT '' AS status, (SELECT count(*) FROM subscriptions), 0
		UNION ALL
		SELECT 'pending', count(*), 0 FROM subscriptions WHERE newsletter_id = ? AND status = 'pending'
		UNION ALL
		SELECT 'unsubscribed', count(*), 0 FROM subscriptions WHERE newsletter_id = ? AND status = 'unsubscribed'
		UNION ALL
		SELECT n.status, 0, count(*)
		FROM subscribers s
		CROSS JOIN subscriptions n -- in that order: few are forgotten
		WHERE s.erased_at IS NOT NULL AND n.newsletter_id = ? AND n.subscriber_id = s.id
		GROUP BY n.status`, tx.Newsletter, tx.Newsletter, tx.Newsletter)
	if err != nil {
		return 0, err
	}
	for _, one := range counts {
		c.Forgotten += one.gone
		switch one.status {
		case "":
			active += one.all
		case subscribers.Pending:
			active -= one.all
			c.Pending += one.all - one.gone
		case subscribers.Unsubscribed:
			active -= one.all
			c.Unsubscribed += one.all - one.gone
		case subscribers.Active:
			c.Active -= one.gone
		}
	}
	c.Active += active
	return active, nil
}

// Mailable is how many readers an issue started now would go to: active, and
// neither paused nor suppressed.
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
		found, err = engine.QueryOne(ctx, tx, engine.ScanValue[bool], `SELECT EXISTS (SELECT 1 `+fromMailable+`)`, tx.Newsletter, tx.Stamp())
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look for a mailable subscriber: %w", err)
	}
	return found, nil
}

// mailable is fromMailable, counted.
func (tx *Tx) mailable(ctx context.Context) (int, error) {
	active, err := tx.countStatuses(ctx, &SubscriberStats{})
	if err != nil {
		return 0, err
	}
	barred, err := tx.barred(ctx)
	return active - barred, err
}

// barred counts the active who are suppressed or have paused: few of all.
func (tx *Tx) barred(ctx context.Context) (int, error) {
	return engine.QueryOne(ctx, tx, engine.ScanValue[int], `
		SELECT count(*)
		FROM (
			SELECT s.id
			FROM suppressions x
			CROSS JOIN subscribers s -- in that order: few are suppressed
			WHERE s.hash = x.hash
			UNION
			SELECT subscriber_id
			FROM subscriptions
			WHERE newsletter_id = ? AND paused_until > ?
		) b
		CROSS JOIN subscriptions n
		WHERE n.newsletter_id = ? AND n.subscriber_id = b.id AND n.status = 'active'`, tx.Newsletter, tx.Stamp(), tx.Newsletter)
}

// fromMailable is who an issue of a newsletter would go to.
const fromMailable = `
		FROM subscriptions n
		WHERE n.newsletter_id = ? AND n.status = 'active'
		AND (n.paused_until IS NULL OR n.paused_until <= ?)
		AND NOT EXISTS (
			SELECT 1
			FROM subscribers s
			JOIN suppressions p ON p.hash = s.hash
			WHERE s.id = n.subscriber_id
		)`
