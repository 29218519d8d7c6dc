package list

import (
	"context"
	"errors"

	"roundup/store"
	"roundup/subscribers"
)

// NotSuppressedError says that there is no suppression to lift.
type NotSuppressedError struct{ Address subscribers.Address }

// Error says of which address.
func (e *NotSuppressedError) Error() string { return e.Address.Given + " is not suppressed" }

// Suppress sees to it that an address is not mailed, at once, whether it is on the
// list or not. One that is suppressed already keeps its first reason.
func (l *List) Suppress(ctx context.Context, addr subscribers.Address, why subscribers.Reason, by subscribers.Actor) error {
	return l.store.Suppress(ctx, l.keys.AddressHash(addr.Key), addr.Given, why, by)
}

// Lift ends the suppression of an address; its reader, if it is on the list, stands
// as before. Its error is a *NotSuppressedError where there is none.
func (l *List) Lift(ctx context.Context, addr subscribers.Address, by subscribers.Actor) error {
	err := l.store.Lift(ctx, l.keys.AddressHash(addr.Key), by)
	if errors.Is(err, store.ErrNotFound) {
		return &NotSuppressedError{addr}
	}
	return err
}
