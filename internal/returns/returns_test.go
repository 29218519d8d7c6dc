package returns_test

import (
	"path/filepath"
	"strings"
	"testing"

	"roundup/delivery/inbox"
)

// TestGuessesAreKept: what only its subject calls an automatic answer may be a letter, and is
// kept for a person; what is marked as one is not.
func TestGuessesAreKept(t *testing.T) {
	t.Parallel()
	m, _ := newServer(t).open(t)
	for _, tt := range []struct {
		header string
		kept   bool
	}{
		{"Subject: Please confirm that you have removed me", true},
		{"Subject: Thank you for your emails, please unsubscribe me", true},
		{"Subject: Re: No longer with us", true},
		{"Subject: Re: In the absence of proof", true},
		{"Subject: Re: Urlaub auf Balkonien", true},
		{"Subject: Out of office: Issue 12", true},
		{"Subject: Out of office: Issue 12\r\nAuto-Submitted: auto-replied", false},
		{"Subject: I will be back\r\nX-Autoreply: yes", false},
	} {
		folder := filepath.Join(t.TempDir(), "unknown")
		mail := "From: ann@reader.example\r\n" + tt.header + "\r\n\r\nHello.\r\n"
		if err := m.Listen(folder)(t.Context(), strings.NewReader(mail), inbox.Envelope{To: "bounces@magazine.example"}); err != nil {
			t.Fatal(err)
		}
		n, err := inbox.Kept(folder)
		if err != nil || (n == 1) != tt.kept {
			t.Errorf("%s: %d kept, %v", tt.header, n, err)
		}
	}
}
