package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
)

// notice is what the editor is told: one line, and what to do about it.
type notice struct {
	Cause   string `json:"cause"` // stable name of the trouble
	Subject string `json:"subject"`
	Text    string `json:"text"`
	ByMail  string `json:"-"` // what a mail says after Text: readers' addresses, which a URL may show to many; "" for nothing
}

// outboxFor is the notice for every configured recipient. dedupe names this
// one telling: the same dedupe is never queued twice.
func (d *Desk) outboxFor(dedupe string, n notice) ([]store.OutboxMail, error) {
	n.Subject = d.cfg.Newsletter.Name + ": " + n.Subject
	mail := store.OutboxMail{Kind: "notice", Transport: "mail", Subject: n.Subject, Text: n.Text + n.ByMail}
	var all []store.OutboxMail
	for _, to := range d.cfg.Notify.Email {
		mail.Dedupe, mail.Recipient = dedupe+" mail "+to, to
		all = append(all, mail)
	}
	if d.cfg.Notify.URL == "" {
		return all, nil
	}
	body, err := json.Marshal(n)
	if err != nil {
		return nil, err
	}
	return append(all, store.OutboxMail{
		Dedupe: dedupe + " post", Kind: "notice", Transport: "post",
		Recipient: string(d.cfg.Notify.URL), Subject: n.Subject, Text: string(body),
	}), nil
}

// tell tells of something that happened, once.
func (d *Desk) tell(ctx context.Context, dedupe string, n notice) error {
	telling, err := d.outboxFor(dedupe, n)
	if err != nil {
		return err
	}
	for _, m := range telling {
		if _, err := d.store.Enqueue(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

// begin tells of a trouble once while it lasts.
func (d *Desk) begin(ctx context.Context, n notice) error {
	telling, err := d.outboxFor(n.Cause+" begins "+stamp(d.now()), n)
	if err != nil {
		return err
	}
	_, err = d.store.OpenNotice(ctx, n.Cause, telling...)
	return err
}

// end tells that a trouble is over, if the editor was told of it.
func (d *Desk) end(ctx context.Context, n notice) error {
	telling, err := d.outboxFor(n.Cause+" ends "+stamp(d.now()), n)
	if err != nil {
		return err
	}
	_, err = d.store.CloseNotice(ctx, n.Cause, telling...)
	return err
}

// Tell tells the editor what is amiss, as it stands now, and sends what is due
// of the mail that is no issue. It is safe while another process is sending.
func (d *Desk) Tell(ctx context.Context) error {
	for _, do := range []func(context.Context) error{d.tellOfIssues, d.tellIfLate, d.FlushOutbox} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// FlushOutbox sends what is due of the mail that is no issue. What can't be
// handed over now stays queued and is no error.
func (d *Desk) FlushOutbox(ctx context.Context) error {
	if d.mailer == nil {
		return nil
	}
	carrier := delivery.NewCarrier(d.store, d.notices, d.mailer, d.own, d.log)
	_, err := carrier.Flush(ctx)
	return err
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// tellOfIssue tells of an issue's new standing, once per cause.
func (d *Desk) tellOfIssue(ctx context.Context, issue digest.Issue) error {
	name := fmt.Sprintf("issue %d", issue.Number)
	waiting, held := name+" waiting", name+" held"
	switch issue.Status {
	case digest.Waiting:
		// One trouble turned into another: only the present one is news.
		if _, err := d.store.CloseNotice(ctx, held); err != nil {
			return err
		}
		return d.begin(ctx, notice{
			Cause:   waiting,
			Subject: name + " is waiting for the relay",
			Text:    issue.Why + "\n\nIt goes on by itself when the relay takes mail again. Nobody is missed.",
		})
	case digest.Held:
		if _, err := d.store.CloseNotice(ctx, waiting); err != nil {
			return err
		}
		return d.begin(ctx, notice{
			Cause:   held,
			Subject: name + " is held",
			Text: fmt.Sprintf("%s\n\nIt waits for a person. When the cause is mended: roundup issues release %d",
				issue.Why, issue.Number),
		})
	case digest.Sent, digest.Cancelled:
		return d.tellOfEnd(ctx, issue, waiting, held)
	}
	return errors.Join(
		d.end(ctx, notice{Cause: waiting, Subject: name + " goes on", Text: "The relay takes mail again."}),
		d.end(ctx, notice{Cause: held, Subject: name + " goes on", Text: "It was released."}),
	)
}

// tellOfIssues tells of every issue under way, while another run may be sending it.
func (d *Desk) tellOfIssues(ctx context.Context) error {
	issues, err := d.store.UnderWay(ctx)
	if err != nil {
		return err
	}
	for _, issue := range issues {
		if err := d.tellOfIssue(ctx, issue); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) tellOfEnd(ctx context.Context, issue digest.Issue, causes ...string) error {
	for _, cause := range append(causes, lateCause(issue.Slot)) {
		if _, err := d.store.CloseNotice(ctx, cause); err != nil {
			return err
		}
	}
	n, err := d.endNotice(ctx, issue)
	if err != nil {
		return err
	}
	dedupe := "issue " + issue.UID + " " + string(issue.Status)
	if issue.Status == digest.Cancelled {
		dedupe += " " + stamp(issue.Finished) // one that was restored may be cancelled again
	}
	return d.tell(ctx, dedupe, n)
}

// tellOfSlot tells that a slot passed without an issue: silence looks like a fault.
func (d *Desk) tellOfSlot(ctx context.Context, r digest.SlotRecord) error {
	if _, err := d.store.CloseNotice(ctx, lateCause(r.At)); err != nil {
		return err
	}
	cause := fmt.Sprintf("slot %s %s", stamp(r.At), r.Outcome)
	return d.tell(ctx, cause, notice{
		Cause:   cause,
		Subject: fmt.Sprintf("no issue on %s", r.Label),
		Text: fmt.Sprintf("The slot of %s was %s: %s.\nWhat is owed stays owed. See: roundup explain",
			r.Label, r.Outcome, r.Why),
	})
}

func lateCause(slot time.Time) string { return "slot " + stamp(slot) + " late" }

// tellIfLate tells when a slot's issue is not out by slot + notify.late_after.
func (d *Desk) tellIfLate(ctx context.Context) error {
	slot, due, _, err := d.lookForSlot(ctx)
	if err != nil || d.cfg.Notify.LateAfter <= 0 {
		return err
	}
	why := "It has not been started."
	if !due {
		issues, err := d.store.UnderWay(ctx)
		if err != nil {
			return err
		}
		for _, i := range issues {
			if !i.Slot.IsZero() {
				slot, due = i.Slot, true
				why = cmp.Or(strings.TrimSpace(i.Why), fmt.Sprintf("Issue %d is %s.", i.Number, i.Status))
			}
		}
	}
	if !due || d.now().Sub(slot) < d.cfg.Notify.LateAfter {
		return nil
	}
	return d.begin(ctx, notice{
		Cause:   lateCause(slot),
		Subject: "the issue of " + d.calendar.Label(slot) + " is not out",
		Text:    why + "\nSee: roundup report",
	})
}
