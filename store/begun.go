package store

import (
	"context"
	"fmt"
	"time"

	"roundup/delivery"
)

// Begun implements delivery.Recent. A message is dated by its end, or by its
// claim while it has none; that is never before it began. It reads every
// delivery of the issues that moved since then: once a run, where a limit by
// the hour is set.
func (s *Store) Begun(ctx context.Context, since time.Time, tick time.Duration) (begun []delivery.Begun, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		begun, err = queryAll(ctx, tx, func(r row) (b delivery.Begun, err error) {
			var seconds int64
			err = r.Scan(&seconds, &b.Count)
			b.At = time.Unix(seconds, 0).UTC()
			return b, err
		}, `
			WITH moved AS (
				SELECT id FROM issues WHERE touched_at >= ?1
			), messages (at) AS (
				SELECT d.changed_at
				FROM moved i
				CROSS JOIN deliveries d ON d.issue_id = i.id
				WHERE d.state IN ('sending', 'sent') AND d.changed_at >= ?1
				UNION ALL
				SELECT a.at
				FROM moved i
				CROSS JOIN attempts a ON a.issue_id = i.id
				WHERE a.at >= ?1
			)
			SELECT unixepoch(at) / ?2 * ?2 AS tick, count(*)
			FROM messages
			GROUP BY tick
			ORDER BY tick`, timeText(since), int64(tick/time.Second))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count recent messages: %w", err)
	}
	return begun, nil
}
