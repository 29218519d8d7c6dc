package list

import (
	"context"
	"errors"

	"roundup/subscribers"
)

// Known fails with a *NotListedError for an address of which there is nothing to
// forget: it is neither on the list nor suppressed, nor kept as one that a reader asked for
// or changed from, or was forgotten before.
func (l *List) Known(ctx context.Context, addr subscribers.Address) error {
	_, err := l.Find(ctx, addr)
	var missing *NotListedError
	if errors.As(err, &missing) && missing.Suppressed != "" && missing.Suppressed != subscribers.Erased {
		return nil
	}
	if missing != nil {
		if kept, beside := l.store.KeptBeside(ctx, addr.Key); kept || beside != nil {
			return beside
		}
	}
	return err
}

// Forget erases a person: what stays is a number in the reports, and a hash of the
// address, so that no import brings it back. An address that is only suppressed
// loses its plain text. It fails as Known does.
func (l *List) Forget(ctx context.Context, addr subscribers.Address, by subscribers.Actor) error {
	if err := l.Known(ctx, addr); err != nil {
		return err
	}
	return l.store.Forget(ctx, addr.Key, by)
}
