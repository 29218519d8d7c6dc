package store

import (
	"context"
	"fmt"

	"roundup/store/engine"
)

// Quality is what readers, and their servers, made of an issue once they had it: how many
// of them, each counted once. Nothing is known of who opened it.
type Quality struct {
	Sent       int // whose mail was taken, so far where the issue is under way
	Left       int // by themselves, having had it as their last issue, and did not take that back
	Hard       int // whose mail came back: gone
	Soft       int // whose mail came back for another reason, for good
	Complained int // who called it spam
	Replied    int
	// RepliesRead is whether a reply to this issue, or to one before it, was read. Else nothing
	// says that Roundup sees the mailbox they go to, and Replied is not known.
	RepliesRead bool
}

// Bounced is how many readers' mail came back.
func (q Quality) Bounced() int { return q.Hard + q.Soft }

// Quality tells it of issues, by their ids.
func (s *Store) Quality(ctx context.Context, issues ...int64) (map[int64]Quality, error) {
	type counted struct {
		issue int64
		what  string
		n     int
	}
	var all []counted
	ids := engine.IDList(issues)
	err := s.read(ctx, func(tx *Tx) (err error) {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (c counted, err error) {
			return c, r.Scan(&c.issue, &c.what, &c.n)
		}, `
			SELECT
				issue_id,
				kind,
				count(subscriber_id)
			FROM (
				SELECT
					issue_id,
					subscriber_id,
					min(kind) AS kind -- who is gone is not counted among those of a soft bounce, too
				FROM bounces
				WHERE issue_id `+engine.InIDs+` AND `+unlessDelayed+`
				GROUP BY issue_id, subscriber_id, CASE kind WHEN 'soft' THEN 'hard' ELSE kind END
			) told
			GROUP BY issue_id, kind
			UNION ALL
			SELECT
				issue_id,
				'sent',
				sum(sent)
			FROM ranges
			WHERE issue_id `+engine.InIDs+` AND closed_at IS NOT NULL
			GROUP BY issue_id
			UNION ALL
			SELECT
				r.issue_id,
				'sent',
				count(*)
			FROM ranges r
			JOIN audience a ON a.issue_id = r.issue_id AND a.number = r.number
			JOIN deliveries d ON d.issue_id = r.issue_id AND d.subscriber_id BETWEEN a.first_id AND a.last_id AND d.state = 'sent'
			WHERE r.issue_id `+engine.InIDs+` AND r.closed_at IS NULL
			GROUP BY r.issue_id
			UNION ALL
			SELECT
				issue_id,
				'left',
				count(*)
			FROM (
				SELECT issue_id
				FROM events
				WHERE issue_id `+engine.InIDs+` AND what IN ('unsubscribed', '`+leftUndone+`')
				GROUP BY issue_id, subscriber_id
				HAVING max(CASE what WHEN 'unsubscribed' THEN id ELSE 0 END) > max(CASE what WHEN '`+leftUndone+`' THEN id ELSE 0 END)
			) gone
			GROUP BY issue_id
			UNION ALL
			SELECT
				i.id,
				'read',
				1
			FROM issues i
			WHERE i.id `+engine.InIDs+` AND EXISTS (
				SELECT 1
				FROM issues e
				JOIN bounces b ON b.issue_id = e.id AND b.kind = 'reply'
				WHERE e.newsletter_id = i.newsletter_id AND e.id <= i.id
			)`, ids, ids, ids, ids, ids)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count what came of issues: %w", err)
	}
	quality := make(map[int64]Quality, len(issues))
	for _, c := range all {
		q := quality[c.issue]
		switch c.what {
		case "sent":
			q.Sent += c.n // what ranges counted at their end, and what is in those that are open
		case "left":
			q.Left = c.n
		case "hard":
			q.Hard = c.n
		case "soft":
			q.Soft = c.n
		case "complaint":
			q.Complained = c.n
		case "reply":
			q.Replied = c.n
		case "read":
			q.RepliesRead = true
		}
		quality[c.issue] = q
	}
	return quality, nil
}
