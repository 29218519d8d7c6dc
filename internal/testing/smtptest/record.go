package smtptest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"
)

// Mail is a mail the server kept.
type Mail struct {
	Number int    // in the order kept, from 1
	Conn   int    // the connection it came on, from 1
	Hello  string // the client's name in EHLO
	User   string // who authenticated; "" for nobody
	TLS    bool
	From   string   // reverse-path, "" for the null sender
	To     []string // forward-paths
	Params []string // of MAIL: "SIZE=1234", "SMTPUTF8"
	Data   []byte   // as sent, dot-stuffing undone
	At     time.Time
}

// Command is a line a client sent as a command.
type Command struct {
	Conn int
	TLS  bool
	Line string // without CRLF
	At   time.Time
}

// Verb is the command's first word in capitals.
func (c Command) Verb() string { return verbOf(c.Line) }

func verbOf(line string) string {
	verb, _, _ := strings.Cut(line, " ")
	return strings.ToUpper(verb)
}

// Record is everything a server remembers of its clients. Its methods are safe
// for concurrent use; those that wait need no polling.
type Record struct {
	forget bool

	lock        sync.Mutex
	changed     chan struct{} // closed, and replaced, at every change
	mails       []Mail
	kept        int
	commands    []Command
	verbs       map[string]int
	violations  []string
	connections int
	open        int
	mostOpen    int
	turns       int
}

func newRecord(forget bool) *Record {
	return &Record{forget: forget, changed: make(chan struct{}), verbs: map[string]int{}}
}

// change alters the record and wakes everyone who waits.
func (r *Record) change(f func()) {
	r.lock.Lock()
	defer r.lock.Unlock()
	f()
	close(r.changed)
	r.changed = make(chan struct{})
}

func (r *Record) opened() {
	r.change(func() {
		r.connections++
		r.open++
		r.mostOpen = max(r.mostOpen, r.open)
	})
}

func (r *Record) ended() { r.change(func() { r.open-- }) }

func (r *Record) turned() { r.change(func() { r.turns++ }) }

func (r *Record) violated(what string) {
	r.change(func() { r.violations = append(r.violations, what) })
}

func (r *Record) commanded(c Command) {
	r.change(func() {
		r.verbs[c.Verb()]++
		if !r.forget {
			r.commands = append(r.commands, c)
		}
	})
}

func (r *Record) keep(m Mail) {
	r.change(func() {
		r.kept++
		if !r.forget {
			m.Number = r.kept
			r.mails = append(r.mails, m)
		}
	})
}

// Mails are the mails kept so far, in that order; none with Options.Forget.
func (r *Record) Mails() []Mail {
	r.lock.Lock()
	defer r.lock.Unlock()
	return slices.Clone(r.mails)
}

// Kept is the number of mails kept so far.
func (r *Record) Kept() int {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.kept
}

// Commands are the commands received so far; none with Options.Forget. What a
// client sends during an AUTH exchange is among them, as its own line.
func (r *Record) Commands() []Command {
	r.lock.Lock()
	defer r.lock.Unlock()
	return slices.Clone(r.commands)
}

// Transcript is the lines received on one connection, from 1.
func (r *Record) Transcript(conn int) []string {
	var lines []string
	for _, c := range r.Commands() {
		if c.Conn == conn {
			lines = append(lines, c.Line)
		}
	}
	return lines
}

// Count is how often a command came: Count("RCPT").
func (r *Record) Count(verb string) int {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.verbs[verb]
}

// Violations names what clients did against the standards: bare CR or LF, lines
// too long, commands out of order or sent ahead without PIPELINING. A good
// client's test ends by asserting that there are none.
func (r *Record) Violations() []string {
	r.lock.Lock()
	defer r.lock.Unlock()
	return slices.Clone(r.violations)
}

// Connections is the number of connections accepted so far.
func (r *Record) Connections() int {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.connections
}

// MostOpen is the largest number of connections that were open at once.
func (r *Record) MostOpen() int {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.mostOpen
}

// Turns is how often a server had answered all it was sent and had to wait for
// more: the round trips of the dialogue, over all connections.
func (r *Record) Turns() int {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.turns
}

// WaitMails returns once n mails were kept, with ctx's error when it ends first.
func (r *Record) WaitMails(ctx context.Context, n int) error {
	return r.wait(ctx, func() bool { return r.kept >= n })
}

// WaitCommand returns once a command came n times: WaitCommand(ctx, "DATA", 2).
func (r *Record) WaitCommand(ctx context.Context, verb string, n int) error {
	return r.wait(ctx, func() bool { return r.verbs[verb] >= n })
}

// WaitConnections returns once n connections were accepted.
func (r *Record) WaitConnections(ctx context.Context, n int) error {
	return r.wait(ctx, func() bool { return r.connections >= n })
}

// WaitIdle returns once no connection is open.
func (r *Record) WaitIdle(ctx context.Context) error {
	return r.wait(ctx, func() bool { return r.open == 0 })
}

// wait returns once the condition, which is asked under the lock, holds.
func (r *Record) wait(ctx context.Context, holds func() bool) error {
	for {
		r.lock.Lock()
		ok, changed := holds(), r.changed
		r.lock.Unlock()
		if ok {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
