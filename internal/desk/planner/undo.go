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
	edits digest.Edits
	state digest.State // of the article; "" for a change to the issue's own words
}

func (pl *Planner) situation(ctx context.Context, article int64) (s situation, err error) {
	if s.edits, err = pl.store.Edits(ctx); err != nil || article == 0 {
		return s, err
	}
	a, err := pl.store.Article(ctx, article)
	s.state = a.State
	return s, err
}

// Undo takes a change back: whatever it changed is as it was before. What was
// changed once more since then stays, and the error is a *digest.ChangeError.
func (pl *Planner) Undo(ctx context.Context, e Edited, by subscribers.Actor) error {
	if err := pl.restoreState(ctx, e, by); err != nil {
		return refusal(digest.Change{Article: e.article}, err)
	}
	was, is := e.was.edits, e.is.edits
	err := pl.store.Edit(ctx, e.issue, by, func(now *digest.Edits) error {
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
	})
	return refusal(digest.Change{Article: e.article}, err)
}

// restoreState gives an article back the state it had. One that was never owed, or no
// more, is dropped: it is not printed either way.
func (pl *Planner) restoreState(ctx context.Context, e Edited, by subscribers.Actor) error {
	switch {
	case e.was.state == e.is.state:
		return nil
	case e.was.state == digest.Owed:
		return pl.store.RestoreArticle(ctx, e.article, by)
	}
	return pl.store.DropArticle(ctx, e.article, "dropped by hand", by)
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
			return &digest.ChangeError{Message: fmt.Sprintf("article %d has been changed since", id)}
		default:
			if now.Articles == nil {
				now.Articles = map[int64]digest.ArticleEdit{}
			}
			now.Articles[id] = was[id]
		}
	}
	return nil
}
