package desk

import (
	"context"

	"roundup/subscribers"
)

// SettleQuarantine owes a source's quarantined articles, or makes them known and
// never owed, and returns how many there were.
func (d *Desk) SettleQuarantine(ctx context.Context, source string, accept bool, by subscribers.Actor) (int, error) {
	settle := d.store.IgnoreQuarantine
	if accept {
		settle = d.store.AcceptQuarantine
	}
	n, err := settle(ctx, source, by)
	if err != nil {
		return n, err
	}
	// The next quarantine is news again.
	_, err = d.store.CloseNotice(ctx, quarantineCause(source))
	return n, err
}

// AcceptEmpty takes a source at its word that has no article any more, and
// reports whether it was failing because of that.
func (d *Desk) AcceptEmpty(ctx context.Context, source string, by subscribers.Actor) (bool, error) {
	empty, err := d.store.AcceptEmpty(ctx, source, by)
	if err != nil || !empty {
		return false, err
	}
	_, err = d.store.CloseNotice(ctx, failingCause(source)) // no news to whoever said so
	return true, err
}
