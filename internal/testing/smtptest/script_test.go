package smtptest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// TestEachStepCanFail drives one transaction against a script and lists what
// the client heard.
func TestEachStepCanFail(t *testing.T) {
	t.Parallel()
	const no = "451 4.3.0 not now"
	tests := []struct {
		name   string
		script smtptest.Script
		want   string // codes heard, in order
		kept   int
	}{
		{"nothing", nil, "220 250 250 250 354 250 250 221", 1},
		{"banner", smtptest.On(smtptest.Connect, smtptest.Reply("421 later").ThenDrop()), "421 EOF", 0},
		{"banner dropped", smtptest.On(smtptest.Connect, smtptest.Drop()), "EOF", 0},
		{"EHLO", smtptest.On(smtptest.EHLO, smtptest.Reply("500 what").ThenDrop()), "220 500 EOF", 0},
		{"MAIL", smtptest.On(smtptest.MAIL, smtptest.Reply(no)), "220 250 451 503 503 500 250 221", 0},
		{"RCPT", smtptest.On(smtptest.RCPT, smtptest.Reply(no)), "220 250 250 451 554 500 250 221", 0},
		{"DATA", smtptest.On(smtptest.DATA, smtptest.Reply(no).ThenDrop()), "220 250 250 250 451 EOF", 0},
		{"in the body", smtptest.On(smtptest.Body, smtptest.Drop().AtByte(5)), "220 250 250 250 354 EOF", 0},
		{"answer in the body", smtptest.On(smtptest.Body, smtptest.Reply("421 enough").ThenDrop()), "220 250 250 250 354 421 EOF", 0},
		{"end refused", smtptest.On(smtptest.EndOfData, smtptest.Reply(no)), "220 250 250 250 354 451 250 221", 0},
		{"end dropped", smtptest.On(smtptest.EndOfData, smtptest.Drop()), "220 250 250 250 354 EOF", 0},
		{"kept, then dropped", smtptest.On(smtptest.EndOfData, smtptest.Drop().Keep()), "220 250 250 250 354 EOF", 1},
		{"answered, then dropped", smtptest.On(smtptest.EndOfData, smtptest.Reply("250 ok").ThenDrop()), "220 250 250 250 354 250 EOF", 1},
		{"answered and lost", smtptest.On(smtptest.EndOfData, smtptest.Reply("250 ok").Lose()), "220 250 250 250 354 250 250 221", 0},
		{"kept and refused", smtptest.On(smtptest.EndOfData, smtptest.Reply(no).Keep()), "220 250 250 250 354 451 250 221", 1},
		{"RSET", smtptest.On(smtptest.RSET, smtptest.Reply("421 bye").ThenDrop()), "220 250 250 250 354 250 421 EOF", 1},
		{"QUIT", smtptest.On(smtptest.QUIT, smtptest.Reset()), "220 250 250 250 354 250 250 EOF", 1},
		{"partial", smtptest.On(smtptest.RCPT, smtptest.Reply("250 ok").Cut(2)), "220 250 250 25EOF", 0},
		{"raw", smtptest.On(smtptest.RCPT, smtptest.Raw([]byte("250-a\r\n550 b\r\n"))), "220 250 250 550 354 250 250 221", 1},
		{"slowly", smtptest.On(smtptest.RCPT, smtptest.Reply("250 ok").Slowly(time.Millisecond)), "220 250 250 250 354 250 250 221", 1},
		{"one recipient", smtptest.For("b@example.org", smtptest.RCPT, smtptest.Reply("550 no")), "220 250 250 550 554 500 250 221", 0},
		{"another recipient", smtptest.For("c@example.org", smtptest.RCPT, smtptest.Reply("550 no")), "220 250 250 250 354 250 250 221", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.Start(t, smtptest.Options{Script: tt.script})
			c, greeting := call(t, s)
			heard := []string{code(greeting)}
			for _, line := range []string{
				"EHLO client.test", "MAIL FROM:<a@example.org>", "RCPT TO:<b@example.org>", "DATA",
				"Subject: x\r\n\r\nhello\r\n.", "RSET", "QUIT",
			} {
				if strings.HasSuffix(heard[len(heard)-1], "EOF") {
					break
				}
				if strings.Contains(line, "Subject") && heard[len(heard)-1] != "354" {
					line = "Subject:"
				}
				heard = append(heard, code(c.say(line)))
			}
			if last := heard[len(heard)-1]; last == "421" || strings.Contains(tt.want, last+" EOF") {
				heard = append(heard, code(c.hear()))
			}
			if got := strings.Join(heard, " "); got != tt.want {
				t.Errorf("heard %s, want %s", got, tt.want)
			}
			if got := s.Kept(); got != tt.kept {
				t.Errorf("kept %d, want %d", got, tt.kept)
			}
		})
	}
}

// code is the code of a reply's last line.
func code(reply string) string {
	lines := strings.Split(reply, "\n")
	last := lines[len(lines)-1]
	if len(last) > 3 && last[3] == ' ' {
		return last[:3]
	}
	return last
}

func TestTimesSkipAny(t *testing.T) {
	t.Parallel()
	no := smtptest.On(smtptest.NOOP, smtptest.Reply("450 no"))
	s := smtptest.Start(t, smtptest.Options{Script: smtptest.Any(
		smtptest.Skip(1, smtptest.Times(2, no)),
		smtptest.On(smtptest.RSET, smtptest.Reply("451 no")),
	)})
	c := hello(t, s)
	c.talk(
		[2]string{"NOOP", "250"}, [2]string{"NOOP", "450"}, [2]string{"NOOP", "250"},
		[2]string{"RSET", "451"},
	)
}

func TestScriptKnowsTheTransaction(t *testing.T) {
	t.Parallel()
	events := make(chan smtptest.Event, 100)
	s := smtptest.Start(t, smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		events <- e
		return nil
	}})
	c := hello(t, s)
	deliver(c, "b@example.org")
	deliver(c, "c@example.org")
	close(events)
	var last smtptest.Event
	var steps []string
	for e := range events {
		steps = append(steps, string(e.Step))
		last = e
	}
	want := "connect EHLO MAIL RCPT DATA body end of data MAIL RCPT DATA body end of data"
	if got := strings.Join(steps, " "); got != want {
		t.Errorf("steps: %s, want %s", got, want)
	}
	if last.Mail != 2 || last.Done != 1 || last.Conn != 1 || last.From != "a@example.org" || last.To != "c@example.org" {
		t.Errorf("last event: %+v", last)
	}
}

func TestWhenHoldsAnAnswerBack(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{})
	s := smtptest.Start(t, smtptest.Options{
		Script: smtptest.On(smtptest.EndOfData, smtptest.Reply("250 ok").When(gate)),
	})
	c := hello(t, s)
	c.talk(
		[2]string{"MAIL FROM:<a@example.org>", "250"},
		[2]string{"RCPT TO:<b@example.org>", "250"},
		[2]string{"DATA", "354"},
	)
	c.write("x\r\n.\r\n")
	if err := s.WaitMails(patience(t), 1); err != nil {
		t.Fatalf("not kept before the answer: %v", err)
	}
	close(gate)
	if got := c.hear(); got != "250 ok" {
		t.Errorf("got %q", got)
	}
}

func TestThenStall(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{Script: smtptest.On(smtptest.NOOP, smtptest.Reply("250 ok").ThenStall())})
	c := hello(t, s)
	c.talk([2]string{"NOOP", "250 ok"})
	c.write("NOOP\r\n")
	_ = s.Close()
	if got := c.hear(); got != "EOF" {
		t.Errorf("heard %q", got)
	}
}

func TestWaitGivesUpWithItsContext(t *testing.T) {
	t.Parallel()
	s := smtptest.Start(t, smtptest.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.WaitMails(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
