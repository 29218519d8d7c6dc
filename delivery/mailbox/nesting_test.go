package mailbox_test

import (
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"

	"roundup/delivery/mailbox"
)

// deep is an answer with lists that are too deep.
var deep = "* 1 FETCH (BODYSTRUCTURE " + strings.Repeat("(", 3*mailbox.MaxDepth)

// FuzzNesting has a server say anything, and then lists that are too deep: wherever the
// client's parser takes them for lists, the guard does. What comes before may put both into a
// literal, a quote or the text of a status.
func FuzzNesting(f *testing.F) {
	for _, before := range []string{
		"",
		"* OK x {5000}\r\n",
		"* ok x {5000}\r\n",
		"* 1 OK x {5000}\r\n",
		"* BAD {5000}\r\n",
		"* BYE {5000}\r\n",
		"* PREAUTH {5000}\r\n",
		"* OK(x {5000}\r\n",
		"* OK [X {5000}\r\n",
		"* OK [X \r\n* LIST () \"/\" {5000}\r\n]\r\n",
		"* OK [X] \" {5000}\r\n",
		"* OK \"\r\n",
		"T1 OK x {5000}\r\n",
		"T1 NO [X \"{5000}\r\n] x\r\n",
		"+ x {5000}\r\n",
		"* 1 FETCH (UID 1 BODY[] \"{5000}\")\r\n",
		"* 1 FETCH (UID 1 BODY[] \"{5000}\r\n\")\r\n",
		"* LIST () \"/\" \"a \\\" {5000}\"\r\n",
		"* LIST () \"/\" \"a \\\\\" {3}\r\nabc\r\n",
		"* LIST () \"/\" \"{5000}\r\n\"\r\n",
		"* LIST () \"/\" {10} \r\n* X {5000}\r\n",
		"* LIST () \"/\" {10}\n* X {5000}\r\n",
		"* LIST () \"/\" {}\r\n* OK {5000}\r\n",
		"* LIST () \"/\" {99999999999999999999}\r\n",
		"* LIST () \"/\" {5000",
		"* LIST () \"/\" {5000}\r\n",
		"* LIST () \"/\" {5000}\r \n",
		"* LIST () \"/\" INBOX\r\n",
	} {
		f.Add(before)
	}
	f.Fuzz(func(t *testing.T, before string) {
		if depth := parsed(t, before+deep); depth > mailbox.MaxDepth {
			t.Errorf("the parser came to depth %d", depth)
		}
	})
}

// parsed has the client read what a server says behind a guard, and returns how deep the
// parser went into lists, by its own account.
func parsed(t *testing.T, said string) int {
	t.Helper()
	ours, theirs := net.Pipe()
	defer theirs.Close()
	_ = theirs.SetDeadline(time.Now().Add(20 * time.Second))
	go func() { _, _ = io.Copy(io.Discard, theirs) }()
	client := imapclient.New(mailbox.Guarded(ours, 1<<20), nil)
	defer client.Close()
	go func() { _, _ = io.WriteString(theirs, "* OK [CAPABILITY IMAP4rev1] ready\r\n") }()
	if err := client.WaitGreeting(); err != nil {
		t.Fatal(err)
	}
	waits := []interface{ Wait() error }{client.Noop(), client.Noop(), client.Noop()}
	go func() {
		_, _ = io.WriteString(theirs, said)
		_ = theirs.Close()
	}()
	depth := 0
	for _, w := range waits {
		if err := w.Wait(); err != nil {
			depth = max(depth, strings.Count(err.Error(), "in body-type-mpart"))
		}
	}
	return depth
}
