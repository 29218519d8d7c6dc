package list

import (
	"context"
	"errors"
	"fmt"

	"roundup/store"
	"roundup/subscribers"
)

// Joining is somebody who is to become a reader.
type Joining struct {
	Address subscribers.Address
	Name    string              // as it was given; "" for none
	Status  subscribers.Status  // to begin with: Active, or Pending until it is confirmed
	Consent subscribers.Consent // its At is now where it is zero
}

// TakenError says that an address is a reader's already.
type TakenError struct {
	Address subscribers.Address    // as it was given
	Reader  subscribers.Subscriber // whose it is; zero where a change met it
}

// Error says which address.
func (e *TakenError) Error() string { return e.Address.Given + " is on the list already" }

// ForgottenError says that the owner of an address asked to be forgotten: it is
// taken in again only once that suppression is lifted.
type ForgottenError struct{ Address subscribers.Address }

// Error says which address.
func (e *ForgottenError) Error() string { return e.Address.Given + " asked to be forgotten" }

// Join puts somebody on the list and returns the reader. It fails with a
// *TakenError for an address that is on it, whatever its standing, and with a
// *ForgottenError.
func (l *List) Join(ctx context.Context, j Joining, by subscribers.Actor) (subscribers.Subscriber, error) {
	if j.Status != subscribers.Active && j.Status != subscribers.Pending {
		return subscribers.Subscriber{}, fmt.Errorf("nobody joins as %q", j.Status)
	}
	if j.Consent.At.IsZero() {
		j.Consent.At = l.now()
	}
	sub, err := l.store.Add(ctx, subscribers.Subscriber{
		Email: j.Address.Given, Key: j.Address.Key, Name: subscribers.CleanName(j.Name), Status: j.Status, Consent: j.Consent,
	}, by)
	return sub, refusal(err, j.Address, sub)
}

// Confirm makes a reader active because the person said so, one who had left too.
// how becomes the consent's: subscribers.ConsentConfirmation for the person's own
// act, subscribers.ConsentCommand for an operator's word. Who is active stays so.
func (l *List) Confirm(ctx context.Context, r store.Listed, how string, by subscribers.Actor) error {
	return l.store.ConfirmSubscriber(ctx, r.Key, how, by)
}

// refusal says of which address the store refused something.
func refusal(err error, addr subscribers.Address, whose subscribers.Subscriber) error {
	switch {
	case errors.Is(err, store.ErrExists):
		return &TakenError{Address: addr, Reader: whose}
	case errors.Is(err, store.ErrErased):
		return &ForgottenError{Address: addr}
	}
	return err
}
