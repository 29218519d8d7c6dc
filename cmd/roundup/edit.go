package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/content"
	"roundup/subscribers"
)

func newEdit(a *app.App) *cobra.Command {
	c := &cobra.Command{
		Use:   "edit",
		Short: "what was changed by hand for the next issue; set its subject, preheader or note",
		Long: `Show what was changed by hand for the next issue: its subject, preheader and note, and
the articles that were pinned, moved, left out or given other words ("roundup articles").
Changes belong to the next issue only, survive every fetch, and are refused for an
issue that has started. A text that has changed upstream since is shown as a conflict.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return showEdits(cmd.Context(), a) },
	}
	c.AddCommand(
		newEditText(a, digest.DoSubject, "set the next issue's subject",
			`Set the next issue's subject. It is printed as it stands; {{ }} works in digest.subject only.`,
			`  roundup edit subject 'What the glacier kept'
  roundup edit subject --undo    # the configuration's again`),
		newEditText(a, digest.DoPreheader, "set the line an inbox shows behind the subject",
			`Set the preheader: the line an inbox shows behind the subject, of which most show 90
characters or so. Where none is set it is made of the headlines the subject leaves out.`,
			`  roundup edit preheader 'And why nobody came to collect it'`),
		newEditText(a, digest.DoNote, "set the editor's words above the articles (Markdown)",
			`Set the editor's note above the next issue's articles, in Markdown: paragraphs, emphasis,
lists, quotations and links. It stands in for digest.note_file in this issue.`,
			`  roundup edit note 'A quiet week, but for one harbour.'
  roundup edit note --file friday.md
  pbpaste | roundup edit note --file -`),
	)
	return c
}

// editedText is where a command that edits a text takes it from.
type editedText struct {
	file string
	undo bool
}

func (e *editedText) flags(c *cobra.Command, files bool) {
	c.Flags().BoolVar(&e.undo, "undo", false, "take back what was set")
	if files {
		c.Flags().StringVar(&e.file, "file", "", "read it from `FILE`; - for standard input")
	}
}

// text returns the text of the arguments, or "" to take it back. Exactly one of
// an argument, --file and --undo says which.
func (e *editedText) text(ctx context.Context, a *app.App, what string, args []string) (string, error) {
	given := 0
	for _, is := range []bool{len(args) > 0, e.file != "", e.undo} {
		if is {
			given++
		}
	}
	if given != 1 {
		return "", &words.UsageError{Msg: what + ": give one text, or --undo", Hint: "quote a text of several words"}
	}
	if e.file != "" {
		return readText(ctx, a, e.file)
	}
	text := strings.Join(args, " ")
	if !e.undo && strings.TrimSpace(text) == "" {
		return "", &words.UsageError{Msg: what + ": the text is empty", Hint: "--undo takes back what was set"}
	}
	return text, nil
}

// mostText is how much of a file with a note is read, in octets.
const mostText = 1 << 20

func readText(ctx context.Context, a *app.App, file string) (string, error) {
	in := terminal.Patient(ctx, a.In)
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", err
		}
		defer func() { _ = f.Close() }() // read only
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, mostText))
	if err != nil {
		return "", err
	}
	if strings.TrimSpace(string(text)) == "" {
		return "", &words.UsageError{Msg: file + " is empty", Hint: "--undo takes back what was set"}
	}
	return string(text), nil
}

func newEditText(a *app.App, do digest.Verb, short, long, example string) *cobra.Command {
	var from editedText
	c := &cobra.Command{
		Use:     string(do) + " [text]",
		Short:   short,
		Long:    long,
		Example: example,
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := from.text(cmd.Context(), a, string(do), args)
			if err != nil {
				return err
			}
			return edit(cmd.Context(), a, digest.Change{Do: do, Text: text})
		},
	}
	from.flags(c, do == digest.DoNote)
	return c
}

// edit makes a change and says so.
func edit(ctx context.Context, a *app.App, c digest.Change) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	done, err := d.Edit(ctx, c, a.Actor())
	if err != nil {
		return err
	}
	a.Printf("%s\n", oneline.Plain(done.Said))
	a.Tell(asjson.Edited{Did: string(c.Do), Article: c.Article, Said: done.Said})
	return nil
}

func showEdits(ctx context.Context, a *app.App) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	p, err := d.Next(ctx)
	if err != nil {
		return err
	}
	line := asjson.EditsOf(p)
	if a.JSON {
		return a.PrintJSON(line)
	}
	if line.Subject+line.Preheader+line.Note == "" && len(line.Articles) == 0 {
		a.Printf("Nothing was changed by hand for issue %d.\n", line.Issue)
		return nil
	}
	last, err := lastEdits(ctx, a)
	if err != nil {
		return err
	}
	a.Printf("Changed by hand for issue %d:\n", line.Issue)
	t := terminal.NewTable(a.People())
	for _, text := range [][2]string{{"subject", line.Subject}, {"preheader", line.Preheader}, {"note", line.Note}} {
		if text[1] != "" {
			t.Row("", text[0], wording.Cut(oneline.Plain(text[1]), 100), lastChanged(whoAndWhen(a, last.Texts[text[0]])))
		}
	}
	for _, e := range line.Articles {
		t.Row(fmt.Sprint(e.ID), wording.Cut(oneline.Plain(cmp.Or(e.Title, "(no title)")), 44), strings.Join(editWords(e), ", "), lastChanged(whoAndWhen(a, last.Articles[e.ID])))
		for _, c := range e.Conflicts {
			t.Row("", "", "→ conflict: "+c)
		}
	}
	return t.Flush()
}

func lastChanged(who string) string {
	if who == "" {
		return ""
	}
	return "last changed " + who
}

// editWords says what was changed of an article.
func editWords(e asjson.ArticleEdit) []string {
	var words []string
	if e.Pinned {
		words = append(words, "pinned")
	}
	if e.Skipped {
		words = append(words, "left out")
	}
	if e.Section != "" {
		words = append(words, "in "+e.Section)
	}
	if e.Place > 0 {
		words = append(words, fmt.Sprintf("place %d", e.Place))
	}
	if e.Headline != "" {
		words = append(words, fmt.Sprintf("headline %q", e.Headline))
	}
	if e.Blurb != "" {
		words = append(words, fmt.Sprintf("blurb %q", wording.Cut(e.Blurb, 60)))
	}
	return words
}

// lastEdits is who changed last what the next issue prints.
func lastEdits(ctx context.Context, a *app.App) (store.Editing, error) {
	st, err := a.Store(ctx)
	if err != nil {
		return store.Editing{}, err
	}
	return st.LastEdits(ctx)
}

// decided reports whether the last that was done to an article, by somebody, is why
// it stands as it does.
func decided(e store.Event, c digest.Candidate, edit digest.ArticleEdit) bool {
	if e.By.Through == subscribers.ThroughSending {
		return false // it follows from the rules
	}
	switch e.What {
	case content.ArticleDropped:
		return c.State == digest.Dropped
	case content.ArticleSkipped:
		return edit.Skip
	case content.ArticlePinned:
		return edit.Pin
	case content.ArticleMoved:
		return edit.Position > 0 || edit.Section != ""
	}
	return false
}

// whoAndWhen says who did something, and when; "" where that is not on record.
func whoAndWhen(a *app.App, e store.Event) string {
	if e.What == "" {
		return ""
	}
	return oneline.Plain(words.ByWhom(e.By)) + ", " + a.Local(e.At)
}
