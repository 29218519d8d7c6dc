package mailbox

import (
	"context"
	"errors"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// learn asks below which name the server keeps the user's mailboxes (RFC 2342), as "INBOX.".
// A server that won't say is taken to keep them as they are called.
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
	if err != nil || len(spaces.Personal) == 0 {
		return err
	}
	for _, space := range spaces.Personal {
		if space.Prefix == "" {
			return nil
		}
	}
	s.prefix = spaces.Personal[0].Prefix
	return nil
}

// name is what the server calls a mailbox.
func (s *session) name(mailbox string) string {
	if strings.EqualFold(mailbox, "INBOX") || strings.HasPrefix(mailbox, s.prefix) {
		return mailbox
	}
	return s.prefix + mailbox
}
