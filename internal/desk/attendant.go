package desk

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"roundup/delivery"
	"roundup/subscribers"
)

// attendEvery is how often an attendant goes its round.
const attendEvery = 10 * time.Second

// attendant does what must not wait for an issue that is going out, which may
// take hours: it reads the sources that are due, tells the editor what is wrong,
// sends what is due of the mail that is no issue, and erases who has not confirmed in
// time, and mail that is settled for long. The daemon has one all its
// life, a run of the timer's as long as it sends.
type attendant struct {
	desk    *Desk
	noFetch bool
	file    startFile // of a daemon
	said    string    // the last error, so that nothing is said twice
	away    bool      // the database did not answer in the last round
}

// round does each of these once, and reports whether nothing went wrong.
func (a *attendant) round(ctx context.Context) bool {
	var read error
	if !a.noFetch {
		_, read = a.desk.fetchDue(ctx, time.Time{})
	}
	told := errors.Join(a.file.tellIfChanged(ctx), a.desk.Tell(ctx))
	swept := a.desk.sweep(ctx)
	if ctx.Err() != nil {
		return false
	}
	err := errors.Join(read, told, swept)
	a.say(undone(read, told, swept), err)
	return err == nil
}

// undone names what a round did not do.
func undone(read, told, swept error) string {
	var all []string
	if read != nil {
		all = append(all, "sources were not read")
	}
	if told != nil {
		all = append(all, "the editor was not told")
	}
	if swept != nil {
		all = append(all, "what is kept for a time only was not erased")
	}
	return strings.Join(all, ", ")
}

// say logs what went wrong in a round, and that the database is back, once each.
func (a *attendant) say(undone string, err error) {
	away := errors.Is(err, delivery.ErrLedgerAway)
	if a.away && !away {
		a.desk.log.Info("the database answers again")
	}
	a.away = away
	said := undone + words(err)
	if said != a.said && err != nil {
		a.desk.log.Error(undone, "error", err)
	}
	a.said = said
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

// sweepEvery is how often that is looked for which is kept for a time only.
const sweepEvery = time.Hour

// sweep erases who was asked to confirm and has not in time, and mail that is settled for long. A database that is not in charge
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
	if _, err := d.store.DropOutbox(ctx, d.now().Add(-delivery.OutboxKept)); err != nil {
		return err
	}
	d.swept = d.now()
	return nil
}
