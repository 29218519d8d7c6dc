package editor

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"roundup/digest"
	"roundup/internal/check"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/internal/list"
	"roundup/subscribers"
)

var (
	_ Desk    = (*DeskView)(nil)
	_ Checker = (*DeskView)(nil)
	_ Fetcher = (*DeskView)(nil)
)

// DeskView is the weekly job's desk as an editor sees it: what is behind the page,
// with what it says in an editor's words. It changes nothing but by the desk.
type DeskView struct {
	// Desk returns the desk as it is configured at this moment; with an error, which
	// says why it can't be made, the last there was.
	Desk    func(context.Context) (*desk.Desk, error)
	Readers *list.List
	At      time.Time                          // the slot looked at; zero for the next
	Checker func(*desk.Desk) *check.Checker    // of what that desk's sends depend on
	File    func(digest.Issue) ([]byte, error) // the issue as JSON, to be kept
	// Unmailed words why a reader gets no mail, with days as they are in that place.
	Unmailed func(list.Unmailed, *time.Location) string
}

// Stamp differs whenever the page may look different.
func (v *DeskView) Stamp(ctx context.Context) (string, error) {
	d, broken := v.Desk(ctx)
	stamp, err := d.Stamp(ctx)
	if broken != nil {
		stamp += " " + broken.Error()
	}
	return stamp, worded(err)
}

// Preview puts the next issue together anew. An address nobody has is no
// mistake: the page says so and shows the stand-in's mail.
func (v *DeskView) Preview(ctx context.Context, as string) (Preview, error) {
	d, err := v.Desk(ctx)
	if err != nil {
		return Preview{}, worded(err)
	}
	plan, err := d.Preview(ctx, v.At)
	if err != nil {
		return Preview{}, worded(err)
	}
	shown, reader, notes, err := v.shown(ctx, d, plan, as)
	var mail planner.Draft
	if err == nil {
		mail, err = d.Draft(shown, reader)
	}
	if err != nil {
		return Preview{Issue: plan.Issue, Edits: plan.Edits, Language: d.Config().Newsletter.Language}, worded(err)
	}
	p := previewOf(d, plan, mail)
	p.Variants = variantsOf(plan, shown.Variant)
	p.Subject, p.Preheader = shown.Issue.Subject, shown.Issue.Preheader
	p.Notes = append(notes, plan.Notes()...)
	p.Checks = checkResults(v.Checker(d).LookAtPlan(plan, mail))
	if p.JSON, err = v.File(plan.Issue); err != nil {
		return p, worded(err)
	}
	if p.Growth, err = v.growth(ctx, d); err != nil {
		return p, worded(err)
	}
	if p.Issued, err = issuedOf(ctx, d); err != nil {
		return p, worded(err)
	}
	p.Notices, err = notices(ctx, d, plan, len(leftOf(p)) > 0)
	return p, worded(err)
}

// shown is a plan as whoever is asked for gets the issue. For whom it has no mail, the
// page says so and shows the whole issue.
func (v *DeskView) shown(ctx context.Context, d *desk.Desk, p planner.Plan, as string) (planner.Plan, *subscribers.Subscriber, []string, error) {
	if variant, is := variantAsked(p, as); is {
		p, err := d.As(p, variant)
		return p, nil, nil, err
	}
	if strings.HasPrefix(as, asSections) {
		return p, nil, []string{"Nobody gets those sections alone any more: shown is the whole issue"}, nil
	}
	reader, notes := v.reader(ctx, as, p.Issue.Slot, d.Config().Newsletter.Timezone)
	if reader == nil {
		return p, nil, notes, nil
	}
	variant := p.VariantFor(reader.Choice)
	if variant.Unsent != "" {
		return p, reader, append(notes, "This reader gets no mail of this issue: "+variant.Unsent+". Shown is the whole issue"), nil
	}
	p, err := d.As(p, variant)
	return p, reader, notes, err
}

// reader is whom the mail is shown as, and why they get none of an issue; nil for a
// stand-in, with why where somebody was asked for.
func (v *DeskView) reader(ctx context.Context, as string, slot time.Time, zone *time.Location) (reader *subscribers.Subscriber, notes []string) {
	if as == "" {
		return nil, nil
	}
	addr, err := subscribers.ParseAddress(as)
	if err == nil {
		found, ferr := v.Readers.Find(ctx, addr)
		if ferr == nil {
			if u := v.Readers.Unmailed(found, slot); u.Why != "" {
				notes = append(notes, "This reader gets no mail of this issue: "+v.Unmailed(u, zone)+". Shown is what it would be")
			}
			return &found.Subscriber, notes
		}
		err = ferr
	}
	return nil, []string{"Shown as a stand-in gets it: " + errorWords(err)}
}

// previewOf is a planned issue and its mail as the page shows them.
func previewOf(d *desk.Desk, plan planner.Plan, mail planner.Draft) Preview {
	cfg := d.Config()
	p := Preview{
		Name: cfg.Newsletter.Name, When: plan.SlotLabel, Example: plan.Example,
		From:     cmp.Or(cfg.Mail.From.Name, cfg.Mail.From.Address, cfg.Newsletter.Name),
		Language: cfg.Newsletter.Language, Location: cfg.Newsletter.Timezone,
		Issue: plan.Issue, Fates: plan.Selection.Fates, Edits: plan.Edits, Conflicts: plan.Conflicts(),
		HTML: mail.Shown, Text: mail.Text, Mail: mail.Data,
	}
	for _, s := range d.Sections() {
		p.Sections = append(p.Sections, s.Title)
	}
	if len(cfg.Notify.Email) > 0 {
		p.TestTo = cfg.Notify.Email[0]
	}
	return p
}

// notices say at the top of the page what the editor must know first; left says
// whether articles are listed that are not in the issue.
func notices(ctx context.Context, d *desk.Desk, p planner.Plan, left bool) ([]Notice, error) {
	obstacles, err := d.Obstacles(ctx, p)
	if err != nil {
		return nil, err
	}
	all := noticesOf(obstacles, p.Issue.Number, left)
	sources, err := d.Sources(ctx)
	if err != nil {
		return nil, err
	}
	var unread []failing
	for _, s := range sources {
		if s.LastError != "" {
			unread = append(unread, failing{source: s.URL, why: s.LastError, last: s.LastReadAt})
		}
	}
	if n, ok := sourceNotice(len(sources), unread, d.Config().Newsletter.Timezone); ok {
		all = append(all, n)
	}
	return all, nil
}

// editing is who makes changes here: nobody signs in, so nobody is named.
func editing() subscribers.Actor { return subscribers.Actor{Kind: subscribers.Editor} }

// Edit makes a change to the next issue.
func (v *DeskView) Edit(ctx context.Context, c digest.Change) (Edited, error) {
	d, err := v.Desk(ctx)
	if err != nil {
		return Edited{}, worded(err)
	}
	c.Slot = v.At
	done, err := d.Edit(ctx, c, editing())
	if err != nil {
		return Edited{}, worded(err)
	}
	return Edited{Said: done.Said, Undo: func(ctx context.Context) error {
		d, err := v.Desk(ctx)
		if err == nil {
			err = d.Undo(ctx, done, editing())
		}
		return worded(err)
	}}, nil
}

// SendTest mails the issue to one address.
func (v *DeskView) SendTest(ctx context.Context, to string) (string, error) {
	d, err := v.Desk(ctx)
	if err != nil {
		return "", worded(err)
	}
	addr, err := subscribers.ParseAddress(to)
	if err != nil {
		return "", worded(err)
	}
	if _, err := d.SendTest(ctx, v.At, []string{addr.Given}); err != nil {
		return "", worded(err)
	}
	return fmt.Sprintf("A test was handed to %s for %s.", d.Config().SMTP.Host, addr.Given), nil
}

// Fetch reads the sources now.
func (v *DeskView) Fetch(ctx context.Context) (string, error) {
	d, err := v.Desk(ctx)
	if err != nil {
		return "", worded(err)
	}
	fetched, err := d.Fetch(ctx)
	if err != nil {
		return "", worded(err)
	}
	return readWords(fetched)
}

// Check looks at everything a send depends on.
func (v *DeskView) Check(ctx context.Context) ([]CheckResult, error) {
	d, err := v.Desk(ctx)
	if err != nil {
		return nil, worded(err)
	}
	return checkResults(v.Checker(d).Look(ctx, check.Extent{Spam: "spamassassin"})), nil
}

// checkResults are findings for the page. What is wrong with the issue is mended
// on the page, what is wrong with the rest by somebody else.
func checkResults(found []finding.Finding) []CheckResult {
	results := make([]CheckResult, len(found))
	for i, f := range found {
		results[i] = CheckResult{
			State: CheckState(f.Outcome), Group: f.Group.Title(), What: f.What, Detail: withoutSockets(f.Detail), Hint: findingHint(f),
			Articles: f.Articles, System: !f.Group.OfIssue(),
		}
		for _, r := range f.Publish {
			results[i].Publish = append(results[i].Publish, check.ZoneLine(r))
		}
	}
	return results
}
