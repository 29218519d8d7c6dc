package list

import (
	"context"
	"errors"
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
			m, err := l.writer.NewAddress(r.Choice.Language, l.keys.TimedToken(subscribers.PurposeAddress, r.PublicID, asked))
			m.Recipient = to.Given
			return ofAddress(m, "asked", r.PublicID, asked), err
		},
	}, by)
	return err
}

// AskedAddress is the address that a mail asked at a moment to confirm. It fails with
// subscribers.ErrVoid.
func (l *List) AskedAddress(ctx context.Context, id subscribers.PublicID, at time.Time) (string, error) {
	if l.tooLate(at) {
		return "", subscribers.ErrVoid
	}
	to, err := l.store.AskedAddress(ctx, id, at)
	return to.Given, err
}

// ChangeAddress has a reader's mail sent to the address that a mail asked at a moment to
// confirm, and returns it; the old one is told by a mail, whose link takes it back. Twice
// is as good as once. It fails with subscribers.ErrVoid.
func (l *List) ChangeAddress(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) (string, error) {
	if l.tooLate(at) {
		return "", subscribers.ErrVoid
	}
	to, err := l.store.ChangeAddress(ctx, id, at, func(r subscribers.Subscriber, to string, moved time.Time) (store.OutboxMail, error) {
		return l.moved(r, to, moved, l.keys.TimedToken(subscribers.PurposeBack, id, moved))
	}, by)
	return to.Given, err
}

// LeftAddress is the address that a reader's mail went to until a moment, and can go to
// again. It fails with subscribers.ErrVoid.
func (l *List) LeftAddress(ctx context.Context, id subscribers.PublicID, at time.Time) (string, error) {
	if l.tooLate(at) {
		return "", subscribers.ErrVoid
	}
	to, err := l.store.LeftAddress(ctx, id, at)
	return to.Given, err
}

// ReturnAddress has a reader's mail sent to the address again that it went to until a
// moment, and returns it; the one it went to since is told. Twice is as good as once. It
// fails with subscribers.ErrVoid.
func (l *List) ReturnAddress(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) (string, error) {
	if l.tooLate(at) {
		return "", subscribers.ErrVoid
	}
	to, err := l.store.ReturnAddress(ctx, id, at, func(r subscribers.Subscriber, to string, moved time.Time) (store.OutboxMail, error) {
		return l.moved(r, to, moved, "")
	}, by)
	return to.Given, err
}

// MayChangeAddress reports whether a reader can have mail sent to another address: one whose own
// must not be mailed for what they said can't.
func (l *List) MayChangeAddress(ctx context.Context, r subscribers.Subscriber) (bool, error) {
	p, err := l.store.Suppressed(ctx, l.keys.AddressHash(r.Key))
	if errors.Is(err, store.ErrNotFound) {
		return true, nil
	}
	return p.Reason.OfMailbox(), err
}

// moved is the mail to the address that a reader's mail went to until a moment.
func (l *List) moved(r subscribers.Subscriber, to string, moved time.Time, back string) (store.OutboxMail, error) {
	m, err := l.writer.AddressChanged(r.Choice.Language, subscribers.Mask(to), back)
	m = ofAddress(m, "changed", r.PublicID, moved)
	m.Kind = "moved"
	return m, err
}

// ofAddress completes a mail about a change of address of a moment.
func ofAddress(m store.OutboxMail, what string, id subscribers.PublicID, at time.Time) store.OutboxMail {
	m.Kind, m.Transport = "address", "mail"
	m.Dedupe = fmt.Sprintf("address %s %s %d", what, id, at.UnixMilli())
	return m
}
