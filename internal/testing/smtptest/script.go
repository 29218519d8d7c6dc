package smtptest

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Step is a moment of the dialogue at which a script is asked what to do.
type Step string

// The steps, in the order a connection goes through them.
const (
	Connect   Step = "connect"     // before the greeting; default 220
	EHLO      Step = "EHLO"        // EHLO or HELO; default 250 with the extensions
	STARTTLS  Step = "STARTTLS"    // default 220, then the handshake
	AUTH      Step = "AUTH"        // before the exchange; default: carry it out
	Answer    Step = "answer"      // what the client says to a 334 of a script's; default 535
	MAIL      Step = "MAIL"        // default 250
	RCPT      Step = "RCPT"        // default 250
	DATA      Step = "DATA"        // default 354
	Body      Step = "body"        // before the body, or a chunk of it, is read; see Action.AtByte
	BDAT      Step = "BDAT"        // each chunk but the last; default 250
	EndOfData Step = "end of data" // the last dot or chunk was read; default: keep the mail, 250
	RSET      Step = "RSET"        // default 250
	NOOP      Step = "NOOP"        // default 250
	QUIT      Step = "QUIT"        // default 221, then close
)

// Event is what a script knows when it is asked.
type Event struct {
	Step Step
	Conn int    // the connection, from 1
	Mail int    // the server's transaction, from 1 at its first MAIL; 0 outside of one
	Done int    // mails accepted on this connection so far
	Line string // the command as it came, without CRLF; "" where there is none
	From string // of the transaction
	To   string // the recipient named last
	TLS  bool
	User string // who authenticated; "" for nobody
}

// Script decides what the server does at a step; nil means the default.
type Script func(Event) *Action

// Action is something other than the well-behaved answer. Make one with
// Reply, Raw, Drop or Stall, and add to it with its methods:
//
//	Reply("250 2.0.0 kept").ThenDrop()
//	Reply("451 4.7.1 later").After(time.Second)
//	Drop().Keep()              // at EndOfData: the mail is kept, the client never told
//	Drop().AtByte(20_000)      // at Body: in the middle of the message
//
// What follows from an answer follows from its code: a MAIL answered with 5yz
// opens no transaction, whatever the server would have done by itself.
type Action struct {
	out    []byte
	drop   bool
	reset  bool
	stall  bool
	freeze bool // stall after the answer
	wait   <-chan struct{}
	delay  time.Duration
	pace   time.Duration
	keep   *bool
	atByte int
}

// Reply answers with this text, CRLF added; a text of several lines
// ("250-one\n250 two") is sent as it stands, line by line.
func Reply(text string) *Action {
	return &Action{out: []byte(strings.ReplaceAll(text, "\n", "\r\n") + "\r\n")}
}

// Raw sends these bytes instead of a reply, adding nothing. The dialogue goes
// on by the code in their first three, as after a Reply.
func Raw(b []byte) *Action { return &Action{out: slices.Clone(b)} }

// Drop closes the connection without an answer.
func Drop() *Action { return &Action{drop: true} }

// Reset is Drop with a TCP reset where the system grants one.
func Reset() *Action { return &Action{drop: true, reset: true} }

// Stall neither answers nor reads nor closes, until the server is closed.
func Stall() *Action { return &Action{stall: true} }

// ThenDrop closes the connection after the answer.
func (a *Action) ThenDrop() *Action { return a.with(func(b *Action) { b.drop = true }) }

// ThenStall stalls after the answer, as Stall does without one.
func (a *Action) ThenStall() *Action { return a.with(func(b *Action) { b.freeze = true }) }

// After waits this long before acting.
func (a *Action) After(d time.Duration) *Action { return a.with(func(b *Action) { b.delay = d }) }

// When waits for the channel to be closed (or to give a value) before acting.
func (a *Action) When(c <-chan struct{}) *Action { return a.with(func(b *Action) { b.wait = c }) }

// Slowly sends the answer byte by byte with this pause before each: a tarpit.
func (a *Action) Slowly(pause time.Duration) *Action {
	return a.with(func(b *Action) { b.pace = pause })
}

// Cut sends only the first n bytes of the answer, then closes.
func (a *Action) Cut(n int) *Action {
	return a.with(func(b *Action) { b.out, b.drop = b.out[:min(n, len(b.out))], true })
}

// Keep records the mail whatever is answered; for EndOfData.
func (a *Action) Keep() *Action {
	return a.with(func(b *Action) { keep := true; b.keep = &keep })
}

// Lose does not record the mail whatever is answered; for EndOfData.
func (a *Action) Lose() *Action {
	return a.with(func(b *Action) { keep := false; b.keep = &keep })
}

// AtByte acts once at least n octets of the body were read; for Body.
func (a *Action) AtByte(n int) *Action { return a.with(func(b *Action) { b.atByte = n }) }

// with changes a copy, so that one Action can be the base of several.
func (a *Action) with(change func(*Action)) *Action {
	b := *a
	change(&b)
	return &b
}

// code is the reply code the client reads first; 0 for none.
func (a *Action) code() int {
	if len(a.out) < 3 {
		return 0
	}
	n := 0
	for _, c := range a.out[:3] {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// On acts at every occurrence of a step.
func On(step Step, a *Action) Script {
	return func(e Event) *Action {
		if e.Step != step {
			return nil
		}
		return a
	}
}

// For acts at a step of transactions to this recipient.
func For(recipient string, step Step, a *Action) Script {
	return func(e Event) *Action {
		if e.Step != step || e.To != recipient {
			return nil
		}
		return a
	}
}

// Times lets a script act n times, then no more.
func Times(n int, s Script) Script {
	var mu sync.Mutex
	left := n
	return func(e Event) *Action {
		mu.Lock()
		defer mu.Unlock()
		if left == 0 {
			return nil
		}
		a := s(e)
		if a != nil {
			left--
		}
		return a
	}
}

// Skip passes over the first n times a script would act.
func Skip(n int, s Script) Script {
	var mu sync.Mutex
	left := n
	return func(e Event) *Action {
		mu.Lock()
		defer mu.Unlock()
		a := s(e)
		if a == nil || left == 0 {
			return a
		}
		left--
		return nil
	}
}

// Any does what the first script that has something to say wants.
func Any(scripts ...Script) Script {
	return func(e Event) *Action {
		for _, s := range scripts {
			if a := s(e); a != nil {
				return a
			}
		}
		return nil
	}
}
