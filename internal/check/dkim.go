package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"roundup/delivery/mail"
	"roundup/internal/check/finding"
	"roundup/internal/check/maildns"
	"roundup/internal/remedy"
)

// dkim looks whether the key that mails are signed with is the one that is
// published. Where the relay signs, its selector is in no record that could be
// asked for.
func (n *names) dkim(ctx context.Context, l *finding.List) {
	if n.cfg.DKIM.Key == nil {
		l.Skip("DKIM", "mails are not signed here, and whether the relay does can't be known from outside", "")
		l.Do(remedy.Remedy{Code: remedy.TrySigning})
		return
	}
	cfg := n.cfg.DKIM
	name := mail.DKIMName(cfg.Domain, cfg.Selector)
	record, err := mail.DKIMRecord(cfg.Key.Public())
	if err != nil {
		l.Fail("DKIM", err.Error(), "")
		return
	}
	ours, err := maildns.ParseKey(record)
	if err != nil {
		l.Fail("DKIM", err.Error(), "")
		return
	}
	toPublish := finding.Record{Name: name, Type: "TXT", Value: record}
	theirs, err := n.zone.Key(ctx, cfg.Domain, cfg.Selector)
	var wrong string
	switch {
	case unasked(l, "DKIM", err):
		return
	case errors.Is(err, maildns.ErrAbsent):
		wrong = name + " is not published, so that no signature of ours can be verified"
	case err != nil:
		wrong = fmt.Sprintf("%s: %v", name, err)
	case theirs.Public == nil:
		wrong = name + " says that its key was withdrawn"
	case theirs.Type != ours.Type || !bytes.Equal(theirs.Public, ours.Public):
		wrong = name + " publishes another key than the one we sign with"
	case theirs.Testing:
		l.Warn("DKIM", name+" publishes our key, for tests only (t=y): receivers take no notice of it", "take t=y out of the record")
		l.Publish(toPublish)
		return
	default:
		l.Pass("DKIM", name+" publishes our key ("+mail.DescribeKey(cfg.Key.Public())+")")
		return
	}
	l.Fail("DKIM", wrong, "publish this, and wait until name servers have it")
	l.Publish(toPublish)
}
