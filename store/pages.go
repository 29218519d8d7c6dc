package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Page returns the page of the issue with this slug as it was frozen, and when
// the issue started; "" where there is none: no such issue, or it has not reached
// anybody.
func (s *Store) Page(ctx context.Context, slug string) (page string, started time.Time, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		page, err = queryOne(ctx, tx, func(r row) (page string, err error) {
			return page, r.Scan(&page, timeInto(&started))
		}, `
			SELECT
				v.page,
				i.started_at
			FROM issues i
			JOIN issue_variants v ON v.issue_id = i.id
			WHERE i.newsletter_id = ? AND i.slug = ? AND i.reached_at IS NOT NULL
			ORDER BY i.number DESC, v.revision DESC
			LIMIT 1`, tx.newsletter, slug)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return "", time.Time{}, nil
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("read page: %w", err)
	}
	return page, started, nil
}

// LastNoteFile is the digest of the note file as it was last printed, and the
// number of the issue that did; "" before the first. An issue that was cancelled
// before it reached anybody does not count.
func (s *Store) LastNoteFile(ctx context.Context) (digest string, number int, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		digest, err = queryOne(ctx, tx, func(r row) (digest string, err error) {
			return digest, r.Scan(&digest, &number)
		}, `
			SELECT
				i.note_file,
				i.number
			FROM issues i
			WHERE i.newsletter_id = ? AND i.note_file <> ''
				AND (i.status <> 'cancelled' OR i.reached_at IS NOT NULL)
			ORDER BY i.number DESC
			LIMIT 1`, tx.newsletter)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, fmt.Errorf("read the last note: %w", err)
	}
	return digest, number, nil
}
