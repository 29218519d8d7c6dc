package check

import (
	"context"
	"errors"
	"fmt"

	"roundup/delivery/inbox"
	"roundup/delivery/listener"
	"roundup/delivery/mailbox"
	"roundup/internal/check/finding"
	"roundup/internal/desk"
	"roundup/internal/loopback"
	"roundup/internal/remedy"
	"roundup/internal/wording"
)

// returns looks at the ways in for what comes back, where any is configured.
func (c *check) returns(ctx context.Context, l *finding.List) {
	c.listener(ctx, l)
	c.mailbox(ctx, l)
}

// mailbox signs in to the mailbox of bounces, opens it and changes nothing.
func (c *check) mailbox(ctx context.Context, l *finding.List) {
	m := c.cfg.Bounces.IMAP
	local := loopback.Is(m.Host)
	switch {
	case !m.On():
		return
	case c.extent.Offline && !local:
		l.Skip("mailbox", m.Name()+" not asked", "")
		l.InDetail(remedy.Offline)
		return
	case c.rehearsal && !local:
		l.Skip("mailbox", m.Name()+" not asked: this is a rehearsal", "")
		return
	}
	limited, cancel := context.WithTimeout(ctx, patienceBox)
	defer cancel()
	n, err := mailbox.Look(limited, desk.MailboxSettings(c.cfg))
	var trouble *mailbox.Trouble
	switch {
	case errors.As(err, &trouble):
		l.Fail("mailbox", fmt.Sprintf("%s can't be read: %s", m.Name(), trouble.Says()), "")
		l.Do(remedy.Remedy{Code: remedy.TryMailbox})
	case err != nil:
		l.Fail("mailbox", m.Name()+": "+err.Error(), "")
	default:
		l.Pass("mailbox", fmt.Sprintf("%s can be read: %s in it", m.Name(), wording.Count(n, "mail")))
	}
}

// listener asks whether mail for the return path is taken at bounces.listen, and begins
// none.
func (c *check) listener(ctx context.Context, l *finding.List) {
	network, address, lmtp := c.cfg.Bounces.ListensAt()
	if network == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patienceBox)
	defer cancel()
	if err := listener.Probe(ctx, network, address, lmtp, c.cfg.Mail.ReturnPath); err != nil {
		l.Warn("listener", fmt.Sprintf("%s takes no mail for %s: %v", c.cfg.Bounces.Listen, c.cfg.Mail.ReturnPath, err), "")
		l.Do(remedy.Remedy{Code: remedy.StartListener})
	} else {
		l.Pass("listener", fmt.Sprintf("%s takes mail for %s", c.cfg.Bounces.Listen, c.cfg.Mail.ReturnPath))
	}
	folder := c.cfg.Bounces.UnknownDir
	switch n, err := inbox.Kept(folder); {
	case err != nil:
		l.Warn("not understood", err.Error(), "")
	case n > 0:
		l.Warn("not understood", fmt.Sprintf("%s came that no reader of the list is behind: in %s", wording.Count(n, "mail"), folder), "")
		l.Do(remedy.Remedy{Code: remedy.LookAtUnknown, About: folder})
	}
}
