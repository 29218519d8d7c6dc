package content

import (
	"context"
	"fmt"
	"slices"

	"roundup/digest"
	"roundup/internal/wording"
	"roundup/store/engine"
	"roundup/subscribers"
)

// StateError is returned for a step that an article's state does not allow.
type StateError struct {
	State digest.State
	Issue int // the issue that reserved or carried it; 0 for none
}

// Error says how the article stands: "carried by issue 12".
func (e *StateError) Error() string {
	if e.Issue > 0 {
		return fmt.Sprintf("%s by issue %d", e.State, e.Issue)
	}
	return string(e.State)
}

// CarriedBy is how many articles an issue carries: those that somebody has got of it.
func (s *Content) CarriedBy(ctx context.Context, issue int64) (n int, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		n, err = engine.QueryOne(ctx, tx, engine.ScanValue[int], `
			SELECT count(*)
			FROM article_states
			WHERE newsletter_id = ? AND issue_id = ? AND state = 'carried'`, tx.Newsletter, issue)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count articles carried: %w", err)
	}
	return n, nil
}

// DropArticle sees to it that an article is never sent. It fails with
// ErrNotFound, or with a *StateError for an article that is reserved or
// carried; one dropped before keeps its first reason.
func (s *Content) DropArticle(ctx context.Context, id int64, why string, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		changed, err := tx.settleArticle(ctx, id, digest.Dropped, why,
			digest.Owed, digest.Quarantined, digest.Baseline)
		if err != nil || !changed {
			return err
		}
		return tx.Record(ctx, engine.Entry{Article: id, What: ArticleDropped, By: by, Detail: why})
	})
}

// RestoreArticle makes a dropped, baseline or quarantined article owed, with
// its waiting time starting anew, and takes back its being skipped in the next
// issue. It fails with ErrNotFound, or with a *StateError for an article that
// is reserved or carried.
func (s *Content) RestoreArticle(ctx context.Context, id int64, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		changed, err := tx.settleArticle(ctx, id, digest.Owed, "",
			digest.Dropped, digest.Baseline, digest.Quarantined)
		if err != nil {
			return err
		}
		edits, err := tx.articleEdits(ctx)
		if err != nil {
			return err
		}
		if edit := edits[id]; edit.Skip {
			changed, edit.Skip = true, false
			if err := tx.saveArticleEdit(ctx, id, edit); err != nil {
				return err
			}
		}
		if !changed {
			return nil
		}
		return tx.Record(ctx, engine.Entry{Article: id, What: articleRestored, By: by})
	})
}

// AgainArticle makes a carried article owed once more. It fails with
// ErrNotFound, or with a *StateError for one that no issue has carried.
func (s *Content) AgainArticle(ctx context.Context, id int64, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		changed, err := tx.settleArticle(ctx, id, digest.Owed, "", digest.Carried)
		if err != nil || !changed {
			return err
		}
		return tx.Record(ctx, engine.Entry{Article: id, What: "article owed again", By: by})
	})
}

// What an event says of an article that a person decided about.
const (
	ArticleDropped = "article dropped"
	ArticleSkipped = "article skipped"
	ArticlePinned  = "article pinned"
	ArticleMoved   = "article moved"

	articleRestored = "article restored"
)

// settleArticle takes an article from one of the given states to another, and
// reports whether it was not there already.
func (tx *Tx) settleArticle(ctx context.Context, id int64, to digest.State, why string, from ...digest.State) (bool, error) {
	c, err := tx.article(ctx, id)
	if err != nil {
		return false, err
	}
	if c.State == to {
		return false, nil
	}
	if !slices.Contains(from, c.State) {
		return false, &StateError{State: c.State, Issue: c.Issue}
	}
	return true, tx.setState(ctx, id, to, why)
}

// setState puts an article into a state that belongs to no issue. One that
// becomes owed starts anew: it has not been passed over yet, so max_age does
// not take it before it had its chance.
func (tx *Tx) setState(ctx context.Context, id int64, to digest.State, why string) error {
	_, err := tx.Exec(ctx, `
		UPDATE article_states
		SET
			state = ?1,
			why = ?2,
			issue_id = NULL,
			passed_over = CASE WHEN ?1 = 'owed' THEN 0 ELSE passed_over END,
			owed_since = CASE WHEN ?1 = 'owed' THEN ?3 END,
			changed_at = ?3
		WHERE newsletter_id = ?4 AND article_id = ?5`,
		to, why, tx.Stamp(), tx.Newsletter, id)
	if err != nil {
		return fmt.Errorf("article %d becomes %s: %w", id, to, err)
	}
	return nil
}

// putBack gives an article a state that it had, as it had it.
func (tx *Tx) putBack(ctx context.Context, before, after digest.Candidate, by subscribers.Actor) error {
	if before.Issue > 0 {
		return &StateError{State: before.State, Issue: before.Issue}
	}
	_, err := tx.Exec(ctx, `
		UPDATE article_states
		SET
			state = ?1,
			why = ?2,
			issue_id = (SELECT id FROM issues WHERE newsletter_id = ?6 AND number = ?3),
			passed_over = ?4,
			owed_since = ?5,
			changed_at = ?7
		WHERE newsletter_id = ?6 AND article_id = ?8`,
		after.State, after.Why, after.Issue, after.PassedOver, engine.TimeOrNull(after.OwedSince), tx.Newsletter, tx.Stamp(), after.ID)
	if err != nil {
		return fmt.Errorf("article %d is %s again: %w", after.ID, after.State, err)
	}
	e := engine.Entry{Article: after.ID, What: "article no longer owed", By: by, Detail: after.Why}
	switch after.State {
	case digest.Owed:
		e.What = articleRestored
	case digest.Dropped:
		e.What = ArticleDropped
	}
	return tx.Record(ctx, e)
}

// AcceptQuarantine makes a source's quarantined articles owed and returns how
// many there were. It fails with ErrNotFound for an unknown source.
func (s *Content) AcceptQuarantine(ctx context.Context, source string, by subscribers.Actor) (int, error) {
	return s.endQuarantine(ctx, source, digest.Owed, "accepted", by)
}

// IgnoreQuarantine makes a source's quarantined articles baseline, known and
// never owed, and returns how many there were. It fails with ErrNotFound for
// an unknown source.
func (s *Content) IgnoreQuarantine(ctx context.Context, source string, by subscribers.Actor) (int, error) {
	return s.endQuarantine(ctx, source, digest.Baseline, "ignored", by)
}

func (s *Content) endQuarantine(ctx context.Context, source string, to digest.State, word string, by subscribers.Actor) (int, error) {
	var ids []int64
	err := s.write(ctx, func(tx *Tx) error {
		record, err := tx.source(ctx, source)
		if err != nil {
			return err
		}
		ids, err = engine.QueryAll(ctx, tx, engine.ScanValue[int64], `
			SELECT st.article_id
			FROM article_states st
			JOIN articles a ON a.id = st.article_id
			WHERE st.newsletter_id = ? AND st.state = 'quarantined' AND a.source = ?
			ORDER BY st.article_id`, tx.Newsletter, source)
		if err != nil || len(ids) == 0 {
			return err
		}
		why := ""
		if to == digest.Baseline {
			why = "ignored after quarantine"
		}
		for _, id := range ids {
			if err := tx.setState(ctx, id, to, why); err != nil {
				return err
			}
		}
		return tx.Record(ctx, engine.Entry{Source: record.ID, What: "quarantine " + word,
			By: by, Detail: wording.Count(len(ids), "article")})
	})
	if err != nil {
		return 0, fmt.Errorf("source %q: %w", source, err)
	}
	return len(ids), nil
}
