package desk_test

import (
	"path/filepath"
	"testing"

	"roundup/internal/desk"
	"roundup/store"
	"roundup/store/sqlite"
)

// Mail that is no issue leaves only from the database in charge: a copy, or one whose
// place another has taken, would write to everybody a second time. It waits there.
func TestOutboxLeavesOnlyFromTheDatabaseInCharge(t *testing.T) {
	t.Parallel()
	queue := func(t *testing.T, b *bundle) {
		if _, err := b.store.Enqueue(t.Context(), store.OutboxMail{
			Dedupe: "x", Kind: "notice", Transport: "mail", Recipient: "editor@magazine.example", Subject: "S", Text: "T",
		}); err != nil {
			t.Fatal(err)
		}
	}
	backup := func(t *testing.T, b *bundle) {
		file := filepath.Join(t.TempDir(), "copy.db")
		if err := b.store.Backup(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		var err error
		if b.store, err = sqlite.Open(t.Context(), file, sqlite.Options{Now: b.clock}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = b.store.Close() })
	}
	rehearse := func(_ *testing.T, b *bundle) { b.cfg.SMTP.Host, b.cfg.SMTP.TLS = "relay.example", "starttls" }
	tests := []struct {
		name      string
		then      func(*testing.T, *bundle)
		rehearsal bool
		sent      int
	}{
		{"in charge", func(*testing.T, *bundle) {}, false, 1},
		{"a copy", backup, false, 0},
		{"a rehearsal with a relay elsewhere", rehearse, true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			queue(t, b)
			tt.then(t, b)
			b.open(t, func(o *desk.Options) { o.Rehearsal = tt.rehearsal })
			for _, flush := range []func() error{
				func() error { return b.desk.FlushOutbox(t.Context()) },
				func() error { return b.desk.Tell(t.Context()) },
			} {
				if err := flush(); err != nil {
					t.Fatal(err)
				}
			}
			if got := len(b.relay.Mails()); got != tt.sent {
				t.Errorf("%d mails left, want %d", got, tt.sent)
			}
			left, err := b.store.ClaimOutbox(t.Context(), 10)
			if err != nil || len(left) != 1-tt.sent {
				t.Errorf("%d mails wait (%v), want %d", len(left), err, 1-tt.sent)
			}
		})
	}
}
