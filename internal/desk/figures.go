package desk

import (
	"context"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
)

// Watcher is told what a desk does as it happens, from several goroutines.
type Watcher interface {
	// Fetched is told what a reading of the sources gave.
	Fetched([]Fetched)
	// Ledger returns what to send with in place of the ledger it is given.
	Ledger(delivery.Ledger) delivery.Ledger
}

// Figures are the numbers by which the weekly job is watched.
type Figures struct {
	Issue    int            // the number of the oldest issue under way; 0 for none, as all that follows
	Status   digest.Status  // of that issue
	Tally    delivery.Tally // of that issue
	Owed     int            // deliveries of all issues under way that are not final
	Age      time.Duration  // since that issue started
	LastSent time.Time      // when the last issue was finished; zero before the first
	NextSlot time.Time      // zero without a schedule
	Last     Returned       // of the issue that started last
}

// Readers counts the list.
type Readers = store.SubscriberStats

// Figures reads how the weekly job stands.
func (d *Desk) Figures(ctx context.Context) (Figures, error) {
	var f Figures
	issues, err := d.store.UnderWay(ctx)
	if err != nil {
		return f, err
	}
	for n, i := range issues {
		tally, err := d.store.Tally(ctx, i.ID)
		if err != nil {
			return f, err
		}
		f.Owed += tally.Owed(delivery.UnknownPolicy(d.cfg.Delivery.Unknown))
		if n == 0 {
			f.Issue, f.Status, f.Tally, f.Age = i.Number, i.Status, tally, d.now().Sub(i.Started)
		}
	}
	if d.cfg.Schedule.Cron != "" {
		f.NextSlot = d.calendar.Next(d.now())
	}
	if f.LastSent, err = d.store.LastSent(ctx); err != nil {
		return f, err
	}
	latest, err := d.store.Issues(ctx, 1)
	if err == nil && len(latest) > 0 {
		f.Last, err = d.Returned(ctx, latest[0])
	}
	return f, err
}

// Readers counts the list.
func (d *Desk) Readers(ctx context.Context) (Readers, error) { return d.store.Stats(ctx) }
