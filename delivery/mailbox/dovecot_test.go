package mailbox_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"roundup/delivery/mailbox"
	"roundup/internal/testing/imaptest"
)

// TestDovecot reads a mailbox of Debian's Dovecot, whether or not it wants a prefix before
// the name of each.
func TestDovecot(t *testing.T) {
	t.Parallel()
	for _, prefix := range []string{"", "INBOX.", "Mail."} {
		t.Run("prefix "+prefix, func(t *testing.T) {
			t.Parallel()
			readDovecot(t, imaptest.StartBelow(t, prefix, "", ""))
		})
	}
}

func readDovecot(t *testing.T, d *imaptest.Server) {
	t.Helper()
	o := mailbox.Options{
		Host: "127.0.0.1", Port: d.Port, TLS: "none", Username: imaptest.User, Password: imaptest.Password,
		Mailbox: "INBOX", Processed: "Processed", Unknown: "Unbekannt ä", Limit: 1 << 20,
	}
	deliver := func(n int, text string) {
		t.Helper()
		folder := filepath.Join(d.Maildir, "new")
		if err := os.MkdirAll(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.x.host", n)), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	read := func(from mailbox.Position) (taken []string, at mailbox.Position, done mailbox.Done) {
		t.Helper()
		at = from
		done, err := mailbox.Read(t.Context(), o, from, func(_ context.Context, mail io.Reader) (bool, error) {
			text, err := io.ReadAll(mail)
			taken = append(taken, string(text))
			return strings.Contains(string(text), "bounce"), err
		}, func(_ context.Context, to mailbox.Position) error { at = to; return nil })
		if err != nil {
			t.Fatal(err)
		}
		return taken, at, done
	}
	if n, err := mailbox.Look(t.Context(), o); n != 0 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	deliver(1, "Subject: bounce 1\n\n(((\n")
	deliver(2, "Subject: hello 2\n\n"+strings.Repeat("x", 3<<20)+"\n")
	taken, at, done := read(mailbox.Position{})
	if len(taken) != 2 || len(taken[1]) != 1<<20 || done != (mailbox.Done{Understood: 1, Unknown: 1}) || at.Last != 2 {
		t.Errorf("%d taken, %+v, %+v", len(taken), at, done)
	}
	deliver(3, "Subject: bounce 3\n\n")
	if taken, at, _ = read(at); len(taken) != 1 || at.Last != 3 {
		t.Errorf("%q, %+v", taken, at)
	}
	if taken, _, _ = read(at); len(taken) != 0 {
		t.Errorf("%q is read twice", taken)
	}
	o.Mailbox, o.Processed = "Processed", "Again"
	if taken, _, _ = read(mailbox.Position{}); len(taken) != 2 {
		t.Errorf("%q are in Processed, want two", taken)
	}
	for change, want := range map[mailbox.Code]func(*mailbox.Options){
		mailbox.Login:     func(o *mailbox.Options) { o.Password = "wrong" },
		mailbox.NoMailbox: func(o *mailbox.Options) { o.Mailbox = "Nowhere" },
		mailbox.NoTLS:     func(o *mailbox.Options) { o.TLS = "starttls" },
	} {
		bad := o
		want(&bad)
		if _, err := mailbox.Look(t.Context(), bad); codeOf(err) != change {
			t.Errorf("%s: got %v", change, err)
		}
	}
}
