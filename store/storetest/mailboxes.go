package storetest

import (
	"testing"
	"time"

	"roundup/store"
)

// TestMailbox remembers how far a mailbox was read, and since when it can't be.
func (e suite) TestMailbox(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	const name = "bounces@imap.example:993/INBOX"
	look := func() store.MailboxRecord {
		t.Helper()
		m, err := s.Mailbox(t.Context(), name)
		s.must(err)
		return m
	}
	if got := look(); got != (store.MailboxRecord{Name: name}) {
		t.Errorf("got %+v, want nothing", got)
	}
	s.must(s.SaveMailboxPosition(t.Context(), name, 1<<32-1, 1<<32-1))
	s.must(s.SaveMailboxReading(t.Context(), name, "login", "", "wrong"))
	first := look()
	if first.Validity != 1<<32-1 || first.Last != 1<<32-1 || first.Fault != "login" || first.Fact != "wrong" || first.FailingSince.IsZero() || first.TriedAt.IsZero() || !first.ReadAt.IsZero() {
		t.Errorf("got %+v", first)
	}
	s.clock.Forward(time.Hour)
	s.must(s.SaveMailboxReading(t.Context(), name, "no folder", "Unknown", "no"))
	if got := look(); !got.FailingSince.Equal(first.FailingSince) || !got.TriedAt.Equal(first.TriedAt.Add(time.Hour)) || got.Fault != "no folder" || got.About != "Unknown" {
		t.Errorf("got %+v, want it failing since %v", got, first.FailingSince)
	}
	s.must(s.SaveMailboxReading(t.Context(), name, "", "", ""))
	s.must(s.SaveMailboxPosition(t.Context(), name, 8, 1))
	if got := look(); got.Fault != "" || !got.FailingSince.IsZero() || got.ReadAt.IsZero() || got.Validity != 8 || got.Last != 1 {
		t.Errorf("got %+v, want it read", got)
	}
	other, err := s.Mailbox(t.Context(), "other@imap.example:993/INBOX")
	s.must(err)
	if other.Last != 0 {
		t.Errorf("got %+v of another mailbox", other)
	}
}
