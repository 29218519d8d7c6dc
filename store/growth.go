package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
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
// the span of a day is differs with the time zone. Who joined is counted along the index,
// since an import of a million has a million such events, and a portion of it one moment.
// The events before and after one tell whether who left had been a reader, and stayed away;
// and of who was asked twice, which was the first.
const growthSince = `
	SELECT kind, minute, sum(n), sum(imported)
	FROM (
		SELECT
			'joined' AS kind,
			substr(e.at, 1, 16) AS minute,
			count(*) AS n,
			count(*) FILTER (WHERE e.through LIKE 'import of %') AS imported
		FROM events e
		WHERE e.newsletter_id = ?1 AND e.subscriber_id IS NOT NULL AND e.what = 'subscribed' AND e.at >= ?2
		GROUP BY e.at
		UNION ALL
		SELECT 'left', substr(e.at, 1, 16), 1, 0
		FROM events e
		WHERE e.newsletter_id = ?1 AND e.subscriber_id IS NOT NULL AND e.what IN ('unsubscribed', '` + forgotten + `') AND e.at >= ?2
			AND coalesce((
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
				LIMIT 1), '') <> '` + leftUndone + `'
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
			substr(e.at, 1, 16),
			1,
			0
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
		n, imported  int
	}
	var all []counted
	err := s.read(ctx, func(tx *Tx) (err error) {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (c counted, err error) {
			return c, r.Scan(&c.kind, &c.minute, &c.n, &c.imported)
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
			spans[i].Joined += c.n - c.imported
			spans[i].Imported += c.imported
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
// nowhere. It walks the list, a portion at a time.
func (s *Store) JoinedFrom(ctx context.Context) ([]JoinedFrom, error) {
	counted, err := inPortions(ctx, s, func(tx *Tx, after, upTo int64) ([]JoinedFrom, error) {
		return engine.QueryAll(ctx, tx, func(r engine.Row) (j JoinedFrom, err error) {
			return j, r.Scan(&j.How, &j.From, &j.All, &j.Active)
		}, `
			SELECT
				n.consent_how,
				n.consent_from,
				count(*),
				count(*) FILTER (WHERE n.status = 'active')
			FROM subscriptions n
			WHERE n.newsletter_id = ? AND n.subscriber_id > ? AND n.subscriber_id <= ?
				AND n.subscriber_id NOT IN (SELECT id FROM subscribers WHERE erased_at IS NOT NULL) -- few
				AND (n.status = 'active' OR n.status = 'unsubscribed' AND n.consent_how <> 'form') -- never confirmed
			GROUP BY n.consent_how, n.consent_from`, tx.Newsletter, after, upTo)
	})
	if err != nil {
		return nil, fmt.Errorf("count where readers joined: %w", err)
	}
	type place struct{ how, from string }
	sums := map[place]JoinedFrom{}
	for _, j := range counted {
		sum := sums[place{j.How, j.From}]
		sums[place{j.How, j.From}] = JoinedFrom{How: j.How, From: j.From, All: sum.All + j.All, Active: sum.Active + j.Active}
	}
	return slices.SortedFunc(maps.Values(sums), func(a, b JoinedFrom) int {
		return cmp.Or(cmp.Compare(b.All, a.All), cmp.Compare(a.How, b.How), cmp.Compare(a.From, b.From))
	}), nil
}
