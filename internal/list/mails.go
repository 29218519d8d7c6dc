package list

import (
	"context"
	"errors"
	"io"

	"roundup/delivery/inbox"
	"roundup/store"
	"roundup/subscribers"
)

// Mails takes the mails by which readers leave: those sent to the mailto: of
// List-Unsubscribe (RFC 2369), one after the other.
type Mails struct {
	list     *List
	rehearse bool
	left     map[subscribers.PublicID]bool // by one of these mails
	done     MailsDone
}

// MailsDone is what became of mails.
type MailsDone struct {
	Mails        int
	Unsubscribed int // readers who left by them, or would
	Already      int // of readers who had left before
	Other        int // left alone: they ask for nothing, or name nobody of ours
}

// Mails begins to take mails. A rehearsal counts what would change, and changes nothing.
func (l *List) Mails(rehearse bool) *Mails {
	return &Mails{list: l, rehearse: rehearse, left: map[subscribers.PublicID]bool{}}
}

// Done is what became of the mails so far.
func (m *Mails) Done() MailsDone { return m.done }

// Take reads a mail, and the reader it names leaves. Its error is an
// inbox.ErrNotUnsubscribe for a mail that was left alone.
func (m *Mails) Take(ctx context.Context, mail io.Reader) error {
	m.done.Mails++
	id, err := inbox.ReadUnsubscribe(mail, m.list.keys)
	if err != nil {
		m.done.Other++
		return err
	}
	left, err := m.leave(ctx, id)
	switch {
	case err != nil:
		return err
	case !left:
		m.done.Already++
		return nil
	}
	m.done.Unsubscribed++
	m.left[id] = true
	return nil
}

// leave reports whether the reader had not left before. Who was forgotten since
// the mail was sent is nobody's reader, and has left.
func (m *Mails) leave(ctx context.Context, id subscribers.PublicID) (bool, error) {
	if !m.rehearse {
		return m.list.Unsubscribe(ctx, id, subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughMail})
	}
	sub, err := m.list.store.SubscriberByPublicID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return sub.Status != subscribers.Unsubscribed && !m.left[id], err
}
