package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store/content"
)

func newArticles(a *app.App) *cobra.Command {
	var filter struct {
		state, text string
		limit       int
	}
	list := &cobra.Command{
		Use:   "list",
		Short: "the articles known, newest first",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			state, err := words.OneOf("--state", filter.state, digest.States())
			if err != nil {
				return err
			}
			return listArticles(cmd.Context(), a, content.ArticleFilter{State: state, Text: filter.text, Limit: filter.limit})
		},
	}
	c := &cobra.Command{
		Use:   "articles",
		Short: "the articles known; pin, move, skip, drop or restore one",
		Long: `List the articles known, newest first, with their ids and states; the commands below
change what becomes of them. "roundup edit" shows what was changed for the next issue.

  owed         waits for an issue
  reserved     in an issue under way
  carried      printed by an issue
  dropped      never to be printed: by hand, or too old
  baseline     known, and owed to nobody: older than the first window when its source
               was first read, sent by another tool or copy before ("roundup init",
               "roundup adopt"), or settled by "roundup sources ignore"
  quarantined  see "roundup sources"`,
		Args: cobra.NoArgs,
		RunE: list.RunE,
	}
	for _, l := range []*cobra.Command{list, c} {
		l.Flags().StringVar(&filter.state, "state", "", "in this `STATE`: owed, reserved, carried, dropped, baseline or quarantined")
		l.Flags().StringVar(&filter.text, "text", "", "only those with this `WORD` in headline or dek")
		l.Flags().IntVarP(&filter.limit, "limit", "n", 100, "at most this `NUMBER` of them; 0 for all")
	}
	c.AddCommand(list, newArticlesAdd(a), newArticlesMove(a),
		newArticlesText(a, digest.DoHeadline, "print it under another headline in the next issue"),
		newArticlesText(a, digest.DoBlurb, "print other words below its headline in the next issue"))
	for _, v := range articleVerbs() {
		c.AddCommand(v.command(a))
	}
	return c
}

// articleVerb is a command that does one thing to one article or more.
type articleVerb struct {
	do    digest.Verb
	short string
}

func articleVerbs() []articleVerb {
	return []articleVerb{
		{digest.DoPin, "put it first in its section of the next issue"},
		{digest.DoUnpin, "take the pin out"},
		{digest.DoSkip, "leave it out of the next issue; it stays owed"},
		{digest.DoDrop, "never print it"},
		{digest.DoRestore, "owe it again after a drop, a skip, a quarantine or a baseline"},
		{digest.DoAgain, "print it once more although an issue carried it"},
	}
}

func (v articleVerb) command(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   string(v.do) + " <id>...",
		Short: v.short,
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := articleIDs(args)
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := edit(cmd.Context(), a, digest.Change{Do: v.do, Article: id}); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func articleIDs(args []string) ([]int64, error) {
	ids := make([]int64, len(args))
	for i, s := range args {
		id, err := strconv.ParseInt(s, 10, 64)
		if err != nil || id <= 0 {
			return nil, &words.UsageError{
				Msg:  fmt.Sprintf("%q is not an article's id", s),
				Hint: "`roundup articles list` and `roundup explain` print the ids",
			}
		}
		ids[i] = id
	}
	return ids, nil
}

func newArticlesAdd(a *app.App) *cobra.Command {
	return &cobra.Command{
		Use:   "add <url>...",
		Short: "owe an article that no feed carries, read from its page",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := a.Desk(cmd.Context())
			if err != nil {
				return err
			}
			for _, url := range args {
				article, err := d.AddArticle(cmd.Context(), url, a.Actor())
				if err != nil {
					return err
				}
				a.Printf("%d %q: owed to the next issue.\n", article.ID, oneline.Plain(titleOf(article)))
				a.Tell(asjson.ArticleOf(digest.Candidate{Article: article, State: digest.Owed}))
			}
			return nil
		},
	}
}

func newArticlesText(a *app.App, do digest.Verb, short string) *cobra.Command {
	var from editedText
	c := &cobra.Command{
		Use:   string(do) + " <id> [text]",
		Short: short,
		Long: "P" + short[1:] + `. The feed's own stays known: where it changes
later, "roundup edit" and the preview show a conflict, until it is set or taken back again.`,
		Example: fmt.Sprintf("  roundup articles %s 12 'In other words'\n  roundup articles %s 12 --undo", do, do),
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := articleIDs(args[:1])
			if err != nil {
				return err
			}
			text, err := from.text(cmd.Context(), a, string(do), args[1:])
			if err != nil {
				return err
			}
			return edit(cmd.Context(), a, digest.Change{Do: do, Article: ids[0], Text: text})
		},
	}
	from.flags(c, false)
	return c
}

func newArticlesMove(a *app.App) *cobra.Command {
	var (
		section string
		place   int
		undo    bool
	)
	c := &cobra.Command{
		Use:   "move <id>",
		Short: "put it into another section or place of the next issue",
		Long: `Put an article into another section of the next issue, to a place among the articles
of its section, or both. A place holds it in the issue as a pin does, and the others
make room. Left alone, pinned articles come first, then the newest, with no two
neighbours by one author or from one source while there is a choice.`,
		Example: `  roundup articles move 12 --place 1
  roundup articles move 12 --section Opinion
  roundup articles move 12 --undo`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := articleIDs(args)
			if err != nil {
				return err
			}
			if undo != (section == "" && place == 0) {
				return &words.UsageError{Msg: "move: say where to, or --undo", Hint: "--section TITLE, --place NUMBER, or both"}
			}
			return edit(cmd.Context(), a, digest.Change{Do: digest.DoMove, Article: ids[0], Section: section, Place: place})
		},
	}
	c.Flags().StringVar(&section, "section", "", "the section's `TITLE`, as configured")
	c.Flags().IntVar(&place, "place", 0, "its `NUMBER` among the section's articles, from 1; the others make room")
	c.Flags().BoolVar(&undo, "undo", false, "back to where its labels and its date put it")
	return c
}

func listArticles(ctx context.Context, a *app.App, f content.ArticleFilter) error {
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	articles, err := st.Articles(ctx, f)
	if err != nil {
		return err
	}
	last, err := st.LastEdits(ctx)
	if err != nil {
		return err
	}
	if len(articles) == 0 {
		a.Printf("No article. `roundup fetch` reads the sources.\n")
		return nil
	}
	t := terminal.NewTable(a.People(), "ID", "ARTICLE", "LABELS", "DATE", "STATE")
	for _, c := range articles {
		if !a.JSON {
			state := stateWords(c)
			if e := last.Articles[c.ID]; c.State == digest.Dropped && decided(e, c, digest.ArticleEdit{}) {
				state += ", " + whoAndWhen(a, e)
			}
			t.Row(fmt.Sprint(c.ID), wording.Cut(titleOf(c.Article), 44), wording.Cut(strings.Join(c.Labels, " | "), 24), day(a, c.Article), state)
			continue
		}
		if err := a.PrintJSON(asjson.ArticleOf(c)); err != nil {
			return err
		}
	}
	if a.JSON {
		return nil
	}
	return t.Flush()
}

func stateWords(c digest.Candidate) string {
	switch {
	case c.Issue > 0:
		return fmt.Sprintf("%s, issue %d", c.State, c.Issue)
	case c.State == digest.Owed && c.PassedOver > 0:
		return "owed, rolled over"
	case c.State == digest.Dropped && strings.Contains(c.Why, "dropped"):
		return c.Why
	case c.State == digest.Dropped && c.Why != "":
		return "dropped: " + c.Why
	}
	return string(c.State)
}
