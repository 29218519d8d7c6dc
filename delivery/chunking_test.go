package delivery_test

import (
	"bytes"
	"testing"

	"roundup/delivery"
	"roundup/internal/smtptest"
)

// A composed message may be sent from its own memory, the commands written into
// the room before it: it arrives as it was composed, and is not changed by it.
func TestMessagesArriveAsComposed(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, _ mode, o smtptest.Options) {
		c, s := composer(t), mta(t, o)
		conn := dial(t, relayTo(t, s))
		var want [][]byte
		for _, to := range []string{"a@b.example", "somebody.with.a.long.name@a.long.domain.example", "c@d.example"} {
			m, err := c.Compose(claimOf(to, "Ada"))
			if err != nil {
				t.Fatal(err)
			}
			before := bytes.Clone(m.Data)
			if r := conn.Send(soon(t), m); r.Verdict != delivery.Accepted {
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
		noViolations(t, s)
	})
}
