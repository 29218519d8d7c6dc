package list

import (
	"context"
	"fmt"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// AskAddress asks another address of a reader's to confirm that their mail goes there,
// where it may be asked (see store.AskAddress). Until it has, nothing changes. It fails
// with subscribers.ErrTooManySignUps.
func (l *List) AskAddress(ctx context.Context, r subscribers.Subscriber, to subscribers.Address, by subscribers.Actor) error {
	_, err := l.store.AskAddress(ctx, store.NewAddress{
		ID: r.PublicID, To: to, Budget: l.perHour,
		Mail: func(asked time.Time) (store.OutboxMail, error) {
			m, err := l.writer.NewAddress(l.keys.TimedToken(subscribers.PurposeAddress, r.PublicID, asked))
			m.Recipient = to.Given
			return ofAddress(m, "asked", r.PublicID, asked), err
		},
	}, by)
	return err
}

// AskedAddress is the address that a mail asked at a moment to confirm. It fails with
// subscribers.ErrVoid.
func (l *List) AskedAddress(ctx context.Context, id subscribers.PublicID, at time.Time) (string, error) {
	if l.now().Sub(at) > subscribers.ConfirmWithin {
		return "", subscribers.ErrVoid
	}
	to, err := l.store.AskedAddress(ctx, id, at)
	return to.Given, err
}

// ChangeAddress has a reader's mail sent to the address that a mail asked at a moment to
// confirm, and returns it; the old one is told by a mail. Twice is as good as once. It
// fails with subscribers.ErrVoid.
func (l *List) ChangeAddress(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) (string, error) {
	if l.now().Sub(at) > subscribers.ConfirmWithin {
		return "", subscribers.ErrVoid
	}
	to, err := l.store.ChangeAddress(ctx, id, at, func(to string) (store.OutboxMail, error) {
		m, err := l.writer.AddressChanged(subscribers.Mask(to))
		return ofAddress(m, "changed", id, at), err
	}, by)
	return to.Given, err
}

// ofAddress completes a mail about a change of address that was asked for at a moment.
func ofAddress(m store.OutboxMail, what string, id subscribers.PublicID, asked time.Time) store.OutboxMail {
	m.Kind, m.Transport = "address", "mail"
	m.Dedupe = fmt.Sprintf("address %s %s %d", what, id, asked.UnixMilli())
	return m
}
