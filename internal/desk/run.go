package desk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/wording"
	"roundup/store"
)

// RunOptions say how Run behaves; the zero value is an unattended run.
type RunOptions struct {
	// Now starts an issue whether or not a slot is due: the due slot's, else an extra one.
	Now bool
	// NoFetch chooses from what is in the database.
	NoFetch bool
	// Wait is how long to stay for deferred readers and a relay that is away.
	Wait time.Duration
	// LeaveDeferred ends an issue's sending when only deferred readers are left.
	LeaveDeferred bool
	// Confirm is asked before an issue starts; nil means yes.
	Confirm func(p Plan, audience int) (bool, error)
	// Progress is told how an issue gets on; nil for nobody.
	Progress func(issue digest.Issue, p delivery.Progress)
	// Say is told, in one line, what happens next; nil for nobody.
	Say func(line string)
	// Hard, when cancelled, abandons even what is in flight; nil for never.
	Hard context.Context

	begun time.Time // when a person's run began; zero in the daemon's
}

func (o RunOptions) say(format string, args ...any) {
	if o.Say != nil {
		o.Say(fmt.Sprintf(format, args...))
	}
}

// Result is what one run did.
type Result struct {
	Sent     []delivery.Summary // issues finished, continued, started or now held, in that order
	Held     []delivery.Summary // issues that were held before: a person knows, and nothing was done
	Slot     *digest.SlotRecord // the slot this run decided without an issue
	NextSlot time.Time          // zero without a schedule
	Nothing  string             // why no issue was started; "" when one was
	Declined bool               // a person answered no
	Instead  int                // the issue carried on where an extra one was asked for; 0 for none
}

// BusyError says that another sender is at work on this database.
type BusyError struct {
	Holder string // "" when nobody could be named
}

func (e *BusyError) Error() string {
	if e.Holder == "" {
		return "another sender is at work on this database"
	}
	return "another sender is at work on this database: " + e.Holder
}

// Run is what a timer repeats and a person types. It reads the sources that are
// due, finishes every issue under way, then starts and sends the one that is due,
// and goes on reading and telling as long as that takes. It is safe to run every
// few minutes. It holds the process lock and the lease while it sends and fails
// with *BusyError when another process has them.
//
// Sources are read whatever keeps mail back, but for a database or settings that
// may not send at all: what a feed shows only today must be known tomorrow.
func (d *Desk) Run(ctx context.Context, o RunOptions) (r Result, err error) {
	o.begun = d.now().Truncate(time.Millisecond) // as the database keeps times
	err = d.Ready(ctx)
	out := d.wayOut(ctx)
	if err == nil {
		if err = d.read(ctx, time.Time{}, o); err != nil {
			return r, err
		}
	}
	if err = errors.Join(err, out); err != nil {
		return r, err
	}
	helper := attendant{desk: d, noFetch: o.NoFetch}
	helper.beside(ctx, glance, func() { r, err = d.turn(ctx, o) })
	return r, err
}

// turn finishes what is under way and starts what is due: the one path an issue
// takes, from a timer and in the daemon.
func (d *Desk) turn(ctx context.Context, o RunOptions) (Result, error) {
	lease, release, err := d.takeLease(ctx)
	if err != nil {
		return Result{}, err
	}
	defer release()

	var r Result
	if err := d.finish(ctx, lease, o, &r); err != nil {
		return r, err
	}
	if !stopped(ctx) {
		if err := d.next(ctx, lease, o, &r); err != nil {
			return r, err
		}
	}
	if d.cfg.Schedule.Cron != "" {
		r.NextSlot = d.calendar.Next(d.now())
	}
	return r, nil
}

// takeLease takes the process lock and the lease.
func (d *Desk) takeLease(ctx context.Context) (delivery.Lease, func(), error) {
	lock, err := store.Lock(d.store.Path())
	if errors.Is(err, store.ErrLocked) {
		return delivery.Lease{}, nil, &BusyError{Holder: d.busy(ctx)}
	}
	if err != nil {
		return delivery.Lease{}, nil, err
	}
	lease, err := d.store.AcquireLease(ctx, processName(os.Getpid()))
	if err != nil {
		return delivery.Lease{}, nil, errors.Join(err, lock.Unlock())
	}
	release := func() {
		// The kernel frees the lock at our death anyway; the row is for people.
		if err := d.store.ReleaseLease(context.WithoutCancel(ctx), lease); err != nil {
			d.log.Warn("lease not released", "error", err)
		}
		if err := lock.Unlock(); err != nil {
			d.log.Warn("process lock not released", "error", err)
		}
	}
	return lease, release, nil
}

// busy names who holds the process lock; "" for nobody known. The lease would
// not do: its row names a sender that was killed until the next has begun.
func (d *Desk) busy(ctx context.Context) string {
	for range 20 {
		if pid := store.LockHolder(d.store.Path()); pid != 0 {
			return processName(pid)
		}
		select {
		case <-ctx.Done():
			return ""
		case <-time.After(10 * time.Millisecond): // it took the lock this very moment, and says so next
		}
	}
	return ""
}

// processName is what a sender is called in the lease and to those it turns away.
func processName(pid int) string {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return fmt.Sprintf("process %d on %s", pid, host)
}

// finish carries on with every issue under way, oldest first. One that was last
// touched longer ago than schedule.catch_up is held instead (promise 5).
func (d *Desk) finish(ctx context.Context, lease delivery.Lease, o RunOptions, r *Result) error {
	issues, err := d.store.UnderWay(ctx)
	if err != nil {
		return err
	}
	for _, issue := range issues {
		if stopped(ctx) {
			break // the caller tells what was done so far
		}
		if issue.Status == digest.Held {
			sum, err := d.Summary(ctx, issue)
			if err != nil {
				return err
			}
			r.Held = append(r.Held, sum)
			continue
		}
		sum, err := d.goOn(ctx, lease, issue, o)
		if err != nil {
			return err
		}
		r.Sent = append(r.Sent, sum)
	}
	return nil
}

// goOn carries on with an issue, or holds it where that is too late.
func (d *Desk) goOn(ctx context.Context, lease delivery.Lease, issue digest.Issue, o RunOptions) (delivery.Summary, error) {
	if err := d.wholeToday(ctx); err != nil {
		return delivery.Summary{}, err
	}
	if err := d.holdIfOld(ctx, lease, &issue); err != nil {
		return delivery.Summary{}, err
	}
	if issue.Status == digest.Held {
		return d.Summary(ctx, issue)
	}
	o.say("Issue %d is under way: carrying on.", issue.Number)
	return d.deliver(ctx, lease, issue, o)
}

// tooOld says why an issue under way is not to be resumed; "" when it is.
func (d *Desk) tooOld(ctx context.Context, issue digest.Issue) (string, error) {
	touched, err := d.store.IssueTouched(ctx, issue.ID)
	if err != nil {
		return "", err
	}
	idle := d.now().Sub(touched)
	if idle <= d.cfg.Schedule.CatchUp {
		return "", nil
	}
	return fmt.Sprintf("nothing was sent for %s, longer than schedule.catch_up (%s)",
		wording.Span(idle), wording.Span(d.cfg.Schedule.CatchUp)), nil
}

func (d *Desk) holdIfOld(ctx context.Context, lease delivery.Lease, issue *digest.Issue) error {
	why, err := d.tooOld(ctx, *issue)
	if err != nil || why == "" {
		return err
	}
	issue.Status, issue.Why = digest.Held, why
	if err := d.store.Mark(ctx, lease, issue.ID, digest.Held, issue.Why); err != nil {
		return err
	}
	return d.tellOfIssue(ctx, *issue)
}

// stopped reports whether a run was asked to end.
func stopped(ctx context.Context) bool { return ctx.Err() != nil }
