package mail_test

import (
	"bytes"
	"testing"

	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// arrived sends an issue's mail to each of these addresses through a scripted MTA, and
// returns the mails as they were composed and as they arrived.
func arrived(t *testing.T, o smtptest.Options, c *mail.Composer, addresses ...string) (composed, arrived [][]byte) {
	t.Helper()
	s := smtptest.Start(t, o)
	server, err := relay.New(relay.Settings{Host: s.Host(), Port: s.Port(), TLS: relay.NoTLS, LocalName: "sender.test"})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := server.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	for _, address := range addresses {
		m, err := c.Compose(readerOf(address, "Ada"))
		if err != nil {
			t.Fatal(err)
		}
		before := bytes.Clone(m.Data)
		if r := conn.Send(t.Context(), m); r.Verdict != relay.Accepted {
			t.Fatalf("%+v", r)
		}
		if !bytes.Equal(m.Data, before) {
			t.Errorf("sending the message to %s changed it", address)
		}
		m.Ended()
		composed = append(composed, before)
	}
	for _, got := range s.Mails() {
		arrived = append(arrived, got.Data)
	}
	if v := s.Violations(); len(v) > 0 {
		t.Errorf("violations: %q", v)
	}
	return composed, arrived
}

// A composed message may be sent from its own memory, the commands written into
// the room before it: it arrives as it was composed, and is not changed by it.
func TestMessagesArriveAsComposed(t *testing.T) {
	t.Parallel()
	for _, m := range smtptest.Modes() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			want, got := arrived(t, m.Options(), composer(t), "a@b.example", "somebody.with.a.long.name@a.long.domain.example", "c@d.example")
			for i := range want {
				if i >= len(got) || !bytes.Equal(got[i], want[i]) {
					t.Errorf("message %d of %d did not arrive as it was composed", i, len(got))
				}
			}
		})
	}
}

func TestSignedMailsPassARelay(t *testing.T) {
	t.Parallel()
	for _, m := range smtptest.Modes() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			c := composer(t, func(l *mail.Letter) {
				l.Signer = signer(t, "ed25519")
				l.Variant.Text += "\n.\n..dots\n.\n"
			})
			_, got := arrived(t, m.Options(), c, "a@b.example", "b@c.example", "c@d.example", "d@e.example", "e@f.example")
			if len(got) != 5 {
				t.Fatalf("%d mails of 5", len(got))
			}
			for _, data := range got {
				mustVerify(t, "ed25519", data)
			}
		})
	}
}
