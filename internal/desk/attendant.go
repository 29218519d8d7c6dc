package desk

import (
	"context"
	"errors"
	"sync"
	"time"

	"roundup/subscribers"
)

// attendEvery is how often an attendant goes its round.
const attendEvery = 10 * time.Second

// attendant does what must not wait for an issue that is going out, which may
// take hours: it reads the sources that are due, tells the editor what is wrong,
// sends what is due of the mail that is no issue, and erases who has not confirmed in
// time. The daemon has one all its
// life, a run of the timer's as long as it sends.
type attendant struct {
	desk    *Desk
	noFetch bool
	file    startFile // of a daemon
	said    string    // the last error, so that nothing is said twice
}

// round does each of these once, and reports whether nothing went wrong.
func (a *attendant) round(ctx context.Context) bool {
	var err error
	if !a.noFetch {
		_, err = a.desk.fetchDue(ctx, time.Time{})
	}
	err = errors.Join(err, a.file.tellIfChanged(ctx), a.desk.Tell(ctx), a.desk.sweep(ctx))
	if ctx.Err() != nil {
		return false
	}
	if said := words(err); said != a.said {
		a.said = said
		if err != nil {
			a.desk.log.Error("sources were not read, the editor was not told, or those not erased who never confirmed", "error", err)
		}
	}
	return err == nil
}

// beside goes a round every so often while something is done, and returns when
// both have ended.
func (a *attendant) beside(ctx context.Context, every time.Duration, do func()) {
	ctx, stop := context.WithCancel(ctx)
	var rounds sync.WaitGroup
	rounds.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				a.round(ctx)
			}
		}
	})
	do()
	stop()
	rounds.Wait()
}

// sweepEvery is how often those are looked for who have not confirmed in time.
const sweepEvery = time.Hour

// sweep erases who was asked to confirm and has not in time. A database that is not in charge
// changes nothing of the list.
func (d *Desk) sweep(ctx context.Context) error {
	if d.now().Sub(d.swept) < sweepEvery {
		return nil
	}
	standing, err := d.store.Standing(ctx)
	if err != nil || !standing.Sends() {
		return err
	}
	if _, err := d.store.EraseUnconfirmed(ctx, d.now().Add(-subscribers.UnconfirmedFor), d.by); err != nil {
		return err
	}
	d.swept = d.now()
	return nil
}
