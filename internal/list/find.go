package list

import (
	"context"
	"errors"

	"roundup/store"
	"roundup/subscribers"
)

// NotListedError says that an address is not on the list.
type NotListedError struct {
	Address    subscribers.Address
	Suppressed subscribers.Reason // why it is not mailed, which is known all the same; "" for no reason
}

// Error says of whom.
func (e *NotListedError) Error() string { return e.Address.Given + " is not on the list" }

// Find returns the reader with an address, under any spelling of it, and why it is
// suppressed. Its error is a *NotListedError where there is none.
func (l *List) Find(ctx context.Context, addr subscribers.Address) (store.Listed, error) {
	reason, err := l.suppression(ctx, addr)
	if err != nil {
		return store.Listed{}, err
	}
	sub, err := l.store.FindSubscriber(ctx, addr.Key)
	if errors.Is(err, store.ErrNotFound) {
		err = &NotListedError{Address: addr, Suppressed: reason}
	}
	return store.Listed{Subscriber: sub, Suppressed: reason}, err
}

// suppression is why an address is suppressed; "" when it is not.
func (l *List) suppression(ctx context.Context, addr subscribers.Address) (subscribers.Reason, error) {
	s, err := l.store.Suppressed(ctx, l.keys.AddressHash(addr.Key))
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return s.Reason, err
}
