package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/internal/desk/planner"
	"roundup/store/engine"
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
	Confirm func(p planner.Plan, audience int) (bool, error)
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
	Slot     *schedule.Slot     // the slot this run decided without an issue
	NextSlot time.Time          // zero without a schedule
	Nothing  Why                // why no issue was started; of no code when one was
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
// may not send at all: what a feed shows only today must be known tomorrow. An issue
// under way waits for none of them: they are read once it went on.
func (d *Desk) Run(ctx context.Context, o RunOptions) (r Result, err error) {
	defer func() { d.noteRefusal(ctx, err) }()
	o.begun = d.now().Truncate(time.Millisecond) // as the database keeps times
	err = d.Ready(ctx)
	out := d.WayOut(ctx)
	if err != nil {
		return r, errors.Join(err, out)
	}
	resumes, err := d.resumes(ctx)
	if err == nil && (!resumes || out != nil) {
		err = d.read(ctx, time.Time{}, o)
	}
	if err = cmp.Or(err, out); err != nil {
		return r, err
	}
	helper := attendant{desk: d, noFetch: o.NoFetch}
	helper.beside(ctx, attendEvery, func() { r, err = d.turn(ctx, o) })
	if resumes && !stopped(ctx) {
		err = cmp.Or(err, d.read(ctx, time.Time{}, o))
	}
	return r, err
}

// resumes reports whether an issue is under way that no person has to let go on.
func (d *Desk) resumes(ctx context.Context) (bool, error) {
	issues, err := d.store.UnderWay(ctx)
	return slices.ContainsFunc(issues, func(i digest.Issue) bool { return i.Status != digest.Held }), err
}

// noteRefusal keeps what a run ended with beside the slot that was due. Whoever hears that
// the slot passed hears why, and not that nothing ran. Where it can't be kept, that is all
// that is missing: the run tells its error itself.
func (d *Desk) noteRefusal(ctx context.Context, refused error) {
	if refused == nil || stopped(ctx) {
		return
	}
	why := refused.Error()
	if stale := new(StaleError); errors.As(refused, &stale) {
		why = stale.Why
	}
	why = relay.Nameless(strings.ReplaceAll(why, "\n", "; "))
	slot, due, _, err := d.LookForSlot(ctx)
	if err == nil && due {
		err = d.store.NoteRefusal(ctx, slot, why)
	}
	if err != nil {
		d.log.Debug("why no issue was started was not kept", "error", err)
	}
}

// takeLease takes the process lock and the lease.
func (d *Desk) takeLease(ctx context.Context, o RunOptions) (delivery.Lease, func(), error) {
	lock, err := d.store.Lock(ctx)
	if errors.Is(err, engine.ErrLocked) {
		return delivery.Lease{}, nil, &BusyError{Holder: d.busy(ctx)}
	}
	if err != nil {
		return delivery.Lease{}, nil, err
	}
	lease, err := d.store.AcquireLease(ctx, engine.ProcessName(os.Getpid()), d.by)
	if err != nil {
		return delivery.Lease{}, nil, errors.Join(err, lock.Unlock())
	}
	release := func() {
		lasting, end := d.settings(o).Lasting(ctx)
		defer end()
		// The kernel frees the lock at our death anyway; the row is for people.
		if err := d.store.ReleaseLease(lasting, lease); err != nil {
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
		if holder := d.store.LockHolder(ctx); holder != "" {
			return holder
		}
		select {
		case <-ctx.Done():
			return ""
		case <-time.After(10 * time.Millisecond): // it took the lock this very moment, and says so next
		}
	}
	return ""
}

// stopped reports whether a run was asked to end.
func stopped(ctx context.Context) bool { return ctx.Err() != nil }
