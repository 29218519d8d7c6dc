package content

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"roundup/digest"
	"roundup/store/engine"
	"roundup/subscribers"
)

// Edits returns what was edited for the next issue.
func (s *Content) Edits(ctx context.Context) (edits digest.Edits, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		edits, err = tx.edits(ctx)
		return err
	})
	return edits, err
}

// StartedError is an edit of an issue that has started meanwhile: what it
// prints is frozen.
type StartedError struct {
	Number int // the issue the edit was meant for
	Next   int // the issue that edits belong to now
}

// Error says that the issue has started.
func (e *StartedError) Error() string {
	return fmt.Sprintf("issue %d has started: what it prints can't be changed any more", e.Number)
}

// Edit changes what was edited for the next issue. number is the issue's, as
// the editor saw it, or 0 for whichever is next: a *StartedError where that one
// has a number already. An edited headline or blurb without an upstream one gets
// the article's own at this moment. Where an article can't be in the issue the
// error is ErrNotFound or a *StateError (reserved, carried), and nothing changed.
func (s *Content) Edit(ctx context.Context, number int, by subscribers.Actor, change func(*digest.Edits) error) error {
	return s.write(ctx, func(tx *Tx) error { return tx.edit(ctx, number, by, change) })
}

// Revise is Edit that also puts an article back into a state it had: what change makes
// of its State, Why, Issue, PassedOver and OwedSince. One that is reserved or carried is
// its issue's, and the error a *StateError.
func (s *Content) Revise(ctx context.Context, number int, article int64, by subscribers.Actor, change func(*digest.Edits, *digest.Candidate) error) error {
	return s.write(ctx, func(tx *Tx) error {
		before, err := tx.article(ctx, article)
		if err != nil {
			return err
		}
		after := before
		err = tx.edit(ctx, number, by, func(e *digest.Edits) error { return change(e, &after) })
		if err != nil || after.State == before.State {
			return err
		}
		return tx.putBack(ctx, before, after, by)
	})
}

func (tx *Tx) edit(ctx context.Context, number int, by subscribers.Actor, change func(*digest.Edits) error) error {
	next, err := tx.nextNumber(ctx)
	if err != nil {
		return err
	}
	if number != 0 && number != next {
		return &StartedError{Number: number, Next: next}
	}
	before, err := tx.edits(ctx)
	if err != nil {
		return err
	}
	after := before
	after.Articles = maps.Clone(before.Articles)
	if err := change(&after); err != nil {
		return err
	}
	if err := tx.saveIssueEdit(ctx, before, after, engine.Entry{By: by, Detail: forIssue(next)}); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(after.Articles)) {
		edit := after.Articles[id]
		if edit == before.Articles[id] {
			continue
		}
		if err := tx.editArticle(ctx, id, edit); err != nil {
			return err
		}
		e := engine.Entry{Article: id, What: changeOfArticle(before.Articles[id], edit), By: by, Detail: forIssue(next)}
		if err := tx.Record(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) edits(ctx context.Context) (digest.Edits, error) {
	edits, err := tx.issueEdit(ctx)
	if err != nil {
		return edits, err
	}
	edits.Articles, err = tx.articleEdits(ctx)
	return edits, err
}

func (tx *Tx) saveIssueEdit(ctx context.Context, before, after digest.Edits, e engine.Entry) error {
	var changed []string
	for _, text := range []struct{ name, before, after string }{
		{"subject", before.Subject, after.Subject},
		{"preheader", before.Preheader, after.Preheader},
		{"note", before.Note, after.Note},
	} {
		if text.before != text.after {
			changed = append(changed, text.name)
		}
	}
	if len(changed) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO issue_edits (newsletter_id, subject, preheader, note, changed_at)
		VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (newsletter_id) WHERE issue_id IS NULL DO UPDATE
		SET subject = excluded.subject,
		    preheader = excluded.preheader,
		    note = excluded.note,
		    changed_at = excluded.changed_at`,
		tx.Newsletter, after.Subject, after.Preheader, after.Note, tx.Stamp())
	if err != nil {
		return fmt.Errorf("edit next issue: %w", err)
	}
	for _, text := range changed {
		e.What = text + Edited
		if err := tx.Record(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// Edited is how the event of an edited text of the issue ends.
const Edited = " edited"

// forIssue is the detail of an edit: the issue it was meant for has no row yet.
func forIssue(next int) string { return fmt.Sprintf("for issue %d", next) }

// changeOfArticle says what was done to an article for the next issue. What goes
// with it is left out: who skips an article also takes its pin.
func changeOfArticle(before, after digest.ArticleEdit) string {
	switch {
	case after.Skip && !before.Skip:
		return ArticleSkipped
	case after.Pin && !before.Pin:
		return ArticlePinned
	case before.Pin && !after.Pin:
		return "article unpinned"
	case before.Section != after.Section || before.Position != after.Position:
		return ArticleMoved
	case before.Skip && !after.Skip:
		return "article no longer skipped"
	case before.Headline != after.Headline && before.Blurb != after.Blurb:
		return "article headline and blurb edited"
	case before.Headline != after.Headline || before.UpstreamTitle != after.UpstreamTitle:
		return "article headline edited"
	}
	return "article blurb edited"
}

// editArticle saves what was edited about an article that may still be in the
// next issue.
func (tx *Tx) editArticle(ctx context.Context, id int64, edit digest.ArticleEdit) error {
	article, err := tx.article(ctx, id)
	if err != nil {
		return fmt.Errorf("edit article %d: %w", id, err)
	}
	if article.State == digest.Reserved || article.State == digest.Carried {
		return &StateError{State: article.State, Issue: article.Issue}
	}
	if edit.Headline != "" && edit.UpstreamTitle == "" {
		edit.UpstreamTitle = article.Title
	}
	if edit.Blurb != "" && edit.UpstreamBlurb == "" {
		edit.UpstreamBlurb = article.Blurb()
	}
	if err := tx.saveArticleEdit(ctx, id, edit); err != nil {
		return fmt.Errorf("edit article %d: %w", id, err)
	}
	return nil
}

func (tx *Tx) issueEdit(ctx context.Context) (digest.Edits, error) {
	e, err := engine.QueryOne(ctx, tx, func(r engine.Row) (e digest.Edits, err error) {
		return e, r.Scan(&e.Subject, &e.Preheader, &e.Note)
	}, `
		SELECT subject, preheader, note
		FROM issue_edits
		WHERE newsletter_id = ? AND issue_id IS NULL`, tx.Newsletter)
	if err != nil && !errors.Is(err, engine.ErrNotFound) {
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
	all, err := engine.QueryAll(ctx, tx, func(r engine.Row) (a editedArticle, err error) {
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
		WHERE newsletter_id = ? AND issue_id IS NULL`, tx.Newsletter)
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
	if e.Plain() == (digest.ArticleEdit{}) {
		_, err := tx.Exec(ctx, `
			DELETE FROM article_edits
			WHERE newsletter_id = ? AND article_id = ? AND issue_id IS NULL`, tx.Newsletter, id)
		return err
	}
	_, err := tx.Exec(ctx, `
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
		tx.Newsletter, id, e.Pin, e.Position, e.Section, e.Skip, e.Headline, e.Blurb,
		e.UpstreamTitle, e.UpstreamBlurb, tx.Stamp())
	return err
}

// editedSince fails with ErrEdited where the next issue's edits are not these any more: an
// edit that the frozen mail lacks would be bound to an issue that does not print it.
func (tx *Tx) editedSince(ctx context.Context, chosen *digest.Edits) error {
	if chosen == nil {
		return nil
	}
	now, err := tx.edits(ctx)
	if err != nil {
		return err
	}
	if !now.Equal(*chosen) {
		return ErrEdited
	}
	return nil
}

// bindEdits makes the next issue's edits this issue's. Those of an article that
// found no place stay with the next issue, unless they said to leave it out.
func (tx *Tx) bindEdits(ctx context.Context, issue digest.Issue) error {
	_, err := tx.Exec(ctx, `
		UPDATE issue_edits SET issue_id = ? WHERE newsletter_id = ? AND issue_id IS NULL`,
		issue.ID, tx.Newsletter)
	if err != nil {
		return fmt.Errorf("bind edits: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE article_edits
		SET issue_id = ?1
		WHERE newsletter_id = ?2 AND issue_id IS NULL AND (
			skip = 1 OR article_id IN (SELECT article_id FROM issue_articles WHERE issue_id = ?1))`,
		issue.ID, tx.Newsletter)
	if err != nil {
		return fmt.Errorf("bind article edits: %w", err)
	}
	return nil
}

// rebindEdits makes what a cancelling gave back the issue's again, but for what was
// edited for the next issue since, or is the issue's still.
func (tx *Tx) rebindEdits(ctx context.Context, issue digest.Issue) error {
	_, err := tx.Exec(ctx, `
		UPDATE issue_edits
		SET issue_id = ?1
		WHERE newsletter_id = ?2 AND issue_id IS NULL AND changed_at <= ?3
			AND NOT EXISTS (SELECT 1 FROM issue_edits own WHERE own.issue_id = ?1)`,
		issue.ID, tx.Newsletter, engine.TimeText(issue.Started))
	if err != nil {
		return fmt.Errorf("take back edits: %w", err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE article_edits AS e
		SET issue_id = ?1
		WHERE e.newsletter_id = ?2 AND e.issue_id IS NULL AND e.changed_at <= ?3
			AND (e.skip = 1 OR e.article_id IN (SELECT article_id FROM issue_articles WHERE issue_id = ?1))
			AND NOT EXISTS (SELECT 1 FROM article_edits own WHERE own.issue_id = ?1 AND own.article_id = e.article_id)`,
		issue.ID, tx.Newsletter, engine.TimeText(issue.Started))
	if err != nil {
		return fmt.Errorf("take back article edits: %w", err)
	}
	return nil
}
