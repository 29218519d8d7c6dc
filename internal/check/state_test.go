package check_test

import (
	"fmt"
	"testing"
	"time"

	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// subscribe adds n readers: r1@readers.example and so on.
func (o *office) subscribe(n int) {
	o.t.Helper()
	for i := 1; i <= n; i++ {
		reader, err := subscribers.ParseAddress(fmt.Sprintf("r%d@readers.example", i))
		if err != nil {
			o.t.Fatal(err)
		}
		who := subscribers.Subscriber{Email: reader.Envelope(), Key: reader.Key, Status: subscribers.Active}
		if _, err := o.store.Add(o.t.Context(), who, storetest.Anna()); err != nil {
			o.t.Fatal(err)
		}
	}
}

// send sends an issue, as far as the relay takes it.
func (o *office) send() {
	o.t.Helper()
	if _, err := o.desk.Fetch(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.desk.Run(o.t.Context(), desk.RunOptions{Now: true}); err != nil {
		o.t.Fatal(err)
	}
}

func TestCheckLastIssue(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.subscribe(20)
	o.misbehave(smtptest.Any(
		smtptest.For("r1@readers.example", smtptest.RCPT, smtptest.Reply("550 5.1.1 no such user")),
		smtptest.For("r2@readers.example", smtptest.RCPT, smtptest.Reply("550 5.1.1 no such user")),
	))
	o.send()
	o.extent.Offline = true
	says(t, o.check(), "warned last issue: No. 1: 18 sent, 2 refused for good, 0 unknown: more than one in twenty", "→ [read report 1]")
}

func TestCheckHeldIssue(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.subscribe(1)
	o.misbehave(smtptest.On(smtptest.MAIL, smtptest.Reply("553 5.7.1 not yours")))
	o.send()
	o.extent.Offline = true
	says(t, o.check(), "failed under way: issue 1 is held: ", "553 5.7.1 not yours", "→ [release 1]")
}

func TestCheckClock(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.ahead = 48 * time.Hour
	o.subscribe(1)
	said := o.check()
	says(t, said, "warned clock: ", "48h ahead of those of 1 server", "timedatectl")
	o.ahead = 0
	o.extent.Offline = true
	says(t, o.check(), "warned clock: something is on record for ", "ahead of this machine's clock")
}
