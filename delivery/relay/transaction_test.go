package relay_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"roundup/delivery/relay"
	"roundup/internal/testing/smtptest"
)

// TestFaults provokes each fault of a transaction for the first, the middle and
// the last of three readers, and compares what the relay keeps with the verdicts:
// the reader with the fault gets what is expected, and the others one copy each.
func TestFaults(t *testing.T) {
	t.Parallel()
	const (
		accepted = relay.Accepted
		later    = relay.Later
		unsure   = relay.Unanswered
		deferred = relay.DeferredReader
		refused  = relay.RefusedReader
		stop     = relay.Stop
	)
	reply, raw := smtptest.Reply, func(s string) *smtptest.Action { return smtptest.Raw([]byte(s)) }
	tests := []fault{
		{"S8 MAIL 451", smtptest.MAIL, reply("451 4.3.0 later"), later, false, 0, "451 4.3.0 later"},
		{"S8 MAIL 552", smtptest.MAIL, reply("552 5.3.4 too big"), stop, false, 0, "552"},
		{"S8 MAIL 530", smtptest.MAIL, reply("530 5.7.0 authenticate"), stop, false, 0, "530"},
		{"S9 greylisted", smtptest.RCPT, reply("451 4.7.1 greylisted"), deferred, false, 0, "451 4.7.1 greylisted"},
		{"S10 no such user", smtptest.RCPT, reply("550 5.1.1 no such user"), refused, false, 0, "550 5.1.1 no such user"},
		{"S11 policy", smtptest.RCPT, reply("550 5.7.1 policy"), refused, false, 0, "550 5.7.1"},
		{"S12 RCPT 421", smtptest.RCPT, reply("421 4.3.2 closing").ThenDrop(), later, true, 0, "421"},
		{"S12 RCPT 421 and no close", smtptest.RCPT, reply("421 4.3.2 closing"), later, true, 0, "421"},
		{"S13 452", smtptest.RCPT, reply("452 4.5.3 too many"), later, false, 0, "452"},
		{"S13 552", smtptest.RCPT, reply("552 full"), deferred, false, 0, "552"},
		{"S14 no 354", smtptest.DATA, smtptest.Stall(), later, true, 0, "after DATA: no answer in time"},
		{"S14 DATA 451", smtptest.DATA, reply("451 4.7.0 later"), deferred, false, 0, "451"},
		{"S14 DATA 554", smtptest.DATA, reply("554 5.7.1 no"), refused, false, 0, "554"},
		{"DATA 250", smtptest.DATA, reply("250 fine"), later, true, 0, "unexpected reply 250"},
		{"MAIL 354", smtptest.MAIL, reply("354 go"), later, true, 0, "unexpected reply 354"},
		{"S16 kept, then dropped", smtptest.EndOfData, smtptest.Drop().Keep(), unsure, true, 1, "after the last byte: the relay closed the connection"},
		{"S16 not kept, and dropped", smtptest.EndOfData, smtptest.Drop(), unsure, true, 0, "after the last byte"},
		{"S16 reset", smtptest.EndOfData, smtptest.Reset().Keep(), unsure, true, 1, "after the last byte"},
		{"S16 half a reply", smtptest.EndOfData, reply("250 ok").Cut(2), unsure, true, 0, "after the last byte"},
		{"S16 a reply without its end", smtptest.EndOfData, reply("250 ok").Cut(6), unsure, true, 1, "after the last byte"},
		{"S18 250, then dropped", smtptest.EndOfData, reply("250 2.0.0 ok").ThenDrop(), accepted, false, 1, "250 2.0.0 ok"},
		{"S18 250 and goodbye", smtptest.EndOfData, raw("250 2.0.0 ok\r\n421 bye\r\n").ThenDrop(), accepted, true, 1, "250 2.0.0 ok"},
		{"S20 451 after the message", smtptest.EndOfData, reply("451 4.7.1 try again later"), deferred, false, 0, "451"},
		{"S20 554 after the message", smtptest.EndOfData, reply("554 5.7.1 spam"), refused, false, 0, "554 5.7.1 spam"},
		{"421 after the message", smtptest.EndOfData, reply("421 4.3.2 closing").ThenDrop(), later, true, 0, "421"},
		{"S21 malformed", smtptest.RCPT, raw("hello\r\n"), later, true, 0, "malformed reply"},
		{"S21 malformed after the message", smtptest.EndOfData, raw("hello\r\n").Keep(), unsure, true, 1, "can't be understood"},
		{"S21 differing codes", smtptest.RCPT, raw("250-yes\r\n550 no\r\n"), later, true, 0, "both 250 and 550"},
		{"S21 differing codes after the message", smtptest.EndOfData, raw("250-yes\r\n550 no\r\n"), unsure, true, 1, "can't be understood"},
		{"354 after the message", smtptest.EndOfData, reply("354 go on").Keep(), unsure, true, 1, "decides nothing"},
		{"S21 tarpit", smtptest.RCPT, reply("250 " + strings.Repeat("x", 400)).Slowly(2 * time.Millisecond), later, true, 0, "no answer in time"},
		{"S21 10 MB", smtptest.RCPT, raw(strings.Repeat("250-"+strings.Repeat("x", 1000)+"\r\n", 10_000)), later, true, 0, "more than"},
		{"S21 10 MB line", smtptest.EndOfData, raw("250 " + strings.Repeat("x", 10<<20)), unsure, true, 1, "can't be understood"},
		{"dropped at MAIL", smtptest.MAIL, smtptest.Drop(), later, true, 0, "after MAIL"},
		{"dropped at RCPT", smtptest.RCPT, smtptest.Reset(), later, true, 0, "after RCPT"},
		{"dropped at DATA", smtptest.DATA, smtptest.Drop(), later, true, 0, "after DATA"},
	}
	inModes(t, func(t *testing.T, m smtptest.Mode, o smtptest.Options) {
		for _, tt := range tests {
			if m.Chunked && tt.step == smtptest.DATA {
				continue // there is none
			}
			if m.Chunked && tt.want == later && tt.broken && !strings.HasPrefix(tt.words, "421") {
				// All of the message was sent before the fault, and no reply says no.
				tt.want, tt.words = unsure, ""
				if tt.name == "S21 differing codes" {
					tt.kept = 1
				}
			}
			for n := range 3 {
				t.Run(fmt.Sprintf("%s, reader %d", tt.name, n), func(t *testing.T) {
					t.Parallel()
					o := o
					o.Script = faultAt(tt.step, n+1, tt.action)
					testFault(t, smtptest.Start(t, o), n, tt)
				})
			}
		}
	})
}

// fault is what goes wrong with one reader's message.
type fault struct {
	name   string
	step   smtptest.Step
	action *smtptest.Action
	want   relay.Verdict
	broken bool
	kept   int // copies of the faulty one's
	words  string
}

// testFault sends to three readers, the nth of whom has the fault.
func testFault(t *testing.T, s *smtptest.Server, faulty int, want fault) {
	t.Helper()
	r := relayTo(t, s, timeouts(relay.Timeouts{
		Rcpt: 500 * time.Millisecond, Data: 300 * time.Millisecond, EndOfData: 500 * time.Millisecond,
	}))
	results := deliverAll(t, r, 3, want.name == "S18 250, then dropped")
	copies := map[string]int{}
	for _, m := range s.Mails() {
		copies[m.To[0]]++
	}
	for i, got := range results {
		to := fmt.Sprintf("r%d@b.example", i)
		if i != faulty {
			if got.Verdict != relay.Accepted || copies[to] != 1 {
				t.Errorf("%s: %+v, %d copies", to, got, copies[to])
			}
			continue
		}
		if got.Verdict != want.want || got.Broken != want.broken || copies[to] != want.kept {
			t.Errorf("got %+v, %d copies", got, copies[to])
		}
		if words := got.Reply.String() + got.Why; !strings.Contains(words, want.words) {
			t.Errorf("words: %q, want %q", words, want.words)
		}
	}
	noViolations(t, s)
}

// faultAt acts at a step of the nth transaction of the server, once.
func faultAt(step smtptest.Step, n int, a *smtptest.Action) smtptest.Script {
	return smtptest.Times(1, func(e smtptest.Event) *smtptest.Action {
		if e.Step != step || e.Mail != n {
			return nil
		}
		return a
	})
}

// deliverAll sends a mail to each of so many readers, with a new connection
// where the last one is broken. With stale a connection is expected to have died
// after a good answer, which the next message finds out: it is sent again. With
// CHUNKING it may find out once it is sent, and not know what became of it.
func deliverAll(t *testing.T, r *relay.Relay, readers int, stale bool) []relay.Result {
	t.Helper()
	var results []relay.Result
	conn := dial(t, r)
	for i := range readers {
		m := messageTo(fmt.Sprintf("r%d@b.example", i))
		got := conn.Send(soon(t), m)
		if stale && got.Broken && got.Reply.Code == 0 {
			_ = conn.Close()
			conn = dial(t, r)
			got = conn.Send(soon(t), m)
		}
		results = append(results, got)
		if got.Broken {
			_ = conn.Close()
			conn = dial(t, r)
		}
	}
	return results
}

// S15: the message is not whole, and the relay not asked again what it kept.
func TestDroppedInTheBody(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		action *smtptest.Action
		want   relay.Verdict
		words  string
	}{
		{"dropped", smtptest.Drop(), relay.Later, "while sending the message"},
		{"reset", smtptest.Reset(), relay.Later, "while sending the message"},
	}
	inModes(t, func(t *testing.T, _ smtptest.Mode, o smtptest.Options) {
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				o := o
				o.Script = smtptest.On(smtptest.Body, tt.action.AtByte(20_000))
				s := smtptest.Start(t, o)
				c := dial(t, relayTo(t, s))
				got := c.Send(soon(t), longMessage(10_000))
				if got.Verdict != tt.want || !got.Broken || !strings.Contains(got.Why, tt.words) {
					t.Errorf("got %+v", got)
				}
				if s.Kept() != 0 {
					t.Error("kept")
				}
			})
		}
	})
}

// longMessage is one of so many long lines.
func longMessage(lines int) relay.Message {
	m := messageTo("r@b.example")
	m.Data = append(m.Data, strings.Repeat(strings.Repeat("x", 998)+"\r\n", lines)...)
	return m
}

// A relay that refuses in the middle of the message is heard, be it in time or
// once the message can't be written any more.
func TestRefusedInTheBody(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		reply string
		want  relay.Verdict
	}{
		{"552 5.3.4 message too big", relay.Stop},
		{"421 4.3.2 shutting down", relay.Later},
		{"554 5.7.1 spam", relay.RefusedReader},
	} {
		for _, size := range []int{1, 30_000} {
			inModes(t, func(t *testing.T, _ smtptest.Mode, o smtptest.Options) {
				o.Script = smtptest.On(smtptest.Body, smtptest.Reply(tt.reply).ThenStall().AtByte(1))
				c := dial(t, relayTo(t, smtptest.Start(t, o), timeouts(relay.Timeouts{Block: 200 * time.Millisecond, Quit: 100 * time.Millisecond})))
				got := c.Send(soon(t), longMessage(size))
				if got.Verdict != tt.want || got.Reply.String() != tt.reply || got.Broken != (size > 1 || got.Reply.Code == 421) {
					t.Errorf("%s, %d lines: got %+v", tt.reply, size, got)
				}
			})
		}
	}
}

// S17: an answer that takes its time is waited for.
func TestSlowAnswer(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, _ smtptest.Mode, o smtptest.Options) {
		gate := make(chan struct{})
		o.Script = smtptest.On(smtptest.EndOfData, smtptest.Reply("250 2.0.0 at last").When(gate))
		s := smtptest.Start(t, o)
		c := dial(t, relayTo(t, s))
		ended := make(chan relay.Result)
		go func() { ended <- c.Send(soon(t), messageTo("r@b.example")) }()
		if err := s.WaitMails(soon(t), 1); err != nil {
			t.Fatal(err)
		}
		select {
		case r := <-ended:
			t.Fatalf("not waited: %+v", r)
		default:
		}
		close(gate)
		if r := <-ended; r.Verdict != relay.Accepted || r.Reply.Text != "at last" {
			t.Errorf("got %+v", r)
		}
	})
}

// S17, the end of patience: nobody knows what became of the message.
func TestAnswerThatNeverComes(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, _ smtptest.Mode, o smtptest.Options) {
		o.Script = smtptest.On(smtptest.EndOfData, smtptest.Stall().Keep())
		c := dial(t, relayTo(t, smtptest.Start(t, o), timeouts(relay.Timeouts{EndOfData: 100 * time.Millisecond})))
		r := c.Send(soon(t), messageTo("r@b.example"))
		if r.Verdict != relay.Unanswered || !r.Broken || r.Why != "after the last byte: no answer in time" {
			t.Errorf("got %+v", r)
		}
	})
}

// S18: what becomes of RSET and QUIT changes no result.
func TestResetAndQuitChangeNothing(t *testing.T) {
	t.Parallel()
	for _, fault := range []*smtptest.Action{
		smtptest.Reply("421 4.3.2 closing").ThenDrop(), smtptest.Drop(), smtptest.Reply("500 5.5.1 what?"), smtptest.Stall(),
	} {
		inModes(t, func(t *testing.T, _ smtptest.Mode, o smtptest.Options) {
			o.Script = smtptest.Any(
				smtptest.For("dead@b.example", smtptest.RCPT, smtptest.Reply("550 5.1.1 no such user")),
				smtptest.On(smtptest.RSET, fault), smtptest.On(smtptest.QUIT, fault),
			)
			s := smtptest.Start(t, o)
			r := relayTo(t, s, timeouts(relay.Timeouts{Reset: 100 * time.Millisecond, Quit: 100 * time.Millisecond}))
			c := dial(t, r)
			if got := c.Send(soon(t), messageTo("live@b.example")); got.Verdict != relay.Accepted || got.Broken {
				t.Errorf("got %+v", got)
			}
			if got := c.Send(soon(t), messageTo("dead@b.example")); got.Verdict != relay.RefusedReader || !got.Broken {
				t.Errorf("got %+v", got)
			}
			_ = c.Close()
			c = dial(t, r)
			if got := c.Send(soon(t), messageTo("other@b.example")); got.Verdict != relay.Accepted {
				t.Errorf("got %+v", got)
			}
			_ = c.Close()
			if s.Kept() != 2 {
				t.Errorf("%d kept, want 2", s.Kept())
			}
		})
	}
}

// After a refusal the same connection serves the next reader, after one RSET.
func TestRefusalLeavesTheConnection(t *testing.T) {
	t.Parallel()
	inModes(t, func(t *testing.T, m smtptest.Mode, o smtptest.Options) {
		o.Script = smtptest.For("dead@b.example", smtptest.RCPT, smtptest.Reply("550 5.1.1 no such user"))
		s := smtptest.Start(t, o)
		c := dial(t, relayTo(t, s))
		for _, to := range []string{"dead@b.example", "live@b.example", "dead@b.example", "live@b.example"} {
			if r := c.Send(soon(t), messageTo(to)); r.Broken || (r.Verdict == relay.Accepted) != strings.HasPrefix(to, "live") {
				t.Errorf("%s: %+v", to, r)
			}
		}
		want := map[int]string{ // by round trips
			4: "EHLO MAIL RCPT RSET MAIL RCPT DATA MAIL RCPT RSET MAIL RCPT DATA",
			2: "EHLO MAIL RCPT DATA RSET MAIL RCPT DATA MAIL RCPT DATA RSET MAIL RCPT DATA",
			1: "EHLO MAIL RCPT BDAT RSET MAIL RCPT BDAT MAIL RCPT BDAT RSET MAIL RCPT BDAT",
		}[m.Turns]
		if got := verbs(s); got != want {
			t.Errorf("commands: %s", got)
		}
		noViolations(t, s)
	})
}

// S22: a relay that has had enough of a connection loses and doubles nobody.
func TestClosedAfterEveryK(t *testing.T) {
	t.Parallel()
	const readers = 20
	inModes(t, func(t *testing.T, _ smtptest.Mode, o smtptest.Options) {
		o.MessagesPerConnection = 3
		s := smtptest.Start(t, o)
		r := relayTo(t, s)
		var conn relay.Conn
		for i := 0; i < readers; {
			if conn == nil {
				conn = dial(t, r)
			}
			got := conn.Send(soon(t), messageTo(fmt.Sprintf("r%d@b.example", i)))
			switch {
			case got.Verdict == relay.Accepted:
				i++
			case got.Verdict != relay.Later || got.Reply.Code != 421:
				t.Fatalf("got %+v", got)
			}
			if got.Broken {
				_ = conn.Close()
				conn = nil
			}
		}
		copies := map[string]int{}
		for _, m := range s.Mails() {
			copies[m.To[0]]++
		}
		if len(copies) != readers || s.Kept() != readers || s.Connections() != 7 {
			t.Errorf("%d readers, %d mails, %d connections", len(copies), s.Kept(), s.Connections())
		}
	})
}

// A relay that speaks out of turn is not listened to for the next message.
func TestUnaskedReply(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ unasked, want string }{
		{"250 2.0.0 ok\r\n250 2.0.0 and again\r\n", "the connection had ended"},
		{"554 5.7.1 no\r\n250 2.0.0 or yes\r\n", "without being asked"},
		{"554 5.7.1 no\r\n421 4.3.2 closing\r\n", "421 4.3.2 closing"},
	} {
		inModes(t, func(t *testing.T, m smtptest.Mode, o smtptest.Options) {
			o.Script = smtptest.Times(1, smtptest.On(smtptest.EndOfData, smtptest.Raw([]byte(tt.unasked)).Keep()))
			s := smtptest.Start(t, o)
			c := dial(t, relayTo(t, s))
			first := c.Send(soon(t), messageTo("r@b.example"))
			want := map[byte]relay.Verdict{'2': relay.Accepted, '5': relay.RefusedReader}[tt.unasked[0]]
			wantNext := tt.want
			if m.Chunked {
				wantNext = "the connection had ended" // it was heard out at once
				if strings.Contains(tt.unasked, "or yes") {
					want = relay.Unanswered // of three replies to tell apart, which was the message's?
				}
			}
			if first.Verdict != want {
				t.Fatalf("got %+v", first)
			}
			second := c.Send(soon(t), messageTo("s@b.example"))
			if second.Verdict != relay.Later || !second.Broken || !strings.Contains(second.Reply.String()+second.Why, wantNext) {
				t.Errorf("got %+v, want %q", second, wantNext)
			}
			_ = c.Close()
			if err := s.WaitIdle(soon(t)); err != nil {
				t.Fatal(err)
			}
			if s.Count("MAIL") != 1 {
				t.Errorf("%q: the next message was begun", tt.unasked)
			}
		})
	}
}
