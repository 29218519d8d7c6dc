package list

import (
	"context"
	"errors"
	"io"

	"roundup/delivery/inbox"
	"roundup/store"
	"roundup/subscribers"
)

// Mails takes the mails that come back, one after the other: those by which readers leave
// (the mailto: of List-Unsubscribe, RFC 2369), bounces, complaints, automatic answers.
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
	Bounces      int // recipients whom a mail did not reach
	Complaints   int
	AutoReplies  int
	Other        int // left alone: they ask for nothing, or name nobody of ours
}

// Taken is what a mail says of one recipient, and who that is.
type Taken struct {
	inbox.Finding
	Counts bool                   // it proves itself
	Sub    subscribers.Subscriber // whom it names; ID 0 for nobody of ours
}

// Mails begins to take mails. A rehearsal counts what would change, and changes nothing.
func (l *List) Mails(rehearse bool) *Mails {
	return &Mails{list: l, rehearse: rehearse, left: map[subscribers.PublicID]bool{}}
}

// Done is what became of the mails so far.
func (m *Mails) Done() MailsDone { return m.done }

// Take reads a mail and does what follows from it: the reader who asks for it leaves.
func (m *Mails) Take(ctx context.Context, mail io.Reader, envelope inbox.Envelope) ([]Taken, error) {
	report, err := inbox.Read(mail, m.list.keys, envelope)
	if err != nil {
		return nil, err
	}
	m.done.Mails++
	var all []Taken
	for _, f := range report.Findings {
		t := Taken{Finding: f, Counts: report.Counts(f)}
		if t.Sub, err = m.list.named(ctx, f); err != nil {
			return all, err
		}
		if err := m.follow(ctx, t); err != nil {
			return all, err
		}
		all = append(all, t)
	}
	return all, nil
}

// follow does what follows from one finding.
func (m *Mails) follow(ctx context.Context, t Taken) error {
	switch {
	case t.Kind == inbox.Unsubscribe && t.Proof == inbox.ByToken:
		left, err := m.leave(ctx, t.Reader)
		switch {
		case err != nil:
			return err
		case !left:
			m.done.Already++
			return nil
		}
		m.done.Unsubscribed++
		m.left[t.Reader] = true
	case t.Kind == inbox.Hard || t.Kind == inbox.Soft:
		m.done.Bounces++
	case t.Kind == inbox.Complaint:
		m.done.Complaints++
	case t.Kind == inbox.AutoReply:
		m.done.AutoReplies++
	default:
		m.done.Other++
	}
	return nil
}

// named is the reader a finding names: by a token or our Message-ID, else by address;
// nobody is no error.
func (l *List) named(ctx context.Context, f inbox.Finding) (subscribers.Subscriber, error) {
	if !f.Reader.IsZero() {
		sub, err := l.store.SubscriberByPublicID(ctx, f.Reader)
		if !errors.Is(err, store.ErrNotFound) {
			return sub, err
		}
	}
	addr, err := subscribers.ParseAddress(f.Recipient)
	if err != nil {
		return subscribers.Subscriber{}, nil //nolint:nilerr // what is no address is nobody's
	}
	sub, err := l.store.FindSubscriber(ctx, addr.Key)
	if errors.Is(err, store.ErrNotFound) {
		return subscribers.Subscriber{}, nil
	}
	return sub, err
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
