package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/digest"
	"roundup/store"
)

// Edit makes a person's change to the next issue, whether it comes from the
// command line or from a browser, and says in a line what was done. A change
// that can't be made is a *digest.ChangeError.
func (d *Desk) Edit(ctx context.Context, c digest.Change) (string, error) {
	c, err := c.Clean()
	if err != nil {
		return "", err
	}
	if c.AboutIssue() {
		err := d.store.Edit(ctx, c.Issue, func(e *digest.Edits) error { return c.Apply(e, nil, nil) })
		return saidOfIssue(c), refusal(c, err)
	}
	article, err := d.store.Article(ctx, c.Article)
	if err == nil {
		err = d.editArticle(ctx, c)
	}
	return fmt.Sprintf("%d %q: %s.", c.Article, cmp.Or(article.Title, "(no title)"), saidOfArticle(c)), refusal(c, err)
}

// refusal puts what stands in the way of a change into words for the person who
// wanted it. Any other error stays as it is.
func refusal(c digest.Change, err error) error {
	var (
		started *store.StartedError
		state   *store.StateError
	)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return &digest.ChangeError{
			Message: fmt.Sprintf("there is no article %d", c.Article),
			Hint:    "`roundup articles list` prints the ids",
		}
	case errors.As(err, &started):
		return &digest.ChangeError{
			Message: started.Error(),
			Hint:    fmt.Sprintf("look at issue %d, the next one: changes are made to that now", started.Next),
		}
	case errors.As(err, &state):
		refused := &digest.ChangeError{Message: fmt.Sprintf("article %d: %s", c.Article, state)}
		if state.State == digest.Carried {
			refused.Hint = fmt.Sprintf("`roundup articles again %d` prints it once more", c.Article)
		}
		return refused
	}
	return err
}

func (d *Desk) editArticle(ctx context.Context, c digest.Change) error {
	switch c.Do {
	case digest.DoDrop:
		return d.store.DropArticle(ctx, c.Article, "dropped by hand")
	case digest.DoRestore:
		return d.store.RestoreArticle(ctx, c.Article)
	case digest.DoAgain:
		return d.store.AgainArticle(ctx, c.Article)
	}
	var selection digest.Selection
	if c.Do == digest.DoMove {
		var err error
		if selection, _, _, err = d.choose(ctx, d.nextSlot(ctx)); err != nil {
			return err
		}
	}
	return d.store.Edit(ctx, c.Issue, func(e *digest.Edits) error {
		return c.Apply(e, selection.Sections, d.sectionTitles())
	})
}

// choose makes the choice for the issue of a slot as things stand.
func (d *Desk) choose(ctx context.Context, slot time.Time) (digest.Selection, digest.Edits, digest.Rules, error) {
	candidates, err := d.store.Candidates(ctx, d.now().Add(-fatesKept))
	if err != nil {
		return digest.Selection{}, digest.Edits{}, digest.Rules{}, err
	}
	edits, err := d.store.Edits(ctx)
	if err != nil {
		return digest.Selection{}, digest.Edits{}, digest.Rules{}, err
	}
	rules := d.rulesFor(candidates)
	return digest.Choose(rules, edits, candidates, digest.Moment{Slot: slot, Now: d.now()}), edits, rules, nil
}

// sectionTitles are the titles an article can be moved to.
func (d *Desk) sectionTitles() []string {
	titles := make([]string, len(d.cfg.Digest.Sections))
	for i, s := range d.cfg.Digest.Sections {
		titles[i] = s.Title
	}
	return titles
}

func saidOfIssue(c digest.Change) string {
	what := map[digest.Verb]string{
		digest.DoSubject: "subject", digest.DoPreheader: "preheader", digest.DoNote: "note",
	}[c.Do]
	if c.Text == "" {
		return "The next issue has no " + what + " of its own any more."
	}
	return "The next issue's " + what + " is set."
}

func saidOfArticle(c digest.Change) string {
	switch c.Do {
	case digest.DoPin:
		return "pinned in the next issue"
	case digest.DoUnpin:
		return "no longer pinned"
	case digest.DoSkip:
		return "not in the next issue; it stays owed to the one after"
	case digest.DoDrop:
		return "dropped: it will not be printed"
	case digest.DoRestore:
		return "owed to the next issue"
	case digest.DoAgain:
		return "owed once more"
	case digest.DoMove:
		return "moved " + whither(c)
	case digest.DoHeadline, digest.DoBlurb:
		if c.Text == "" {
			return "printed with its own " + string(c.Do)
		}
		return string(c.Do) + " set for the next issue"
	}
	return string(c.Do)
}

func whither(c digest.Change) string {
	switch {
	case c.Section == "" && c.Place == 0:
		return "back to where its labels and its date put it"
	case c.Place == 0:
		return "to " + c.Section
	case c.Section == "":
		return fmt.Sprintf("to place %d", c.Place)
	}
	return fmt.Sprintf("to place %d of %s", c.Place, c.Section)
}

// Conflicts lists the edits whose text changed upstream since.
func (p Plan) Conflicts() []digest.Conflict {
	candidates := make([]digest.Candidate, len(p.Selection.Fates))
	for i, f := range p.Selection.Fates {
		candidates[i] = f.Candidate
	}
	return p.Edits.Conflicts(candidates)
}
