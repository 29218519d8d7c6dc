package delivery_test

import (
	"bytes"
	"testing"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// A composed message may be sent from its own memory, the commands written into
// the room before it: it arrives as it was composed, and is not changed by it.
func TestMessagesArriveAsComposed(t *testing.T) {
	t.Parallel()
	for _, m := range smtptest.Modes() {
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			s, to := mta(t, m.Options())
			conn, err := to.Dial(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			c := composer(t)
			var want [][]byte
			for _, to := range []string{"a@b.example", "somebody.with.a.long.name@a.long.domain.example", "c@d.example"} {
				m, err := c.Compose(claimOf(to, "Ada"))
				if err != nil {
					t.Fatal(err)
				}
				before := bytes.Clone(m.Data)
				if r := conn.Send(t.Context(), m); r.Verdict != relay.Accepted {
					t.Fatalf("%+v", r)
				}
				if !bytes.Equal(m.Data, before) {
					t.Errorf("sending the message to %s changed it", to)
				}
				want = append(want, before)
			}
			for i, got := range s.Mails() {
				if !bytes.Equal(got.Data, want[i]) {
					t.Errorf("message %d arrived with %d octets of other content than the %d composed", i, len(got.Data), len(want[i]))
				}
			}
			if v := s.Violations(); len(v) > 0 {
				t.Errorf("violations: %q", v)
			}
		})
	}
}
