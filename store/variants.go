package store

import (
	"context"
	"fmt"

	"roundup/digest"
)

// Variant returns the mail of an issue as it was frozen; ErrNotFound.
func (s *Store) Variant(ctx context.Context, issueID int64) (v digest.Variant, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		v, err = tx.variant(ctx, issueID)
		return err
	})
	if err != nil {
		return v, fmt.Errorf("read variant: %w", err)
	}
	return v, nil
}

func (tx *Tx) variant(ctx context.Context, issueID int64) (digest.Variant, error) {
	var id int64
	v, err := queryOne(ctx, tx, func(r row) (v digest.Variant, err error) {
		return v, r.Scan(&id, &v.Subject, &v.HTML, &v.Text, &v.Page, &v.Greeting.Named, &v.Greeting.All)
	}, `
		SELECT
			id,
			subject,
			html,
			text,
			page,
			greeting,
			greeting_all
		FROM issue_variants
		WHERE issue_id = ?
		ORDER BY revision DESC
		LIMIT 1`, issueID)
	if err != nil {
		return v, err
	}
	v.Pictures, err = queryAll(ctx, tx, func(r row) (p digest.Embedded, err error) {
		return p, r.Scan(&p.ContentID, &p.Type, &p.Data)
	}, `
		SELECT
			content_id,
			type,
			data
		FROM issue_pictures
		WHERE variant_id = ?
		ORDER BY position`, id)
	return v, err
}

func (tx *Tx) insertVariant(ctx context.Context, issue digest.Issue, v digest.Variant) (int64, error) {
	id, err := tx.insert(ctx, `
		INSERT INTO issue_variants (
			issue_id,
			revision,
			subject,
			html,
			text,
			page,
			greeting,
			greeting_all
		) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		issue.ID, issue.Revision, v.Subject, v.HTML, v.Text, v.Page, v.Greeting.Named, v.Greeting.All)
	if err != nil {
		return 0, fmt.Errorf("freeze mail: %w", err)
	}
	for i, p := range v.Pictures {
		_, err := tx.exec(ctx, `
			INSERT INTO issue_pictures (variant_id, position, content_id, type, data)
			VALUES (?, ?, ?, ?, ?)`,
			id, i+1, p.ContentID, p.Type, p.Data)
		if err != nil {
			return 0, fmt.Errorf("freeze picture %d: %w", i+1, err)
		}
	}
	return id, nil
}
