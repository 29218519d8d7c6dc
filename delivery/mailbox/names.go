package mailbox

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// learn asks below which names the server keeps mailboxes (RFC 2342): the user's own, as
// "INBOX.", those of other users and shared ones. A server that won't say is taken to keep them
// as they are called.
func (s *session) learn(ctx context.Context) error {
	if !s.caps.Has(imap.CapNamespace) {
		return nil
	}
	spaces, err := within(ctx, s, NoMailbox, maxAnswer, func() (*imap.NamespaceData, error) {
		return s.client.Namespace().Wait()
	})
	var trouble *Trouble
	if errors.As(err, &trouble) && trouble.Code == NoMailbox {
		return nil
	}
	if err != nil || len(spaces.Personal) == 0 || nameless(spaces.Personal) {
		return err
	}
	for _, mailbox := range []string{s.o.Mailbox, s.o.Processed, s.o.Unknown} {
		if s.names[mailbox], err = s.find(ctx, spaces, mailbox); err != nil {
			return err
		}
	}
	return nil
}

// find is what a server calls a mailbox that keeps the user's own below a name. One of other
// users', or a shared one, is called as it is.
func (s *session) find(ctx context.Context, spaces *imap.NamespaceData, mailbox string) (string, error) {
	others := slices.Concat(spaces.Other, spaces.Shared)
	if strings.EqualFold(mailbox, "INBOX") || below(mailbox, spaces.Personal) || below(mailbox, others) {
		return mailbox, nil
	}
	if nameless(others) { // it may be one of those, as Cyrus has it
		if there, err := s.has(ctx, mailbox); there || err != nil {
			return mailbox, err
		}
	}
	return spaces.Personal[0].Prefix + mailbox, nil
}

// below reports whether a mailbox is named as those of some spaces are.
func below(mailbox string, spaces []imap.NamespaceDescriptor) bool {
	return slices.ContainsFunc(spaces, func(d imap.NamespaceDescriptor) bool {
		return d.Prefix != "" && strings.HasPrefix(mailbox, d.Prefix)
	})
}

// nameless reports whether mailboxes of some spaces are called as they are.
func nameless(spaces []imap.NamespaceDescriptor) bool {
	return slices.ContainsFunc(spaces, func(d imap.NamespaceDescriptor) bool { return d.Prefix == "" })
}

// has reports whether the server lists a mailbox that can be opened.
func (s *session) has(ctx context.Context, mailbox string) (bool, error) {
	found, err := within(ctx, s, NoMailbox, maxAnswer, func() ([]*imap.ListData, error) {
		return s.client.List("", mailbox, nil).Collect()
	})
	var trouble *Trouble
	if errors.As(err, &trouble) && trouble.Code == NoMailbox {
		return false, nil
	}
	return slices.ContainsFunc(found, func(l *imap.ListData) bool {
		return l.Mailbox == mailbox && !slices.Contains(l.Attrs, imap.MailboxAttrNoSelect) && !slices.Contains(l.Attrs, imap.MailboxAttrNonExistent)
	}), err
}

// name is what the server calls a mailbox.
func (s *session) name(mailbox string) string { return cmp.Or(s.names[mailbox], mailbox) }
