package delivery

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// How long a ledger that can't be written is tried again: long where results
// are at stake, which exist nowhere else.
const (
	tryForResults = 10 * time.Minute
	tryForClaims  = 30 * time.Second
	tryFirst      = 100 * time.Millisecond
	tryMost       = 5 * time.Second
)

// persist makes a ledger call, again and again with growing pauses, while
// nothing new is begun. It gives up at once on what is no fault of the disk or the
// lock, when the time for it is over, and when the run must stop.
func (r *run) persist(ctx context.Context, what string, do func(context.Context) error) error {
	begun := r.now()
	pauses := backoff{first: tryFirst, most: tryMost}
	for {
		err := r.try(ctx, do)
		if err == nil {
			r.connections.unpause(r.gate())
			return nil
		}
		pause := pauses.next()
		if !mayPass(err) || r.connections.abandoned() || r.now().Add(pause).After(begun.Add(r.patience())) {
			return fmt.Errorf("%s: %w", what, r.tried(err, begun))
		}
		r.connections.pause()
		r.log.Warn("the ledger can't be written", "what", what, "error", err, "again_in", pause)
		r.meter.say(r.now(), fmt.Sprintf("%s: %v; trying again", what, err))
		r.sleep(ctx, pause)
	}
}

// try makes a ledger call, which no stop cuts short. A server may never answer, as one that is
// frozen or has vanished: then the call is given up after a while, and soon after
// Settings.Hard. It may have been applied all the same, which the next one finds out. A
// file is on a disk, which nothing can be done about.
func (r *run) try(ctx context.Context, do func(context.Context) error) error {
	if !r.settings.Shared {
		return do(context.WithoutCancel(ctx))
	}
	ctx, cancel := r.settings.Call(r.lasting)
	defer cancel()
	return do(ctx)
}

// patience is how long the present ledger call is worth trying.
func (r *run) patience() time.Duration {
	switch {
	case r.stop != nil && !r.stop.deadline.IsZero():
		return r.settings.DrainLimit
	case !r.results.none() || r.mark.status != "" || !r.connections.quiet():
		return tryForResults
	}
	return tryForClaims
}

// tried adds to an error for how long it was met with patience.
func (r *run) tried(err error, begun time.Time) error {
	if took := r.now().Sub(begun); took >= time.Second && !errors.Is(err, ErrLeaseLost) {
		return fmt.Errorf("tried for %s: %w", took.Round(time.Second), err)
	}
	return err
}

// sleep is a pause that a stop cuts short.
func (r *run) sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	stopped, hard := r.signals(ctx)
	select {
	case <-timer.C:
	case <-stopped:
		r.interrupt()
	case <-hard:
		r.abandon()
	}
}
