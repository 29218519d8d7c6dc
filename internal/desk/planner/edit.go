package planner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"roundup/digest"
	"roundup/store"
	"roundup/store/content"
	"roundup/subscribers"
)

// Edit makes a person's change to the next issue, whether it comes from the
// command line or from a browser, and says in a line what was done. A change
// that can't be made is a *digest.ChangeError.
func (pl *Planner) Edit(ctx context.Context, c digest.Change, by subscribers.Actor) (Edited, error) {
	c, err := c.Clean()
	if err != nil {
		return Edited{}, err
	}
	e := Edited{issue: c.Issue, article: c.Article}
	if c.AboutIssue() {
		e.article = 0
	}
	if e.was, err = pl.situation(ctx, e.article); err != nil {
		return e, refusal(c, err)
	}
	if e.Said, err = pl.edit(ctx, c, by); err != nil {
		return e, err
	}
	e.is, err = pl.situation(ctx, e.article)
	return e, err
}

// edit makes a change and says in a line what was done.
func (pl *Planner) edit(ctx context.Context, c digest.Change, by subscribers.Actor) (string, error) {
	if c.AboutIssue() {
		err := pl.store.Edit(ctx, c.Issue, by, func(e *digest.Edits) error { return c.Apply(e, nil, nil) })
		if err != nil {
			return "", refusal(c, err)
		}
		return saidOfIssue(c), nil
	}
	article, err := pl.store.Article(ctx, c.Article)
	if err != nil {
		return "", refusal(c, err)
	}
	if article.State != digest.Owed && c.Takes() {
		return "", refusal(c, &content.StateError{State: article.State, Issue: article.Issue})
	}
	said, err := pl.editArticle(ctx, c, by)
	if err != nil {
		return "", refusal(c, err)
	}
	return fmt.Sprintf("%d %q: %s.", c.Article, cmp.Or(article.Title, "(no title)"), said), nil
}

// refusal puts what stands in the way of a change into words for the person who
// wanted it. Any other error stays as it is.
func refusal(c digest.Change, err error) error {
	var (
		started *content.StartedError
		state   *content.StateError
	)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &digest.ChangeError{
			Code:    digest.NoSuchArticle,
			Message: fmt.Sprintf("there is no article %d", c.Article),
			Article: c.Article,
		}
	case errors.As(err, &started):
		return &digest.ChangeError{
			Message: started.Error(),
			Hint:    fmt.Sprintf("look at issue %d, the next one: changes are made to that now", started.Next),
		}
	case errors.As(err, &state):
		refused := &digest.ChangeError{Message: fmt.Sprintf("article %d: %s", c.Article, state), Article: c.Article}
		switch state.State {
		case digest.Carried:
			refused.Code = digest.AlreadyCarried
		case digest.Dropped, digest.Baseline, digest.Quarantined:
			refused.Code = digest.NotOwed
			refused.Message += ", so no issue prints it"
		}
		return refused
	}
	return err
}

// editArticle makes a change to one article and returns what became of it.
func (pl *Planner) editArticle(ctx context.Context, c digest.Change, by subscribers.Actor) (string, error) {
	switch c.Do {
	case digest.DoDrop:
		return "dropped: it will not be printed", pl.store.DropArticle(ctx, c.Article, "dropped by hand", by)
	case digest.DoRestore:
		return "owed to the next issue", pl.store.RestoreArticle(ctx, c.Article, by)
	case digest.DoAgain:
		return "owed once more", pl.store.AgainArticle(ctx, c.Article, by)
	}
	var printed []digest.IssueSection
	if c.Do == digest.DoMove {
		var err error
		if printed, err = pl.printed(ctx, c.Slot); err != nil {
			return "", err
		}
	}
	var before, after digest.ArticleEdit
	err := pl.store.Edit(ctx, c.Issue, by, func(e *digest.Edits) error {
		before = e.Articles[c.Article]
		err := c.Apply(e, printed, pl.sectionTitles())
		after = e.Articles[c.Article]
		return err
	})
	if before == after {
		return "as it was", err
	}
	return saidOfArticle(c, after), err
}

// sectionTitles are the titles an article can be moved to.
func (pl *Planner) sectionTitles() []string {
	var titles []string
	for _, s := range pl.Sections() {
		titles = append(titles, s.Title)
	}
	return titles
}

func saidOfIssue(c digest.Change) string {
	if c.Text == "" {
		return fmt.Sprintf("The next issue has no %s of its own any more.", c.Do)
	}
	said := fmt.Sprintf("The next issue's %s is set.", c.Do)
	if strings.Contains(c.Text, "{{") {
		said += " It is printed as it stands, braces and all: only the configuration's is a template."
	}
	return said
}

func saidOfArticle(c digest.Change, edit digest.ArticleEdit) string {
	switch c.Do {
	case digest.DoPin:
		return "pinned in the next issue"
	case digest.DoUnpin:
		return "no longer pinned"
	case digest.DoSkip:
		return "not in the next issue; it stays owed to the one after"
	case digest.DoMove:
		return "moved " + newPlace(edit)
	}
	if c.Text == "" {
		return fmt.Sprintf("printed with its own %s", c.Do)
	}
	return fmt.Sprintf("%s set for the next issue", c.Do)
}

func newPlace(edit digest.ArticleEdit) string {
	switch {
	case edit.Section == "" && edit.Position == 0:
		return "back to where its labels and its date put it"
	case edit.Position == 0:
		return "to " + edit.Section
	case edit.Section == "":
		return fmt.Sprintf("to place %d", edit.Position)
	}
	return fmt.Sprintf("to place %d of %s", edit.Position, edit.Section)
}

// Conflicts lists the edits whose text changed upstream since.
func (p Plan) Conflicts() []digest.Conflict {
	candidates := make([]digest.Candidate, len(p.Selection.Fates))
	for i, f := range p.Selection.Fates {
		candidates[i] = f.Candidate
	}
	return p.Edits.Conflicts(candidates)
}

// AddArticle owes the article at url, read from its own page. It fails when the
// page can't be read or has no title, or when the article is known already.
func (pl *Planner) AddArticle(ctx context.Context, url string, by subscribers.Actor) (digest.Article, error) {
	link := digest.CleanURL(url, nil)
	if link == "" {
		return digest.Article{}, fmt.Errorf("%q is not an http or https address", url)
	}
	a, err := pl.reader.Enrich(ctx, digest.Article{
		Source:    byHand,
		URL:       link,
		Canonical: digest.Canonical(link),
		FirstSeen: pl.now(),
	})
	if err != nil {
		return a, err
	}
	if a.Title == "" {
		return a, fmt.Errorf("%s: the page has no title", link)
	}
	return pl.store.AddArticle(ctx, a, by)
}
