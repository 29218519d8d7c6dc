package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/config"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/desk/planner"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
)

func newExplain(a *app.App) *cobra.Command {
	var noFetch bool
	var as string
	c := &cobra.Command{
		Use:   "explain",
		Short: "every candidate for the next issue, in or out, and why",
		Long: `List every candidate for the next issue in the order it would be printed, then what
is not in it, each with the reason:

  in      in the issue, under the section's title
  off     with --as: in the issue, and not in this reader's mail
  later   not in this issue; it stays owed to the next
  out     not owed: sent before, dropped, excluded, or older than the first window

Within a section pinned articles come first, then the newest, with no two neighbours by
one author or from one source while there is a choice. With --as it is told for one
reader, who may have turned sections off. Looking changes nothing.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := freshDesk(cmd.Context(), a, noFetch)
			if err != nil {
				return err
			}
			p, err := d.Next(cmd.Context())
			if err != nil {
				return err
			}
			unmailed := ""
			if as != "" {
				r, err := a.Reader(cmd.Context(), as)
				if err != nil {
					return err
				}
				if p, err = asReader(d, p, &r.Subscriber); err != nil {
					return err
				}
				if unmailed, err = sayWhatIsGot(cmd.Context(), a, p, r); err != nil {
					return err
				}
			}
			return explain(cmd.Context(), a, p, unmailed)
		},
	}
	c.Flags().StringVar(&as, "as", "", "for the reader with this `EMAIL`")
	fetchFlag(c, &noFetch)
	return c
}

// sayWhatIsGot says what a reader gets, or why they get no mail of the issue, which it returns.
func sayWhatIsGot(ctx context.Context, a *app.App, p planner.Plan, r store.Listed) (why string, err error) {
	switch why, err = unmailed(ctx, a, p, r); {
	case err != nil:
		return "", err
	case why != "":
		a.Printf("%s gets no mail of this issue: %s. Chosen is %s.\n", oneline.Plain(r.Email), why, words.Choice(a.Settings, r.Choice))
	default:
		a.Printf("%s gets %s.\n", oneline.Plain(r.Email), words.Choice(a.Settings, r.Choice))
	}
	return why, nil
}

// unmailed is why a reader gets no mail of a planned issue, whatever is in it; "" for who does.
func unmailed(ctx context.Context, a *app.App, p planner.Plan, r store.Listed) (string, error) {
	l, err := a.List(ctx)
	if err != nil {
		return "", err
	}
	return words.Unmailed(l.Unmailed(r, p.Issue.Slot), a.Settings.Newsletter.Timezone), nil
}

// explain prints what becomes of each candidate; unmailed is why the reader for whom it is told gets
// no mail at all.
func explain(ctx context.Context, a *app.App, p planner.Plan, unmailed string) error {
	if a.JSON {
		for _, f := range p.Selection.Fates {
			line := asjson.FateOf(f, p.Edits)
			line.Unmailed = unmailed
			if err := a.PrintJSON(line); err != nil {
				return err
			}
		}
		return nil
	}
	a.Printf("%s\n", headOfPlan(p))
	if len(p.Selection.Fates) == 0 {
		a.Printf("%s\n", whyNoCandidate(a.Settings))
	} else if err := tableOfFates(ctx, a, p); err != nil {
		return err
	}
	for _, note := range p.Notes() {
		a.Printf("note: %s\n", oneline.Plain(note))
	}
	if n := p.Selection.Quarantined(); n > 0 {
		a.Printf("note: quarantined: %s. See `roundup sources`, then `roundup sources accept` or `ignore`\n", wording.Count(n, "article"))
	}
	return nil
}

// tableOfFates prints the candidates, those of each section under its title. A
// headline that was edited stands beside the feed's, and what a person decided has
// who it was.
func tableOfFates(ctx context.Context, a *app.App, p planner.Plan) error {
	last, err := lastEdits(ctx, a)
	if err != nil {
		return err
	}
	t := terminal.NewTable(a.People(), "", "ID", "ARTICLE", "DATE", "WHY")
	group := ""
	for _, f := range byGroup(p.Selection.Fates) {
		if g := groupOf(f); g != group {
			group = g
			t.Heading(g)
		}
		title, why := titleOf(f.Candidate.Article), f.Reason
		if e := last.Articles[f.Candidate.ID]; decided(e, f.Candidate, p.Edits.Articles[f.Candidate.ID]) {
			why += " (" + whoAndWhen(a, e) + ")"
		}
		if edited := p.Edits.Articles[f.Candidate.ID].Headline; edited != "" && edited != title {
			title, why = edited, fmt.Sprintf("%s; headline edited, in the feed: %q", why, wording.Cut(title, 80))
		}
		t.Row(outcomeMark(f.Outcome), fmt.Sprint(f.Candidate.ID), wording.Cut(title, 44), day(a, f.Candidate.Article), why)
	}
	return t.Flush()
}

// groupOf is the heading a candidate is listed under.
func groupOf(f digest.Fate) string {
	switch mark := outcomeMark(f.Outcome); {
	case mark == "later":
		return "Not in this issue, still owed"
	case mark == "out":
		return "Not owed"
	case mark == "off":
		return "In this issue, not for this reader"
	case f.Section == "":
		return "In this issue"
	}
	return f.Section
}

// byGroup keeps the order of an issue, then lists what waits, then the rest.
func byGroup(fates []digest.Fate) []digest.Fate {
	var groups [4][]digest.Fate
	for _, f := range fates {
		i := slices.Index([]string{"in", "off", "later", "out"}, outcomeMark(f.Outcome))
		groups[i] = append(groups[i], f)
	}
	return slices.Concat(groups[:]...)
}

func whyNoCandidate(cfg *config.Config) string {
	if len(cfg.Sources) == 0 {
		return "There is no candidate: no source is configured. Add one under sources: in " + cfg.Path + "."
	}
	return "There is no candidate: no source has given an article yet. See `roundup sources`."
}

func headOfPlan(p planner.Plan) string {
	when := "an extra issue, now"
	if p.SlotLabel != "" {
		when = "for " + p.SlotLabel
	}
	head := fmt.Sprintf("Issue %d, %s: %s of %s.", p.Issue.Number, when,
		wording.Count(p.Selection.Count(), "article"), wording.Count(len(p.Selection.Fates), "candidate"))
	if !p.Enough {
		head += " It would be skipped: " + words.Shortage(p.Lacks) + "."
	}
	return head
}

func outcomeMark(o digest.Outcome) string {
	switch o {
	case digest.In:
		return "in"
	case digest.Off:
		return "off"
	case digest.Next, digest.Later:
		return "later"
	}
	return "out"
}

func titleOf(a digest.Article) string {
	if a.Title == "" {
		return "(no title)"
	}
	return a.Title
}

func day(a *app.App, article digest.Article) string {
	t := article.Date()
	if a.Settings != nil && a.Settings.Newsletter.Timezone != nil {
		t = t.In(a.Settings.Newsletter.Timezone)
	}
	if t.Year() != a.Now().In(t.Location()).Year() {
		return t.Format("2 Jan 2006")
	}
	return t.Format("Mon 2 Jan")
}
