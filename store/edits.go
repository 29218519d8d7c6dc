package store

import (
	"context"
	"errors"
	"fmt"

	"roundup/digest"
)

// Edits returns what was edited for the next issue.
func (s *Store) Edits(ctx context.Context) (edits digest.Edits, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		if edits, err = tx.issueEdit(ctx); err != nil {
			return err
		}
		edits.Articles, err = tx.articleEdits(ctx)
		return err
	})
	return edits, err
}

// EditIssue changes subject, preheader and note of the next issue; what change
// does to Articles is ignored.
func (s *Store) EditIssue(ctx context.Context, change func(*digest.Edits)) error {
	return s.write(ctx, func(tx *Tx) error {
		e, err := tx.issueEdit(ctx)
		if err != nil {
			return err
		}
		change(&e)
		_, err = tx.exec(ctx, `
			INSERT INTO issue_edits (newsletter_id, subject, preheader, note, changed_at)
			VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (newsletter_id) WHERE issue_id IS NULL DO UPDATE
			SET subject = excluded.subject,
			    preheader = excluded.preheader,
			    note = excluded.note,
			    changed_at = excluded.changed_at`,
			tx.newsletter, e.Subject, e.Preheader, e.Note, tx.stamp())
		if err != nil {
			return fmt.Errorf("edit next issue: %w", err)
		}
		return nil
	})
}

// EditArticle changes how the next issue treats an article; ErrNotFound. When
// headline or blurb is written, the article's own at that moment are kept as
// the upstream ones.
func (s *Store) EditArticle(ctx context.Context, id int64, change func(*digest.ArticleEdit)) error {
	err := s.write(ctx, func(tx *Tx) error {
		article, err := tx.upstream(ctx, id)
		if err != nil {
			return err
		}
		edits, err := tx.articleEdits(ctx)
		if err != nil {
			return err
		}
		before := edits[id]
		after := before
		change(&after)
		if after.Headline != before.Headline {
			after.UpstreamTitle = article.Title
		}
		if after.Blurb != before.Blurb {
			after.UpstreamBlurb = article.Blurb()
		}
		return tx.saveArticleEdit(ctx, id, after)
	})
	if err != nil {
		return fmt.Errorf("edit article %d: %w", id, err)
	}
	return nil
}

func (tx *Tx) upstream(ctx context.Context, id int64) (digest.Article, error) {
	return queryOne(ctx, tx, func(r row) (a digest.Article, err error) {
		return a, r.Scan(&a.Title, &a.Dek, &a.Summary)
	}, `SELECT title, dek, summary FROM articles WHERE id = ?`, id)
}

func (tx *Tx) issueEdit(ctx context.Context) (digest.Edits, error) {
	e, err := queryOne(ctx, tx, func(r row) (e digest.Edits, err error) {
		return e, r.Scan(&e.Subject, &e.Preheader, &e.Note)
	}, `
		SELECT subject, preheader, note
		FROM issue_edits
		WHERE newsletter_id = ? AND issue_id IS NULL`, tx.newsletter)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return e, fmt.Errorf("read edits: %w", err)
	}
	return e, nil
}

// editedArticle is an article's edit with the article it is of.
type editedArticle struct {
	id   int64
	edit digest.ArticleEdit
}

func (tx *Tx) articleEdits(ctx context.Context) (map[int64]digest.ArticleEdit, error) {
	all, err := queryAll(ctx, tx, func(r row) (a editedArticle, err error) {
		e := &a.edit
		return a, r.Scan(&a.id, &e.Pin, &e.Position, &e.Section, &e.Skip, &e.Headline, &e.Blurb, &e.UpstreamTitle, &e.UpstreamBlurb)
	}, `
		SELECT
			article_id,
			pin,
			position,
			section,
			skip,
			headline,
			blurb,
			upstream_title,
			upstream_blurb
		FROM article_edits
		WHERE newsletter_id = ? AND issue_id IS NULL`, tx.newsletter)
	if err != nil {
		return nil, fmt.Errorf("read article edits: %w", err)
	}
	edits := make(map[int64]digest.ArticleEdit, len(all))
	for _, a := range all {
		edits[a.id] = a.edit
	}
	return edits, nil
}

// saveArticleEdit writes the next issue's edit of an article; one that edits
// nothing is taken away.
func (tx *Tx) saveArticleEdit(ctx context.Context, id int64, e digest.ArticleEdit) error {
	kept := e
	kept.UpstreamTitle, kept.UpstreamBlurb = "", ""
	if kept == (digest.ArticleEdit{}) {
		_, err := tx.exec(ctx, `
			DELETE FROM article_edits
			WHERE newsletter_id = ? AND article_id = ? AND issue_id IS NULL`, tx.newsletter, id)
		return err
	}
	_, err := tx.exec(ctx, `
		INSERT INTO article_edits (
			newsletter_id,
			article_id,
			pin,
			position,
			section,
			skip,
			headline,
			blurb,
			upstream_title,
			upstream_blurb,
			changed_at
		) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (newsletter_id, article_id) WHERE issue_id IS NULL DO UPDATE
		SET pin = excluded.pin,
		    position = excluded.position,
		    section = excluded.section,
		    skip = excluded.skip,
		    headline = excluded.headline,
		    blurb = excluded.blurb,
		    upstream_title = excluded.upstream_title,
		    upstream_blurb = excluded.upstream_blurb,
		    changed_at = excluded.changed_at`,
		tx.newsletter, id, e.Pin, e.Position, e.Section, e.Skip, e.Headline, e.Blurb,
		e.UpstreamTitle, e.UpstreamBlurb, tx.stamp())
	return err
}

// bindEdits makes the next issue's edits this issue's. Those of an article that
// found no place stay with the next issue, unless they said to leave it out.
func (tx *Tx) bindEdits(ctx context.Context, issue digest.Issue) error {
	_, err := tx.exec(ctx, `
		UPDATE issue_edits SET issue_id = ? WHERE newsletter_id = ? AND issue_id IS NULL`,
		issue.ID, tx.newsletter)
	if err != nil {
		return fmt.Errorf("bind edits: %w", err)
	}
	_, err = tx.exec(ctx, `
		UPDATE article_edits
		SET issue_id = ?1
		WHERE newsletter_id = ?2 AND issue_id IS NULL AND (
			skip = 1 OR article_id IN (SELECT article_id FROM issue_articles WHERE issue_id = ?1))`,
		issue.ID, tx.newsletter)
	if err != nil {
		return fmt.Errorf("bind article edits: %w", err)
	}
	return nil
}

// unbindEdits gives the edits of an issue nobody saw back to the next one,
// where that has none of its own.
func (tx *Tx) unbindEdits(ctx context.Context, issue int64) error {
	for _, table := range []string{"issue_edits", "article_edits"} {
		_, err := tx.exec(ctx, `UPDATE OR IGNORE `+table+` SET issue_id = NULL WHERE issue_id = ?`, issue)
		if err != nil {
			return fmt.Errorf("give back edits: %w", err)
		}
	}
	return nil
}
