package list

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/subscribers"
)

// Writer writes the mails that a reader gets for what happens on the list, but for
// recipient and dedupe: in the language that the reader chose, as it is kept. What else it
// is given are tokens of the links in them.
type Writer interface {
	Confirmation(chosen, confirm, never string) (store.OutboxMail, error)
	// Welcome is of no Kind where there is to be none.
	Welcome(chosen, own, leave string) (store.OutboxMail, error)
	// NewAddress asks another address of a reader's to confirm.
	NewAddress(chosen, confirm string) (store.OutboxMail, error)
	// AddressChanged tells the old one that mail goes to another, of which most is hidden;
	// back is of the link that takes it back, "" for none.
	AddressChanged(chosen, to, back string) (store.OutboxMail, error)
}

// MailThrough says how readers are asked to confirm, and how many in an hour at most,
// all together; 0 for no limit. Without it nobody can be.
func (l *List) MailThrough(w Writer, perHour int) { l.writer, l.perHour = w, perHour }

// WelcomeWithIssue has whoever confirms sent the latest issue without asking for it.
func (l *List) WelcomeWithIssue() { l.welcomeIssue = true }

// SignUp asks an address to confirm that it wants the newsletter, where it may be asked
// (see store.SignUp), and reports whether it was. Nobody becomes a reader by it.
func (l *List) SignUp(ctx context.Context, up subscribers.SignUp, by subscribers.Actor) (bool, error) {
	up.Consent.At = l.now()
	return l.store.SignUp(ctx, store.SignUp{
		Subscriber: subscribers.Subscriber{
			Email: up.Address.Given, Key: up.Address.Key, Name: subscribers.CleanName(up.Name), Consent: up.Consent, Choice: up.Choice,
		},
		Chose:  up.Chose,
		Budget: l.perHour,
		Mail:   l.confirmation,
	}, by)
}

func (l *List) confirmation(sub subscribers.Subscriber, asked time.Time) (store.OutboxMail, error) {
	m, err := l.writer.Confirmation(sub.Choice.Language,
		l.keys.TimedToken(subscribers.PurposeConfirm, sub.PublicID, asked),
		l.keys.TimedToken(subscribers.PurposeNever, sub.PublicID, asked))
	m.Kind, m.Transport, m.Recipient = "confirmation", "mail", sub.Email
	m.Dedupe = fmt.Sprintf("confirmation %s %d", sub.PublicID, asked.UnixMilli())
	return m, err
}

// tooLate reports whether a link of that moment has no effect any more.
func (l *List) tooLate(at time.Time) bool { return l.now().Sub(at) > subscribers.ConfirmWithin }

// Asked is the address of whom a mail asked at a moment to confirm. It fails with
// subscribers.ErrVoid.
func (l *List) Asked(ctx context.Context, id subscribers.PublicID, at time.Time) (string, error) {
	if l.tooLate(at) {
		return "", subscribers.ErrVoid
	}
	sub, err := l.store.Asked(ctx, id, at)
	return sub.Email, err
}

// ConfirmAsked makes a reader of whom a mail asked at a moment to confirm; from is the
// page where they did. Twice is as good as once. It fails with subscribers.ErrVoid.
func (l *List) ConfirmAsked(ctx context.Context, id subscribers.PublicID, at time.Time, from string, by subscribers.Actor) error {
	if l.tooLate(at) {
		return subscribers.ErrVoid
	}
	c := store.Confirmation{ID: id, Asked: at, From: from, Welcome: l.welcome}
	if _, err := l.store.ConfirmAsked(ctx, c, by); err != nil || !l.welcomeIssue {
		return err
	}
	return l.requestLatest(ctx, id, by)
}

// Confirmed is what there is to say to a reader who confirmed by a mail of that moment; its
// Email is "" where they have not. It fails with subscribers.ErrVoid.
func (l *List) Confirmed(ctx context.Context, id subscribers.PublicID, at time.Time) (done subscribers.Confirmed, err error) {
	if l.tooLate(at) {
		return done, subscribers.ErrVoid
	}
	sub, err := l.store.Asked(ctx, id, at)
	if err != nil || sub.Status != subscribers.Active {
		return done, err
	}
	latest, copied, err := l.store.Requestable(ctx, id)
	var in *store.InAudienceError
	switch {
	case errors.As(err, &in): // it comes, or came, of itself
		return subscribers.Confirmed{Email: sub.Email}, nil
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return done, err
	}
	done.Email = sub.Email
	offer(&done, latest.Number, copied)
	if !done.OnItsWay && done.Had == 0 { // else that one is their first
		done.UnderWay, err = l.beingSent(ctx)
	}
	return done, err
}

// offer says of the latest issue what became of the copy that a reader asked for, or that
// they may ask for it. One whose sending failed, or whose reply was lost, is not sent again.
func offer(done *subscribers.Confirmed, latest int, copied delivery.State) {
	switch copied {
	case "":
		done.Latest = latest
	case delivery.Queued, delivery.Sending:
		done.Latest, done.OnItsWay = latest, true
	case delivery.Sent:
		done.Had = latest
	}
}

// beingSent is the number of the issue that is being sent just now: not of one that waits
// or is held. 0 for none.
func (l *List) beingSent(ctx context.Context) (number int, err error) {
	issues, err := l.store.UnderWay(ctx)
	for _, issue := range issues {
		if issue.Status == digest.Sending {
			number = issue.Number
		}
	}
	return number, err
}

// RequestIssue has the latest issue sent to a reader who confirmed by a mail of that
// moment and was not in its audience: once, and none where there is none to be sent. It
// fails with subscribers.ErrVoid.
func (l *List) RequestIssue(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) error {
	if _, err := l.Asked(ctx, id, at); err != nil {
		return err
	}
	return l.requestLatest(ctx, id, by)
}

func (l *List) requestLatest(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) error {
	_, _, err := l.store.RequestIssue(ctx, id, by)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

func (l *List) welcome(sub subscribers.Subscriber) (m store.OutboxMail, err error) {
	if l.writer == nil {
		return m, nil
	}
	token := func(p subscribers.Purpose) string { return l.keys.Token(p, sub.PublicID) }
	m, err = l.writer.Welcome(sub.Choice.Language, token(subscribers.PurposeOwn), token(subscribers.PurposeUnsubscribe))
	m.Transport, m.Recipient = "mail", sub.Email
	m.Dedupe = fmt.Sprintf("welcome %s %d", sub.PublicID, l.now().UnixMilli())
	return m, err
}

// NeverAgain sees to it that an address is not written to again, because its owner
// pressed the button of a mail of that moment.
func (l *List) NeverAgain(ctx context.Context, id subscribers.PublicID, at time.Time, by subscribers.Actor) error {
	if l.now().Sub(at) > subscribers.UnconfirmedFor {
		return subscribers.ErrVoid
	}
	return l.store.NeverAgain(ctx, id, by)
}
