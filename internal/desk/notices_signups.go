package desk

import (
	"context"
	"time"

	"roundup/subscribers"
)

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
