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
	way      Way
	left     map[subscribers.PublicID]bool // by one of these mails
	done     MailsDone
}

// MailsDone is what became of mails.
type MailsDone struct {
	Mails        int
	Unsubscribed int // readers who left by them, or would
	Already      int // of readers who had left before
	Suppressed   int // readers who are not mailed any more by them, or would not be
	Bounces      int // recipients whom a mail did not reach
	Complaints   int
	AutoReplies  int
	Replies      int // of readers to an issue
	Other        int // left alone: they ask for nothing, or name nobody of ours
}

// Mails begins to take mails that came back to by. A rehearsal counts what would change,
// and changes nothing.
func (l *List) Mails(rehearse bool, by subscribers.Actor) *Mails {
	way := Way{Name: "mail", By: by.Via(subscribers.ThroughReturns)}
	return &Mails{list: l, rehearse: rehearse, way: way, left: map[subscribers.PublicID]bool{}}
}

// Done is what became of the mails so far.
func (m *Mails) Done() MailsDone { return m.done }

// Take reads a mail and does what follows from it: the reader who asks for it leaves, a
// bounce that proves itself is counted.
func (m *Mails) Take(ctx context.Context, mail io.Reader, envelope inbox.Envelope) ([]Taken, error) {
	report, err := inbox.Read(mail, m.list.keys, envelope)
	if err != nil {
		return nil, err
	}
	m.done.Mails++
	var all []Taken
	for _, f := range report.Findings {
		t, proven, err := m.list.find(ctx, f, report.Counts(f) && m.list.heeds(f))
		if err != nil {
			return all, err
		}
		switch {
		case f.Kind == inbox.Unsubscribe && proven:
			err = m.unsubscribe(ctx, &t, report.Digest)
		case f.Reply:
			err = m.reply(ctx, &t, report.Digest)
		default:
			err = m.list.follow(ctx, &t, proven, report.Digest, m.way, m.rehearse)
		}
		if err != nil {
			return all, err
		}
		m.count(t)
		all = append(all, t)
	}
	return all, nil
}

// heeds reports whether what a mail says of a reader may have an effect. Where each mail has
// a return path of its own, a bounce comes back by it; a Message-ID is known to all who got a
// copy of the reader's answer.
func (l *List) heeds(f inbox.Finding) bool {
	bounce := f.Kind == inbox.Hard || f.Kind == inbox.Soft
	return !l.policy.VERP || !bounce || f.Proof == inbox.ByToken
}

// reply counts an answer to an issue of ours by one of its readers.
func (m *Mails) reply(ctx context.Context, t *Taken, digest [32]byte) error {
	if t.Effect = Nothing; t.Sub.ID == 0 || t.Issue.ID == 0 {
		return nil
	}
	if t.Effect = Replied; !m.rehearse {
		return m.list.store.SaveReply(ctx, digest, t.Sub.ID, t.Issue.ID)
	}
	known, err := m.list.store.KnowsMail(ctx, digest)
	if known {
		t.Effect = Known
	}
	return err
}

// unsubscribe heeds a mail by which a reader leaves, once: who came back since it was read
// stays where it is read again.
func (m *Mails) unsubscribe(ctx context.Context, t *Taken, digest [32]byte) error {
	known, err := m.list.store.KnowsMail(ctx, digest)
	if t.Effect = Known; known || err != nil {
		return err
	}
	left, err := m.leave(ctx, t.Reader, digest)
	if t.Effect = LeftBefore; left {
		t.Effect = Left
		m.left[t.Reader] = true
	}
	return err
}

func (m *Mails) count(t Taken) {
	switch {
	case t.Effect == Left:
		m.done.Unsubscribed++
	case t.Effect == LeftBefore, t.Kind == inbox.Unsubscribe && t.Effect == Known:
		m.done.Already++
	case t.Kind == inbox.Hard || t.Kind == inbox.Soft:
		m.done.Bounces++
	case t.Kind == inbox.Complaint:
		m.done.Complaints++
	case t.Kind == inbox.AutoReply:
		m.done.AutoReplies++
	case t.Effect == Replied, t.Reply && t.Effect == Known:
		m.done.Replies++
	default:
		m.done.Other++
	}
	if t.Effect == Suppressed {
		m.done.Suppressed++
	}
}

// leave reports whether the reader had not left before. Who was forgotten since
// the mail was sent is nobody's reader, and has left.
func (m *Mails) leave(ctx context.Context, id subscribers.PublicID, digest [32]byte) (bool, error) {
	if !m.rehearse {
		return m.list.store.UnsubscribeOnce(ctx, digest, m.way.Name, id, subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughMail})
	}
	sub, err := m.list.store.SubscriberByPublicID(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return sub.Status != subscribers.Unsubscribed && !m.left[id], err
}
