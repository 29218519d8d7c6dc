package desk

import "context"

const mailboxCauses = "mailbox % failing"

// tellOfMailbox tells of a mailbox of bounces that can't be read for a day, and when it can
// again. Of one that is not configured any more, nothing remains to be told.
func (d *Desk) tellOfMailbox(ctx context.Context) error {
	if !d.cfg.Bounces.IMAP.On() {
		return d.store.CloseNotices(ctx, mailboxCauses)
	}
	m, err := d.store.Mailbox(ctx, d.cfg.Bounces.IMAP.Name())
	if err != nil {
		return err
	}
	cause := "mailbox " + m.Name + " failing"
	if err := d.store.CloseNotices(ctx, mailboxCauses, cause); err != nil {
		return err
	}
	switch {
	case m.FailingSince.IsZero():
		return d.end(ctx, cause, News{Kind: MailboxReads, Mailbox: m})
	case d.now().Sub(m.FailingSince) < failingFor:
		return nil
	case d.now().Sub(m.TriedAt) >= failingFor: // nobody has tried since, such as before the daemon's first reading
		return nil
	}
	return d.begin(ctx, cause, News{Kind: MailboxFails, Mailbox: m})
}
