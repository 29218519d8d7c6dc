package store

import (
	"context"
	"fmt"
	"time"

	"roundup/store/engine"
)

// Growth is how the list grew between two moments.
type Growth struct {
	Joined    int // who became readers, but by an import
	Imported  int // who became readers by one
	Left      int // readers who left, were forgotten or taken off, but for who undid it
	Asked     int // people who were asked to confirm
	Confirmed int // those of them who have, by now
}

// askedToConfirm is the event of whoever signs up.
const askedToConfirm = "asked to confirm"

// growthSince is what the record has of joining and leaving, counted by the minute: what
// the span of a day is differs with the time zone. The events before and after one tell
// whether who left had been a reader, and stayed away; and of who was asked twice, which
// was the first.
const growthSince = `
	SELECT kind, minute, count(*)
	FROM (
		SELECT
			CASE
				WHEN e.what <> 'subscribed' THEN 'left'
				WHEN e.through LIKE 'import of %' THEN 'imported'
				ELSE 'joined'
			END AS kind,
			substr(e.at, 1, 16) AS minute
		FROM events e
		WHERE e.newsletter_id = ?1 AND e.subscriber_id IS NOT NULL AND e.what IN ('subscribed', 'unsubscribed', '` + forgotten + `') AND e.at >= ?2
			AND (e.what = 'subscribed' OR (coalesce((
				SELECT b.what
				FROM events b
				WHERE b.subscriber_id = e.subscriber_id AND b.id < e.id AND b.what IN ('subscribed', 'unsubscribed', '` + leftUndone + `')
				ORDER BY b.id DESC
				LIMIT 1), 'unsubscribed') <> 'unsubscribed'
			AND coalesce((
				SELECT a.what
				FROM events a
				WHERE a.subscriber_id = e.subscriber_id AND a.id > e.id AND a.what IN ('subscribed', 'unsubscribed', '` + leftUndone + `')
				ORDER BY a.id
				LIMIT 1), '') <> '` + leftUndone + `'))
		UNION ALL
		SELECT
			CASE
				WHEN EXISTS (
					SELECT 1
					FROM events a
					WHERE a.subscriber_id = e.subscriber_id AND a.id > e.id AND a.what = 'subscribed'
				) THEN 'confirmed'
				ELSE 'asked'
			END,
			substr(e.at, 1, 16)
		FROM events e
		WHERE e.newsletter_id = ?1 AND e.subscriber_id IS NOT NULL AND e.what = '` + askedToConfirm + `' AND e.at >= ?2
			AND coalesce((
				SELECT b.what
				FROM events b
				WHERE b.subscriber_id = e.subscriber_id AND b.id < e.id AND b.what IN ('subscribed', '` + askedToConfirm + `')
				ORDER BY b.id DESC
				LIMIT 1), '') <> '` + askedToConfirm + `'
	) g
	GROUP BY kind, minute`

// Growth counts who joined and left, by the spans that begin at these moments, in
// order: each ends where the next begins, the last at now.
func (s *Store) Growth(ctx context.Context, begins []time.Time) ([]Growth, error) {
	spans := make([]Growth, len(begins))
	if len(begins) == 0 {
		return spans, nil
	}
	type counted struct {
		kind, minute string
		n            int
	}
	var all []counted
	err := s.read(ctx, func(tx *Tx) (err error) {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (c counted, err error) {
			return c, r.Scan(&c.kind, &c.minute, &c.n)
		}, growthSince, tx.Newsletter, engine.TimeText(begins[0]))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count who joined and left: %w", err)
	}
	for _, c := range all {
		i := 0
		for i+1 < len(begins) && engine.TimeText(begins[i+1])[:len(c.minute)] <= c.minute {
			i++
		}
		switch c.kind {
		case "joined":
			spans[i].Joined += c.n
		case "imported":
			spans[i].Imported += c.n
		case "left":
			spans[i].Left += c.n
		case "confirmed":
			spans[i].Asked += c.n
			spans[i].Confirmed += c.n
		case "asked":
			spans[i].Asked += c.n
		}
	}
	return spans, nil
}

// JoinedFrom is how many readers came in one way.
type JoinedFrom struct {
	How    string // one of the subscribers.Consent constants
	From   string // the page, site or file; "" where none is known
	All    int    // who came in by it and confirmed, whether or not they have left
	Active int    // those of them who are readers still
}

// JoinedFrom counts readers by where they joined, most first. Who was forgotten counts
// nowhere.
func (s *Store) JoinedFrom(ctx context.Context) (all []JoinedFrom, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (j JoinedFrom, err error) {
			return j, r.Scan(&j.How, &j.From, &j.All, &j.Active)
		}, `
			SELECT
				n.consent_how,
				n.consent_from,
				count(*) AS n,
				count(*) FILTER (WHERE n.status = 'active')
			FROM subscriptions n
			JOIN subscribers s ON s.id = n.subscriber_id
			WHERE n.newsletter_id = ? AND s.erased_at IS NULL
				AND (n.status = 'active' OR n.status = 'unsubscribed' AND n.consent_how <> 'form') -- never confirmed
			GROUP BY n.consent_how, n.consent_from
			ORDER BY 3 DESC, 1, 2`, tx.Newsletter)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count where readers joined: %w", err)
	}
	return all, nil
}
