package setup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"roundup/internal/desk/planner"
	"roundup/store/content"

	"github.com/spf13/cobra"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/engine"
)

// adoptOptions are what a person knows that the database does not.
type adoptOptions struct {
	since
	nothing  bool     // no issue went out since
	moved    bool     // it was moved, and the other one will never send again
	from     []string // files with mails of issues that did
	leavings []string // records, from elsewhere, of who left
	lost     bool     // a record of who left can't be had any more
}

func newAdopt(a *app.App) *cobra.Command {
	var o adoptOptions
	c := &cobra.Command{
		Use:   "adopt",
		Short: "make a restored, copied or moved database the one that sends",
		Long: `A database that is a copy, is older than what was here, or was never here before sends
nothing until it is adopted: issues may have gone out since that it does not know of,
and would go out again. adopt asks what they were, puts it on record, and makes this
the database that sends. Stop the other one first.

Say one of: --nothing-sent; --from with a copy of the last issue, of which number and
articles are read (of every issue since, if there were more; of a reader who gets every
section); or --already-sent-until, which takes every article up to a time for sent.

Who left since is on record beside the database (roundup.left) and leaves again.
Issues under way are held, until you release or cancel them.

What ` + "`roundup move`" + ` left behind is adopted only with --other-is-gone: the database it was
moved to sends, and readers would get each issue from both. Where that one is lost, its
newest backup, put in its place and adopted there, knows more. Who left at the other one
leaves again: its record is found by itself, and where it can't be read nothing is adopted
without --leavings, a copy of it, or --leavings-lost.

--leavings also takes the records of other machines, and of a database in charge already.`,
		Example: `  roundup adopt --from last-issue.eml
  roundup adopt --nothing-sent
  roundup adopt --next-number 13 --already-sent-until 2026-11-27`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return adopt(cmd.Context(), a, o) },
	}
	o.flags(c)
	c.Flags().BoolVar(&o.nothing, "nothing-sent", false, "no issue went out since")
	c.Flags().BoolVar(&o.moved, "other-is-gone", false, "the database was moved, and the one it was moved to will never send again")
	c.Flags().StringArrayVar(&o.leavings, "leavings", nil, "who left is also on record in `FILE`, a copy of a roundup.left from elsewhere; may be repeated")
	c.Flags().BoolVar(&o.lost, "leavings-lost", false, "the record of who left since a move is lost: mail them again")
	c.Flags().StringArrayVar(&o.from, "from", nil, "read number and articles of an issue that went out from its mail in `FILE` (- for standard input); may be repeated")
	c.MarkFlagsMutuallyExclusive("nothing-sent", "from")
	c.MarkFlagsMutuallyExclusive("nothing-sent", "already-sent-until")
	return c
}

// adoption is an adopt under way: the answers so far and what they are about.
type adoption struct {
	adoptOptions
	standing store.Standing
	last     int // the last issue the database knows
	next     int // number of the next one, if nothing else is known
	issues   []planner.Received
}

// sinceHere is the last issue that started here and that the database does not
// know; 0 for none that is known of.
func (p *adoption) sinceHere() int {
	if p.standing.LastIssue > p.last {
		return p.standing.LastIssue
	}
	return 0
}

// answered reports whether it was said what went out since.
func (p *adoption) answered() bool { return p.nothing || p.sentUntil != "" || len(p.from) > 0 }

func adopt(ctx context.Context, a *app.App, o adoptOptions) error {
	if err := o.check(a.Now()); err != nil {
		return err
	}
	st, err := a.Store(ctx)
	if err != nil {
		return err
	}
	p := adoption{adoptOptions: o}
	p.standing, err = st.Standing(ctx)
	if moved := new(engine.MovedError); errors.As(err, &moved) {
		p.standing.Case, p.standing.Detail = store.Copy, "it was moved to "+moved.To
		err = p.askWhetherGone(ctx, a, st, moved)
	}
	if err != nil {
		return err
	}
	if p.standing.Sends() && len(p.leavings) > 0 {
		return p.playBack(ctx, a, st)
	}
	if p.standing.Sends() {
		a.Printf("This database is the one that sends already: nothing to adopt.\n")
		a.Tell(asjson.Adopted{})
		return nil
	}
	a.Printf("About this database: %s.\n", p.standing.Detail)
	if err := p.findRecords(ctx, a, st); err != nil {
		return err
	}
	if p.next, err = st.NextNumber(ctx); err != nil {
		return err
	}
	p.last = p.next - 1
	if a.Interactive() && !p.answered() {
		if err := askSince(ctx, a, &p); err != nil {
			return &words.HintedError{Err: err, Hint: "nothing was changed"}
		}
	}
	if err := readIssues(ctx, a, &p); err != nil {
		return err
	}
	if err := p.settle(); err != nil {
		return err
	}
	until, err := p.until(a.Settings.Newsletter.Timezone, a.Now())
	if err != nil {
		return err
	}
	answers := p.records()
	answers.NextNumber, answers.AlreadySentUntil, answers.Issues, answers.By = p.nextNumber, until, p.sent(), a.Actor()
	done, err := st.Adopt(ctx, answers)
	if err != nil {
		return err
	}
	if err := sayAdopted(ctx, a, st, done); err != nil {
		return err
	}
	if until.IsZero() {
		a.Printf("Adopted: the next issue is %d.\n", p.nextNumber)
	} else {
		a.Printf("Adopted: the next issue is %d, and articles up to %s are not sent again.\n", p.nextNumber, a.Local(until))
	}
	a.Tell(asjson.AdoptedOf(done, p.nextNumber, until))
	return saySlot(ctx, a)
}

// askWhetherGone makes sure of a database that was moved that the other one will never send
// again: both would mail every reader.
func (p *adoption) askWhetherGone(ctx context.Context, a *app.App, st *store.Store, moved *engine.MovedError) (err error) {
	if !p.moved && a.Interactive() {
		q := terminal.NewAsker(ctx, a.In, a.Err)
		p.moved, err = q.Yes(fmt.Sprintf("It was moved to %s, which sends in its place. Is that one gone, with all its backups, and will never send again? (y or n): ", moved.To))
	}
	switch {
	case err != nil:
		return &words.HintedError{Err: err, Hint: "nothing was changed"}
	case !p.moved:
		return &words.HintedError{Err: moved, Hint: words.MovedHint(moved) +
			"; where that one is lost, put its newest backup in its place and adopt that; only where there is none, adopt this one with --other-is-gone" +
			p.recordsHint(ctx, st)}
	}
	return nil
}

// readIssues reads the mails given by --from. What the database knows itself is
// passed over.
func readIssues(ctx context.Context, a *app.App, p *adoption) error {
	for _, file := range p.from {
		m, err := readMail(ctx, a, "--from", file)
		if err != nil {
			return err
		}
		issue, err := planner.ReceivedIssue(a.Settings, m)
		switch {
		case errors.Is(err, planner.ErrUnclear):
			return &words.HintedError{Err: fmt.Errorf("%s: %w", file, err), Hint: "give the copy of a reader who gets every section, or --already-sent-until TIME instead"}
		case err != nil:
			return &words.HintedError{Err: fmt.Errorf("%s: %w", file, err), Hint: "save a reader's copy of an issue, whole and not forwarded"}
		case issue.Number == 0 && p.nextNumber == 0:
			return &words.UsageError{Msg: file + ": the mail does not carry the issue's number", Hint: "add --next-number with the number after it"}
		case issue.Number == 0:
			issue.Number = p.nextNumber - 1
		}
		if issue.Number <= p.last {
			a.Printf("%s is issue %d, which is on record already.\n", file, issue.Number)
			continue
		}
		if issue.Of == 0 && len(a.Settings.Digest.SectionKeys()) > 1 {
			a.Warn("%s does not say whether it is the whole issue: where its reader turned sections off, what this copy lacks is sent again to everybody", file)
		}
		if at := slices.IndexFunc(p.issues, func(r planner.Received) bool { return r.Number == issue.Number }); at >= 0 {
			p.issues[at].Join(issue)
			continue
		}
		p.issues = append(p.issues, issue)
	}
	return p.whole()
}

// whole refuses copies that together have only a part of an issue: the rest of it would be
// sent again to everybody.
func (p *adoption) whole() error {
	for _, issue := range p.issues {
		if n := issue.Missing(); n > 0 && p.sentUntil == "" {
			return &words.UsageError{
				Msg: fmt.Sprintf("%d of the %d articles of issue %d are not in this copy, since its reader turned sections off: they would be sent again",
					n, issue.Of, issue.Number),
				Hint: "give the copy of a reader who gets every section, or add others with --from; or --already-sent-until TIME",
			}
		}
	}
	return nil
}

// sent are the issues as the database takes them.
func (p *adoption) sent() []content.SentIssue {
	all := make([]content.SentIssue, len(p.issues))
	for i, issue := range p.issues {
		all[i] = issue.SentIssue
	}
	return all
}

// settle works out the next issue's number, or says what is missing.
func (p *adoption) settle() error {
	newest := p.sinceHere()
	given := map[int]bool{}
	for _, issue := range p.issues {
		newest, given[issue.Number] = max(newest, issue.Number), true
	}
	switch {
	case p.nextNumber > 0 && p.nextNumber <= p.last:
		return &words.UsageError{Msg: fmt.Sprintf("--next-number: issue %d is on record already; the next is %d or more", p.nextNumber, p.next)}
	case p.nextNumber > 0 && p.nextNumber <= newest:
		return &words.UsageError{Msg: fmt.Sprintf("--next-number: issue %d has started already; the next is %d or more", p.nextNumber, newest+1)}
	case p.nothing && p.sinceHere() > 0:
		return &words.UsageError{
			Msg:  fmt.Sprintf("--nothing-sent: issue %d has started here since", p.sinceHere()),
			Hint: "roundup adopt --from FILE, with the mail of that issue as a reader got it",
		}
	case !p.answered(), len(p.from) > 0 && len(p.issues) == 0 && p.sentUntil == "", p.sentUntil != "" && p.nextNumber == 0 && newest == 0:
		return p.unanswered()
	}
	if p.nextNumber > 0 || p.sentUntil != "" {
		p.nextNumber = cmp.Or(p.nextNumber, newest+1)
		return nil
	}
	for n := p.last + 1; n <= newest; n++ {
		if !given[n] {
			return &words.UsageError{
				Msg:  fmt.Sprintf("issue %d has started as well, and its articles would be sent again", n),
				Hint: fmt.Sprintf("add its mail with another --from; where it reached nobody, add --next-number %d", newest+1),
			}
		}
	}
	p.nextNumber = max(p.next, newest+1)
	return nil
}

func (p *adoption) unanswered() error {
	e := &words.UsageError{Msg: "say what went out since the copy was made"}
	if n := p.sinceHere(); n > 0 {
		e.Hint = fmt.Sprintf("roundup adopt --from FILE, with the mail of issue %d as a reader got it; or --already-sent-until TIME   (the last issue it knows is %d)", n, p.last)
		return e
	}
	e.Hint = fmt.Sprintf("roundup adopt --nothing-sent, or --from FILE (the mail of the last issue), or --next-number %d --already-sent-until TIME   (the last issue it knows is %d)",
		p.next, p.last)
	return e
}

// sayAdopted tells what an adoption did.
func sayAdopted(ctx context.Context, a *app.App, st *store.Store, done store.Adopted) error {
	for _, i := range done.Issues {
		a.Printf("Issue %d of %s carried %s: %d no longer owed, %d not owed before, %d not known here yet.\n",
			i.Number, a.Local(i.Start), wording.Count(len(i.Links), "article"), i.Settled, i.Known, len(i.Unknown))
		if len(i.Unknown) > 0 {
			a.Printf("What is not known yet counts as sent when a feed brings it:\n  %s\n", strings.Join(i.Unknown, "\n  "))
		}
	}
	sayReplayed(a, done.Replayed, done.Records, done.Missing)
	held, err := st.UnderWay(ctx)
	if err != nil {
		return err
	}
	for _, i := range held {
		a.Printf("Issue %d was under way when the copy was made and is held: `roundup issues release %d` sends it to who has not got it by this database, `roundup issues cancel %d` to nobody more.\n",
			i.Number, i.Number, i.Number)
	}
	return nil
}

// saySlot names the slot that counts next: those up to what went out elsewhere do not.
func saySlot(ctx context.Context, a *app.App) error {
	d, err := a.Desk(ctx)
	if err != nil {
		return err
	}
	s, err := d.Schedule(ctx, 1, 1)
	switch {
	case err != nil:
		return err
	case !s.Due.IsZero():
		a.Printf("The slot of %s is due: `roundup send` starts its issue.\n", s.Label(s.Due))
	case len(s.Next) > 0:
		a.Printf("The next slot that counts is %s.\n", s.Label(s.Next[0]))
	}
	return nil
}

// askSince asks on the terminal what went out since.
func askSince(ctx context.Context, a *app.App, p *adoption) error {
	q := terminal.NewAsker(ctx, a.In, a.Err)
	if n := p.sinceHere(); n > 0 {
		q.Sayf("Issue %d has started here since.\n", n)
	} else {
		sent, err := q.Ask(fmt.Sprintf("Did an issue go out after issue %d, the last it knows? (y or n): ", p.last))
		if err != nil {
			return err
		}
		switch strings.ToLower(sent) {
		case "n", "no":
			p.nothing = true
			return nil
		case "y", "yes":
		default:
			return &words.UsageError{Msg: fmt.Sprintf("%q is neither y nor n", sent)}
		}
	}
	file, err := q.Ask("File with the mail of that issue, as a reader got it (Enter for none): ")
	if err != nil {
		return err
	}
	if file != "" {
		p.from = []string{file}
		return nil
	}
	next := max(p.next, p.sinceHere()+1)
	number, err := q.Ask(fmt.Sprintf("Number of the next issue [%d]: ", next))
	if err != nil {
		return err
	}
	if number == "" {
		number = strconv.Itoa(next)
	}
	if p.nextNumber, err = strconv.Atoi(number); err != nil {
		return &words.UsageError{Msg: fmt.Sprintf("%q is not a number", number)}
	}
	if p.sentUntil, err = q.Ask("Articles up to which day or time went out already? [now]: "); p.sentUntil == "" {
		p.sentUntil = a.Now().Format(time.RFC3339)
	}
	return err
}
