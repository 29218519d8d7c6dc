package mailbox_test

import (
	"slices"
	"strings"
	"testing"

	"roundup/delivery/mailbox"
)

// A server that keeps the user's own mailboxes below a name keeps those of other users and
// shared ones elsewhere, or as they are called.
func TestNames(t *testing.T) {
	t.Parallel()
	const (
		dovecot = `(("INBOX." ".")) (("user." ".")) (("shared." "."))`
		cyrus   = `(("INBOX." ".")) (("user." ".")) (("" "."))`
		flat    = `(("" ".")("Archive." ".")) NIL (("shared." "."))`
	)
	for _, tt := range []struct {
		name, spaces      string
		there             []string // mailboxes
		mailbox, folder   string
		opened, movedInto string
	}{
		{"the user's own", dovecot, nil, "Bounces", "Processed", "INBOX.Bounces", "INBOX.Processed"},
		{"named with what is before it", dovecot, nil, "INBOX.Bounces", "INBOX.Processed", "INBOX.Bounces", "INBOX.Processed"},
		{"another user's, and shared", dovecot, nil, "user.office.Bounces", "shared.Processed", "user.office.Bounces", "shared.Processed"},
		{"shared, and called as it is", cyrus, []string{"bounces", "bounces.Processed"}, "bounces", "bounces.Processed", "bounces", "bounces.Processed"},
		{"the user's own beside shared ones called as they are", cyrus, nil, "Bounces", "Processed", "INBOX.Bounces", "INBOX.Processed"},
		{"all called as they are", flat, nil, "Bounces", "Processed", "Bounces", "Processed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "bounce 1")
			s.caps += " NAMESPACE"
			s.spaces = tt.spaces
			for _, folder := range tt.there {
				s.folders[folder] = []string{}
			}
			o := s.options()
			o.Mailbox, o.Processed = tt.mailbox, tt.folder
			if r := s.read(o, mailbox.Position{}); r.err != nil {
				t.Fatal(r.err)
			}
			at := slices.IndexFunc(s.heard, func(line string) bool { return strings.HasPrefix(line, "SELECT") })
			if got, _, _ := strings.Cut(strings.Trim(strings.TrimPrefix(s.heard[at], "SELECT "), `"`), " "); got != tt.opened {
				t.Errorf("opened %s, want %s", got, tt.opened)
			}
			if got := s.folders[tt.movedInto]; !slices.Equal(got, []string{"bounce 1"}) {
				t.Errorf("moved: %v, want it in %s", s.folders, tt.movedInto)
			}
		})
	}
}
