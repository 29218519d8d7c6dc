package content

import (
	"context"
	"fmt"

	"roundup/digest"
	"roundup/store/engine"
)

// variantColumns are those of a variant, of its newest revision.
const variantColumns = `
	SELECT
		number,
		sections,
		language,
		readers,
		unsent,
		subject,
		html,
		text,
		page,
		greeting,
		greeting_all
	FROM issue_variants v
	WHERE issue_id = ? AND revision = (SELECT max(revision) FROM issue_variants WHERE issue_id = v.issue_id)`

func scanVariant(r engine.Row) (v digest.Variant, err error) {
	return v, r.Scan(
		&v.Number,
		engine.JSONInto(&v.Sections),
		&v.Language,
		&v.Readers,
		&v.Unsent,
		&v.Subject,
		&v.HTML,
		&v.Text,
		&v.Page,
		&v.Greeting.Named,
		&v.Greeting.All)
}

// Variants returns what an issue was frozen as, the whole issue first.
func (s *Content) Variants(ctx context.Context, issueID int64) (all []digest.Variant, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		all, err = tx.Variants(ctx, issueID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read variants: %w", err)
	}
	return all, nil
}

// Variants returns what an issue was frozen as, the whole issue first.
func (tx *Tx) Variants(ctx context.Context, issueID int64) ([]digest.Variant, error) {
	all, err := engine.QueryAll(ctx, tx, scanVariant, variantColumns+` ORDER BY number`, issueID)
	if err != nil {
		return nil, err
	}
	pictures, err := engine.QueryAll(ctx, tx, func(r engine.Row) (p digest.Embedded, err error) {
		return p, r.Scan(&p.ContentID, &p.Type, &p.Data)
	}, `
		SELECT
			content_id,
			type,
			data
		FROM issue_pictures
		WHERE issue_id = ?
		ORDER BY position`, issueID)
	if err != nil {
		return nil, err
	}
	for i := range all {
		for _, p := range pictures {
			if all[i].Shows(p) {
				all[i].Pictures = append(all[i].Pictures, p)
			}
		}
	}
	return all, nil
}

// insertVariants freezes those that somebody gets, and the whole issue; readers has
// how many get each.
func (tx *Tx) insertVariants(ctx context.Context, issue digest.Issue, all []digest.Variant, readers map[int]int) error {
	for _, v := range all {
		if v.Readers = readers[v.Number]; v.Readers == 0 && v.Number != digest.Whole {
			continue
		}
		if err := tx.insertVariant(ctx, issue, v); err != nil {
			return fmt.Errorf("freeze variant %d: %w", v.Number, err)
		}
	}
	return nil
}

func (tx *Tx) insertVariant(ctx context.Context, issue digest.Issue, v digest.Variant) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO issue_variants (
			issue_id,
			revision,
			number,
			sections,
			language,
			readers,
			unsent,
			subject,
			html,
			text,
			page,
			greeting,
			greeting_all
		) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		issue.ID, issue.Revision, v.Number, engine.KeysText(v.Sections), v.Language, v.Readers, v.Unsent,
		v.Subject, v.HTML, v.Text, v.Page, v.Greeting.Named, v.Greeting.All)
	if err != nil {
		return err
	}
	for i, p := range v.Pictures {
		_, err := tx.Exec(ctx, `
			INSERT INTO issue_pictures (issue_id, position, content_id, type, data)
			VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (issue_id, content_id) DO NOTHING`,
			issue.ID, i+1, p.ContentID, p.Type, p.Data)
		if err != nil {
			return fmt.Errorf("picture %d: %w", i+1, err)
		}
	}
	return nil
}
