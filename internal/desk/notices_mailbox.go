package desk

import "context"

// tellOfMailbox tells of a mailbox of bounces that can't be read for a day, and when it can
// again.
func (d *Desk) tellOfMailbox(ctx context.Context) error {
	if !d.cfg.Bounces.IMAP.On() {
		return nil
	}
	m, err := d.store.Mailbox(ctx, d.cfg.Bounces.IMAP.Name())
	if err != nil {
		return err
	}
	cause := "mailbox " + m.Name + " failing"
	switch {
	case m.FailingSince.IsZero():
		return d.end(ctx, cause, News{Kind: MailboxReads, Mailbox: m})
	case d.now().Sub(m.FailingSince) < failingFor:
		return nil
	}
	return d.begin(ctx, cause, News{Kind: MailboxFails, Mailbox: m})
}
