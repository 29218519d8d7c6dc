package planner

import (
	"context"
	"fmt"
	"maps"

	"roundup/digest"
	"roundup/subscribers"
)

// Edited is a change that was made, with what taking it back needs.
type Edited struct {
	Said    string // in a line, what was done
	issue   int    // the number the change was made with
	article int64
	was, is situation
}

// situation is all that a change can change.
type situation struct {
	edits   digest.Edits
	article digest.Candidate // empty for a change to the issue's own words
}

func (pl *Planner) situation(ctx context.Context, article int64) (s situation, err error) {
	if s.edits, err = pl.store.Edits(ctx); err != nil || article == 0 {
		return s, err
	}
	s.article, err = pl.store.Article(ctx, article)
	return s, err
}

// Undo takes a change back: whatever it changed is as it was before. What was
// changed once more since then stays, and the error is a *digest.ChangeError. With an
// error nothing has changed.
func (pl *Planner) Undo(ctx context.Context, e Edited, by subscribers.Actor) error {
	var err error
	if e.article == 0 {
		err = pl.store.Edit(ctx, e.issue, by, e.undoEdits)
	} else {
		err = pl.store.Revise(ctx, e.issue, e.article, by, func(now *digest.Edits, article *digest.Candidate) error {
			if err := undoState(article, e.was.article, e.is.article); err != nil {
				return err
			}
			return e.undoEdits(now)
		})
	}
	return refusal(digest.Change{Article: e.article}, err)
}

// undoState gives an article the state back that it had, as it had it.
func undoState(now *digest.Candidate, was, is digest.Candidate) error {
	switch {
	case was.State == is.State:
		return nil
	case now.State != is.State:
		return changedSince(now.ID)
	}
	now.State, now.Why, now.Issue, now.PassedOver, now.OwedSince = was.State, was.Why, was.Issue, was.PassedOver, was.OwedSince
	return nil
}

func changedSince(article int64) error {
	return &digest.ChangeError{Message: fmt.Sprintf("article %d has been changed since", article)}
}

// undoEdits makes the next issue's edits what they were.
func (e Edited) undoEdits(now *digest.Edits) error {
	was, is := e.was.edits, e.is.edits
	for _, text := range []struct {
		name    string
		was, is string
		now     *string
	}{
		{"subject", was.Subject, is.Subject, &now.Subject},
		{"preheader", was.Preheader, is.Preheader, &now.Preheader},
		{"note", was.Note, is.Note, &now.Note},
	} {
		switch {
		case text.was == text.is:
		case *text.now != text.is:
			return &digest.ChangeError{Message: fmt.Sprintf("the %s has been changed since", text.name)}
		default:
			*text.now = text.was
		}
	}
	return undoArticles(now, was.Articles, is.Articles)
}

func undoArticles(now *digest.Edits, was, is map[int64]digest.ArticleEdit) error {
	all := maps.Clone(is)
	if all == nil {
		all = map[int64]digest.ArticleEdit{}
	}
	maps.Copy(all, was)
	for id := range all {
		switch {
		case was[id] == is[id]:
		case now.Articles[id].Plain() != is[id].Plain():
			return changedSince(id)
		default:
			if now.Articles == nil {
				now.Articles = map[int64]digest.ArticleEdit{}
			}
			now.Articles[id] = was[id]
		}
	}
	return nil
}
