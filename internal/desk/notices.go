package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"roundup/config"
	"roundup/delivery"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/store"
	"roundup/store/ledger"
	"roundup/subscribers"
)

// post is a notice as notify.url gets it.
type post struct {
	Cause   string `json:"cause"` // stable name of the trouble
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// outboxFor is the notice for every configured recipient. dedupe names this
// one telling: the same dedupe is never queued twice.
func (d *Desk) outboxFor(dedupe, cause string, n News) ([]store.OutboxMail, error) {
	words := Notice{Subject: cause}
	if d.words != nil {
		words = d.words(n)
	}
	subject := d.cfg.Newsletter.Name + ": " + words.Subject
	mail := store.OutboxMail{Kind: "notice", Transport: "mail", Subject: subject, Text: words.Text + words.ByMail}
	var all []store.OutboxMail
	for _, to := range d.cfg.Notify.Email {
		mail.Dedupe, mail.Recipient = dedupe+" mail "+to, to
		all = append(all, mail)
	}
	if d.cfg.Notify.URL == "" {
		return all, nil
	}
	body, err := json.Marshal(post{Cause: cause, Subject: subject, Text: words.Text})
	if err != nil {
		return nil, err
	}
	return append(all, store.OutboxMail{
		Dedupe: dedupe + " post", Kind: "notice", Transport: "post",
		Recipient: string(d.cfg.Notify.URL), Subject: subject, Text: string(body),
	}), nil
}

// tell tells of something that happened, once.
func (d *Desk) tell(ctx context.Context, dedupe, cause string, n News) error {
	telling, err := d.outboxFor(dedupe, cause, n)
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
func (d *Desk) begin(ctx context.Context, cause string, n News) error {
	telling, err := d.outboxFor(cause+" begins "+stamp(d.now()), cause, n)
	if err != nil {
		return err
	}
	_, err = d.store.OpenNotice(ctx, cause, telling...)
	return err
}

// end tells that a trouble is over, if the editor was told of it.
func (d *Desk) end(ctx context.Context, cause string, n News) error {
	telling, err := d.outboxFor(cause+" ends "+stamp(d.now()), cause, n)
	if err != nil {
		return err
	}
	_, err = d.store.CloseNotice(ctx, cause, telling...)
	return err
}

// Tell tells the editor what is wrong, as it stands now, and sends what is due
// of the mail that is no issue. It is safe while another process is sending.
func (d *Desk) Tell(ctx context.Context) error {
	for _, do := range []func(context.Context) error{d.tellOfIssues, d.tellOfEnded, d.tellOfReturns, d.tellIfLate, d.tellOfSignUps, d.tellOfMailbox, d.tellOfWorkers, d.FlushOutbox} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// FlushOutbox sends what is due of the mail that is no issue. What can't be
// handed over now stays queued and is no error. Nothing leaves where no issue may:
// from a copy, an older database, or a rehearsal, readers and editors would be
// written to a second time.
func (d *Desk) FlushOutbox(ctx context.Context) error {
	var problems config.Problems
	switch err := d.Ready(ctx); {
	case errors.As(err, new(*NotReadyError)), errors.As(err, &problems):
		return nil
	case err != nil:
		return err
	}
	carrier := delivery.NewCarrier(d.store, d, d.mailer, d.own, d.log)
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
		return d.begin(ctx, waiting, News{Kind: IssueWaits, Issue: issue})
	case digest.Held:
		if _, err := d.store.CloseNotice(ctx, waiting); err != nil {
			return err
		}
		return d.begin(ctx, held, News{Kind: IssueHeld, Issue: issue})
	case digest.Sent, digest.Cancelled:
		return d.tellOfEnd(ctx, issue, waiting, held)
	}
	return errors.Join(
		d.end(ctx, waiting, News{Kind: RelayBack, Issue: issue}),
		d.end(ctx, held, News{Kind: Released, Issue: issue}),
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

// toldFor is for how long after an issue ended it is seen to that the editor was told.
const toldFor = 3 * 24 * time.Hour

// tellOfEnded tells of issues that ended lately and of which nobody else has told: a person
// cancelled one that waited or was held, a worker ended it while no desk watched, or a sender
// died just then. Two who tell lose nothing, since it all happens once. A database that is not
// in charge tells of none.
func (d *Desk) tellOfEnded(ctx context.Context) error {
	issues, err := d.store.Unaccounted(ctx, d.now().Add(-toldFor))
	if err != nil || len(issues) == 0 {
		return err
	}
	standing, err := d.store.Standing(ctx)
	if err != nil || !standing.Sends() {
		return err
	}
	for _, issue := range issues {
		tally, err := d.store.Tally(ctx, issue.ID)
		if err != nil {
			return err
		}
		if tally.Sending > 0 {
			continue // cancelled a moment ago: what is on the wire is counted first
		}
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
	if d.list != nil && issue.Status == digest.Sent {
		suppressed, err := d.list.AfterIssue(ctx, issue.Number, d.by.Via(subscribers.ThroughReturns))
		if err != nil {
			return err
		}
		if suppressed > 0 {
			d.log.Info("readers are not mailed any more", "issue", issue.Number, "readers", suppressed)
		}
	}
	n, err := d.newsOfEnd(ctx, issue)
	if err != nil {
		return err
	}
	dedupe := "issue " + issue.UID + " " + string(issue.Status)
	if issue.Status == digest.Cancelled {
		dedupe += " " + stamp(issue.Finished) // one that was restored may be cancelled again
	}
	if err := d.tell(ctx, dedupe, fmt.Sprintf("issue %d %s", issue.Number, issue.Status), n); err != nil {
		return err
	}
	return d.store.NoteAccounted(ctx, issue.ID)
}

// tellOfSlot tells that a slot passed without an issue: silence looks like a fault.
func (d *Desk) tellOfSlot(ctx context.Context, r schedule.Slot) error {
	if _, err := d.store.CloseNotice(ctx, lateCause(r.At)); err != nil {
		return err
	}
	cause := fmt.Sprintf("slot %s %s", stamp(r.At), r.Outcome)
	return d.tell(ctx, cause, cause, News{Kind: NoIssue, Slot: r})
}

func lateCause(slot time.Time) string { return "slot " + stamp(slot) + " late" }

// tellIfLate tells when a slot's issue is not out by slot + notify.late_after.
func (d *Desk) tellIfLate(ctx context.Context) error {
	slot, due, _, err := d.LookForSlot(ctx)
	if err != nil || d.cfg.Notify.LateAfter <= 0 {
		return err
	}
	n := News{Kind: IssueLate}
	if !due {
		issues, err := d.store.UnderWay(ctx)
		if err != nil {
			return err
		}
		for _, i := range issues {
			if !i.Slot.IsZero() {
				slot, due, n.Issue = i.Slot, true, i
			}
		}
	}
	if !due || d.now().Sub(slot) < d.cfg.Notify.LateAfter {
		return nil
	}
	n.Slot = schedule.Slot{At: slot, Label: d.calendar.Label(slot)}
	if n.Slot.Why, err = d.store.Refusal(ctx, slot); err != nil {
		return err
	}
	return d.begin(ctx, lateCause(slot), n)
}

// tellOfSignUps tells when the hour's confirmations are used up, and when there are some
// again. Half of them are then free, or it would tell the same every few minutes.
func (d *Desk) tellOfSignUps(ctx context.Context) error {
	const cause = "sign-ups stopped"
	most := d.cfg.Web.SignUpsPerHour
	if most == 0 {
		return nil
	}
	n, err := d.store.SignUps(ctx, d.now().Add(-time.Hour))
	switch {
	case err != nil:
		return err
	case n >= most:
		return d.begin(ctx, cause, News{Kind: SignUpsStopped})
	case n <= most/2:
		return d.end(ctx, cause, News{Kind: SignUpsGoOn})
	}
	return nil
}

// failuresTold is how many readers, and how many reasons, a notice names.
const failuresTold = 10

// newsOfEnd accounts for an issue that is over: how many have it, and who has
// not, with the servers' words.
func (d *Desk) newsOfEnd(ctx context.Context, issue digest.Issue) (News, error) {
	n := News{Kind: IssueOver, Issue: issue}
	var err error
	if n.Sum, err = d.Summary(ctx, issue); err != nil {
		return n, err
	}
	if n.Without, err = d.store.WithoutSources(ctx, issue.ID); err != nil {
		return n, err
	}
	if n.Reasons, err = d.failedBecause(ctx, issue); err != nil {
		return n, err
	}
	n.MoreReasons = max(len(n.Reasons)-failuresTold, 0)
	n.Reasons = n.Reasons[:len(n.Reasons)-n.MoreReasons]
	if n.Sum.Failed > 0 {
		n.Failed, err = d.failedReaders(ctx, issue.Number)
	}
	return n, err
}

// failedBecause lists the reasons for which readers failed, the most frequent
// first, without addresses.
func (d *Desk) failedBecause(ctx context.Context, issue digest.Issue) ([]Reason, error) {
	refusals, err := d.store.Refusals(ctx, issue.ID)
	if err != nil {
		return nil, err
	}
	readers := map[string]int{}
	for _, r := range refusals {
		if r.State == delivery.Failed {
			readers[r.Words] += r.Count
		}
	}
	var reasons []Reason
	for words, n := range readers {
		reasons = append(reasons, Reason{words, n})
	}
	slices.SortFunc(reasons, func(a, b Reason) int {
		return cmp.Or(b.Readers-a.Readers, strings.Compare(a.Words, b.Words))
	})
	return reasons, nil
}

// failedReaders are the first readers who failed.
func (d *Desk) failedReaders(ctx context.Context, number int) ([]ledger.DeliveryRecord, error) {
	var failed []ledger.DeliveryRecord
	for r, err := range d.store.Deliveries(ctx, number, ledger.DeliveryFilter{State: delivery.Failed}) {
		if err != nil {
			return nil, err
		}
		if failed = append(failed, r); len(failed) == failuresTold {
			break
		}
	}
	return failed, nil
}
