package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/digest"
	"roundup/internal/asjson"
	"roundup/internal/desk"
	"roundup/internal/wording"
	"roundup/store/content"
)

func newSources(a *app.App) *cobra.Command {
	list := &cobra.Command{
		Use:   "list",
		Short: "what each source last said",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return listSources(cmd.Context(), a) },
	}
	c := &cobra.Command{
		Use:   "sources",
		Short: "what the sources last said; settle a quarantine",
		Args:  cobra.NoArgs,
		RunE:  list.RunE,
	}
	c.AddCommand(list,
		&cobra.Command{
			Use:   "accept [source]",
			Short: "its quarantined articles are news: owe them; or it may be empty",
			Long: quarantineWords + `

A source that had articles and has none any more counts as failing, since most often it
is broken: what was read of it before stays owed. "accept" says that it may be empty.`,
			Args: maybeSource,
			RunE: func(cmd *cobra.Command, args []string) error {
				return acceptSource(cmd.Context(), a, strings.Join(args, ""))
			},
		},
		&cobra.Command{
			Use:   "ignore [source]",
			Short: "its quarantined articles are old: never owe them",
			Long:  quarantineWords,
			Args:  maybeSource,
			RunE: func(cmd *cobra.Command, args []string) error {
				return settleSource(cmd.Context(), a, strings.Join(args, ""), false, "known now, never owed")
			},
		})
	return c
}

// quarantineWords say what a quarantine is.
const quarantineWords = `A source that suddenly shows many unknown articles dated before its last reading has
most likely changed its links or its archive. These are quarantined, and the editor is
told: issues go without them, and with whatever is new, until somebody looks. "accept" owes them to the next issue, "ignore" makes them
known and never owed. "roundup sources" names the sources; where only one waits for a decision, it need not be named.`

func listSources(ctx context.Context, a *app.App) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	records, err := d.Sources(ctx)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		a.Printf("No source is configured. Add one under sources: in %s.\n", a.Settings.Path)
	}
	t := terminal.NewTable(a.People(), "SOURCE", "TITLE", "LAST READ", "ITEMS", "STANDING")
	for _, r := range records {
		if a.JSON {
			if err := a.PrintJSON(asjson.SourceOf(r)); err != nil {
				return err
			}
			continue
		}
		t.Row(terminal.CutMiddle(r.URL, 44), wording.Cut(r.Title, 24), a.Local(r.LastReadAt), strconv.Itoa(r.Items), standing(a, r))
	}
	if a.JSON || len(records) == 0 {
		return nil
	}
	return t.Flush()
}

func standing(a *app.App, r content.SourceRecord) string {
	var words []string
	if r.LastError != "" {
		words = append(words, "failing since "+a.Local(r.FailingSince)+": "+r.LastError)
	}
	if digest.SaysEmptied(r.LastError) {
		words = append(words, "if it may be empty: `roundup sources accept`")
	}
	if r.Damage != "" && r.LastError == "" {
		words = append(words, "damaged since "+a.Local(r.DamagedSince)+": "+r.Damage)
	}
	if r.Quarantined > 0 {
		words = append(words, wording.Count(r.Quarantined, "article")+" quarantined: `roundup sources accept` or `ignore`")
	}
	switch {
	case len(words) > 0:
	case r.LastReadAt.IsZero():
		words = append(words, "not read yet")
	default:
		words = append(words, "fine")
	}
	return strings.Join(words, "; ")
}

// acceptSource takes a source at its word: that it is empty, or that what is
// quarantined is news.
func acceptSource(ctx context.Context, a *app.App, given string) error {
	d, source, err := namedSource(ctx, a, given)
	if err != nil {
		return err
	}
	empty, err := d.AcceptEmpty(ctx, source, a.Actor())
	if err != nil {
		return err
	}
	if empty {
		a.Printf("%s may be empty from now on.\n", source)
		a.Tell(asjson.Settled{Source: source, Accepted: true, MayBeEmpty: true})
		return nil
	}
	return settleSource(ctx, a, source, true, "now owed")
}

func settleSource(ctx context.Context, a *app.App, given string, accept bool, now string) error {
	d, source, err := namedSource(ctx, a, given)
	if err != nil {
		return err
	}
	n, err := d.SettleQuarantine(ctx, source, accept, a.Actor())
	if err != nil {
		return err
	}
	a.Tell(asjson.Settled{Source: source, Accepted: accept, Articles: n})
	if n == 0 {
		a.Printf("Nothing of %s is quarantined.\n", source)
		return nil
	}
	a.Printf("%s of %s: %s.\n", wording.Count(n, "article"), source, now)
	return nil
}

// maybeSource checks for at most one source. "" is none, and not the only one that waits.
func maybeSource(cmd *cobra.Command, args []string) error {
	if len(args) == 1 && strings.TrimSpace(args[0]) == "" {
		return errors.New("the source's name is empty: " + words.NotSet)
	}
	return cobra.MaximumNArgs(1)(cmd, args)
}

// namedSource returns the desk and the name of the source a person means.
func namedSource(ctx context.Context, a *app.App, given string) (*desk.Desk, string, error) {
	d, err := a.Desk(ctx)
	if err != nil {
		return nil, "", err
	}
	source, err := findSource(ctx, d, given)
	return d, source, err
}

// findSource returns the name of the source a person means: its name in
// `roundup sources`, its title, or a part of the name that only one has; "" is the
// only one that waits for a decision.
func findSource(ctx context.Context, d *desk.Desk, given string) (string, error) {
	records, err := d.Sources(ctx)
	if err != nil {
		return "", err
	}
	if given == "" {
		return onlyWaiting(records)
	}
	var near []string
	for _, r := range records {
		if r.URL == given || strings.EqualFold(r.Title, given) {
			return r.URL, nil
		}
		if strings.Contains(r.URL, given) {
			near = append(near, r.URL)
		}
	}
	switch len(near) {
	case 0:
		return "", &words.UsageError{Msg: fmt.Sprintf("there is no source %q", given), Hint: "`roundup sources` names them"}
	case 1:
		return near[0], nil
	}
	return "", &words.UsageError{Msg: fmt.Sprintf("%q may be any of %d sources", given, len(near)), Hint: "one of " + strings.Join(near, ", ")}
}

// onlyWaiting returns the name of the only source that waits for accept or ignore.
func onlyWaiting(records []content.SourceRecord) (string, error) {
	var waiting []string
	for _, r := range records {
		if r.Quarantined > 0 || digest.SaysEmptied(r.LastError) {
			waiting = append(waiting, r.URL)
		}
	}
	switch len(waiting) {
	case 0:
		return "", &words.UsageError{Msg: "no source waits for a decision", Hint: "`roundup sources` says how each one stands"}
	case 1:
		return waiting[0], nil
	}
	return "", &words.UsageError{Msg: fmt.Sprintf("%d sources wait for a decision: name one", len(waiting)), Hint: "one of " + strings.Join(waiting, ", ")}
}
