package delivery_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/testing/smtptest"
)

// S11: from the very first reader on a policy refusal is ours: whichever reply
// code, nobody is blamed and at most what was on the wire goes out after it.
func TestPolicyRefusalsInManyWords(t *testing.T) {
	t.Parallel()
	for _, words := range []string{
		"550 5.7.1 Service unavailable; client host blocked using Spamhaus",
		"550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n550 5.7.26 gsmtp",
		"550 5.7.515 Access denied, sending domain doesn't meet the required authentication level",
		"554 5.7.1 Message rejected under suspicion of SPAM",
	} {
		for _, step := range []smtptest.Step{smtptest.RCPT, smtptest.EndOfData} {
			t.Run(fmt.Sprintf("%.20s at %s", words, step), func(t *testing.T) {
				t.Parallel()
				n := openNewsroom(t, 60)
				server, relay := mta(t, smtptest.Options{Script: smtptest.On(step, smtptest.Reply(words))})
				sum, err := n.send(t.Context(), t, relay)
				if err != nil {
					t.Fatal(err)
				}
				wantStatus(t, sum, digest.Held, 1)
				if sum.Failed != 0 || sum.Queued != 60 || !strings.Contains(sum.Reason, "5.7.") {
					t.Errorf("got %+v", sum)
				}
				if got := server.Count("MAIL"); got > 20+2*4 {
					t.Errorf("%d messages before the issue was held", got)
				}
			})
		}
	}
}

// P12: the calendar jumps a year on, or a day back, in the middle of an issue:
// it ends as it would have, with one copy each.
func TestCalendarJumpsInTheMiddle(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{365 * 24 * time.Hour, -24 * time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			t.Parallel()
			n := openNewsroom(t, 60)
			var once sync.Once
			server, relay := mta(t, smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
				if e.Step == smtptest.EndOfData && e.Mail > 20 {
					once.Do(func() { n.advance(jump) })
				}
				if e.Step == smtptest.RCPT && e.To == addressOf(5) && n.now().Before(time.Now().Add(time.Minute)) && e.Mail < 60 {
					return smtptest.Reply("450 4.7.1 greylisted")
				}
				return nil
			}})
			n.finish(t, relay)
			if n.ahead > jump+13*time.Hour {
				t.Errorf("took %s of the calendar", n.ahead-jump)
			}
			if states := n.compare(t, server); states[delivery.Sent] != 60 || server.Kept() != 60 {
				t.Errorf("got %v and %d mails, want 60 of each", states, server.Kept())
			}
		})
	}
}

// S24: away for three hours in the middle, and nobody does anything.
func TestRelayAwayForThreeHoursAndBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newScene(500)
		s.settings.Wait = -1
		goAway(s, 250, 3*time.Hour)
		wantStatus(t, s.send(t), digest.Sent, 0)
		s.once(t)
		if got := fmt.Sprint(s.ledger.statuses); got != "[waiting sending sent]" {
			t.Errorf("statuses: got %s", got)
		}
		if s.relay.mostBusy > s.settings.Connections {
			t.Errorf("%d at once", s.relay.mostBusy)
		}
	})
}

// S7 and S10 of a real list: dead addresses of one domain, however many in a
// row, fail each for itself, and everybody else gets the mail.
func TestDeadDomainAmongOthers(t *testing.T) {
	t.Parallel()
	n := openNewsroom(t, 200)
	server, relay := mta(t, smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		if e.Step == smtptest.RCPT && strings.HasSuffix(e.To, "@d3.example") {
			return smtptest.Reply(fmt.Sprintf("550 5.1.1 <%s>: Recipient address rejected: User unknown", e.To))
		}
		return nil
	}})
	sum, err := n.send(t.Context(), t, relay)
	if err != nil {
		t.Fatal(err)
	}
	wantStatus(t, sum, digest.Sent, 0)
	if sum.Failed != 40 || sum.Sent != 160 {
		t.Errorf("got %+v", sum)
	}
	n.compare(t, server)
}
