package desk

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/desk/planner"
	"roundup/internal/loopback"
)

// NotReadyError says why nothing may be sent. What to do about it follows from
// the code.
type NotReadyError struct {
	Code Code
	Why  string
}

func (e *NotReadyError) Error() string { return e.Why }

// Ready checks what must hold before any mail leaves: complete settings, a
// database that is in charge here (promise 5), and a relay on loopback while the
// calendar is a rehearsal's. Readers' way out is WayOut's.
func (d *Desk) Ready(ctx context.Context) error {
	if problems := d.cfg.SendProblems(); len(problems) > 0 {
		return problems
	}
	if d.rehearsal && !loopback.Is(d.cfg.SMTP.Host) {
		return &NotReadyError{
			Code: Rehearsing,
			Why:  fmt.Sprintf("%s is set, so this is a rehearsal, and smtp.host %s is not on this machine", ClockVariable, d.cfg.SMTP.Host),
		}
	}
	standing, err := d.store.Standing(ctx)
	if err != nil {
		return err
	}
	if !standing.Sends() {
		return &NotReadyError{Code: NotInCharge, Why: "this database sends nothing yet: " + standing.Detail}
	}
	return nil
}

// ReadyToWork is Ready for a worker, which may find the issue under way: what a desk
// looks at before it carries one on.
func (d *Desk) ReadyToWork(ctx context.Context) error {
	call, end := d.settings(RunOptions{}).Call(ctx)
	defer end()
	if err := d.Ready(call); err != nil {
		return err
	}
	return d.wholeToday(ctx)
}

// ClockVariable names the environment variable that starts the calendar at
// another moment, for tests and rehearsals.
const ClockVariable = "ROUNDUP_CLOCK"

// deliver hands an issue to the relay, to the end or as far as o allows.
func (d *Desk) deliver(ctx context.Context, lease delivery.Lease, issue digest.Issue, o RunOptions) (delivery.Summary, error) {
	if d.workers {
		return d.watch(ctx, lease, issue, o)
	}
	letters, err := d.Letters(ctx, issue)
	if err != nil {
		return delivery.Summary{}, err
	}
	var ledger delivery.Ledger = d.store
	if d.watcher != nil {
		ledger = d.watcher.Ledger(ledger)
	}
	sender := delivery.NewSender(d.settings(o), ledger, d.store, d.mailer, d.now, d.log)
	progress := func(p delivery.Progress) {
		if o.Progress != nil {
			o.Progress(issue, p)
		}
	}
	sum, err := sender.Send(ctx, lease, issue, letters, progress)
	if err != nil {
		return sum, d.Refusal(ctx, err) // it names the issue
	}
	ctx = context.WithoutCancel(ctx)
	if issue, err = d.standing(ctx, issue, sum); err != nil {
		return sum, err
	}
	sum.Reason = issue.Why
	if sum.Skips, err = d.store.Skips(ctx, issue.ID); err != nil {
		return sum, err
	}
	return sum, d.tellOfIssue(ctx, issue)
}

// standing is an issue as its sending left it. When a person held or cancelled it
// meanwhile, and why, is in the database.
func (d *Desk) standing(ctx context.Context, issue digest.Issue, sum delivery.Summary) (digest.Issue, error) {
	issue.Status, issue.Why = digest.Status(sum.Status), sum.Reason
	if issue.Status != digest.Held && issue.Status != digest.Cancelled {
		return issue, nil
	}
	now, err := d.store.Issue(ctx, issue.Number)
	if err != nil || now.Status != issue.Status {
		return issue, err
	}
	issue.Why, issue.Finished = cmp.Or(issue.Why, now.Why), now.Finished
	return issue, nil
}

func (d *Desk) settings(o RunOptions) delivery.Settings {
	return delivery.Settings{
		Relay:                 d.cfg.SMTP.Host,
		Connections:           d.cfg.SMTP.Connections,
		Rate:                  d.cfg.SMTP.Rate,
		PerHour:               d.cfg.SMTP.PerHour,
		MessagesPerConnection: d.cfg.SMTP.MessagesPerConnection,
		Unknown:               delivery.UnknownPolicy(d.cfg.Delivery.Unknown),
		GiveUpAfter:           d.cfg.Delivery.GiveUpAfter,
		Wait:                  o.Wait,
		LeaveDeferred:         o.LeaveDeferred,
		CatchUp:               d.cfg.Schedule.CatchUp,
		Hard:                  o.Hard,
	}
}

// SendSettings are how a worker sends.
func (d *Desk) SendSettings(hard context.Context) delivery.Settings {
	return d.settings(RunOptions{Wait: d.cfg.Delivery.Wait, Hard: hard})
}

// Mailer is what mail leaves through; nil until the settings for sending are complete.
func (d *Desk) Mailer() delivery.Mailer { return d.mailer }

// SendTest mails the next issue to addresses without touching any state, and
// returns it. at, unless zero, stands for the slot. It fails with ErrNothingToSend
// where there is no article, and where Ready does.
func (d *Desk) SendTest(ctx context.Context, at time.Time, to []string) (planner.Plan, error) {
	if err := d.Ready(ctx); err != nil {
		return planner.Plan{}, err
	}
	p, err := d.Preview(ctx, at)
	switch {
	case err != nil:
		return p, err
	case len(p.Issue.Articles()) == 0:
		return p, ErrNothingToSend
	}
	return p, d.test(ctx, p, to)
}

func (d *Desk) test(ctx context.Context, p planner.Plan, to []string) error {
	variant, err := d.Render(p)
	if err != nil {
		return err
	}
	p.Issue.Started = d.now()
	composer, err := d.Composer(p.Issue, variant)
	if err != nil {
		return err
	}
	conn, err := d.mailer.Dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // nothing hangs on the goodbye
	for _, addr := range to {
		m, err := composer.Test(addr)
		if err != nil {
			return fmt.Errorf("test to %s: %w", addr, err)
		}
		if r := conn.Send(ctx, m); r.Verdict != relay.Accepted {
			return fmt.Errorf("test to %s: %s", addr, cmp.Or(r.Reply.String(), r.Why))
		}
	}
	return nil
}

// Summary accounts for an issue from the ledger, without sending.
func (d *Desk) Summary(ctx context.Context, issue digest.Issue) (delivery.Summary, error) {
	tally, err := d.store.Tally(ctx, issue.ID)
	if err != nil {
		return delivery.Summary{}, err
	}
	end := issue.Finished
	if end.IsZero() {
		end = d.now()
	}
	sum := delivery.Summarise(issue, tally, end.Sub(issue.Started).Truncate(time.Millisecond))
	if sum.Skips, err = d.store.Skips(ctx, issue.ID); err != nil {
		return sum, err
	}
	sum.Relay = d.cfg.SMTP.Host
	if issue.Status.UnderWay() { // one that is done went by the limits of its day
		sum.Limit = delivery.LimitOf(d.cfg.SMTP.Rate, d.cfg.SMTP.PerHour)
		sum.Working, err = d.working(ctx)
	}
	return sum, err
}

// working is how many workers are there to send what is under way.
func (d *Desk) working(ctx context.Context) (int, error) {
	if !d.workers {
		return 0, nil
	}
	atWork, _, err := d.store.Workers(ctx)
	return len(atWork), err
}
