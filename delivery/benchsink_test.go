package delivery_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// sink is an MTA that takes everything and keeps nothing, and costs less than who sends
// to it: else it would be the sink that is measured. It knows no rules: those are smtptest's.
type sink struct {
	extensions       []string
	messages, octets atomic.Int64
}

// sinkRole says its address and serves until its standard input ends.
func sinkRole(j job) (account, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return account{}, err
	}
	fmt.Println(l.Addr())
	s := &sink{extensions: j.Extensions}
	served := make(chan error, 1)
	go func() { served <- s.serve(l.(*net.TCPListener)) }()
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		ended <- err
	}()
	select {
	case err = <-served:
	case err = <-ended:
	}
	return account{Messages: int(s.messages.Load()), Octets: int(s.octets.Load())}, err
}

// sinkSession is one connection. It has one buffer, used again and again, of which kept
// octets are not dealt with: a line's beginning, or the few that an end may have begun in.
type sinkSession struct {
	buf    []byte
	kept   int
	within int    // octets of a chunk that are still to come
	data   bool   // a message is under way
	octets int    // of it
	out    []byte // to be said once all that came is dealt with
}

func newSinkSession() *sinkSession { return &sinkSession{buf: make([]byte, 256<<10)} }

// room is where what comes next is to be read into.
func (ses *sinkSession) room() []byte { return ses.buf[ses.kept:] }

func (ses *sinkSession) say(line string) { ses.out = append(append(ses.out, line...), "\r\n"...) }

const (
	sinkGreeting = "220 sink ESMTP\r\n"

	sinkEnd  = "\r\n.\r\n"
	sinkTail = 1 << 10 // more than any commands that are sent behind the end of a message at once
)

// hear deals with what was read into a session's room, and returns what to answer.
func (s *sink) hear(ses *sinkSession, read int) (answer []byte) {
	ses.out = ses.out[:0]
	from := ses.buf[:ses.kept+read]
	for more := true; more && len(from) > 0; {
		switch {
		case ses.within > 0:
			from = s.chunk(ses, from)
		case ses.data:
			from, more = s.message(ses, from)
		default:
			var line []byte
			if line, from, more = bytes.Cut(from, []byte("\n")); more {
				s.obey(ses, line)
			} else {
				from = line
			}
		}
	}
	ses.kept = copy(ses.buf, from)
	return ses.out
}

// chunk takes what came of one.
func (s *sink) chunk(ses *sinkSession, from []byte) (rest []byte) {
	n := min(ses.within, len(from))
	if ses.within -= n; ses.within == 0 {
		s.took(ses)
	}
	return from[n:]
}

// message takes what came of one, whose end is looked for only where it may be: a client
// waits for an answer before it sends another.
func (s *sink) message(ses *sinkSession, from []byte) (rest []byte, ended bool) {
	tail := max(len(from)-sinkTail, 0)
	at := bytes.Index(from[tail:], []byte(sinkEnd))
	if at < 0 {
		drop := max(len(from)-len(sinkEnd)+1, 0)
		ses.octets += drop
		return from[drop:], false
	}
	ses.octets += tail + at + 2
	ses.data = false
	s.took(ses)
	return from[tail+at+len(sinkEnd):], true
}

func (s *sink) obey(ses *sinkSession, line []byte) {
	switch {
	case bytes.HasPrefix(line, []byte("EHLO")), bytes.HasPrefix(line, []byte("HELO")):
		ses.say("250-sink")
		for _, e := range s.extensions {
			ses.say("250-" + e)
		}
		ses.say("250 8BITMIME")
	case bytes.HasPrefix(line, []byte("DATA")):
		ses.say("354 go on")
		ses.data = true
	case bytes.HasPrefix(line, []byte("BDAT ")):
		digits, _, _ := bytes.Cut(bytes.TrimSpace(line[len("BDAT "):]), []byte(" "))
		ses.within, _ = strconv.Atoi(string(digits))
		ses.octets = ses.within
	case bytes.HasPrefix(line, []byte("QUIT")):
		ses.say("221 bye")
	default:
		ses.say("250 ok")
	}
}

func (s *sink) took(ses *sinkSession) {
	ses.say("250 2.0.0 ok: queued as 4XbYzW1234z5")
	s.messages.Add(1)
	s.octets.Add(int64(ses.octets))
	ses.octets = 0
}

// taker is a sink at work in a process of its own.
type taker struct {
	address string
	stop    func() account // ends it, and says what it took in
}

// ownSink starts the sink of this file.
func ownSink(b *testing.B, extensions []string) taker {
	b.Helper()
	cmd := as(b, "sink", job{Extensions: extensions})
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = stdin.Close() })
	line := make([]byte, 100)
	n, err := stdout.Read(line)
	if err != nil {
		b.Fatal(err)
	}
	stop := func() account {
		_ = stdin.Close()
		out, err := io.ReadAll(stdout)
		if err != nil {
			b.Fatal(err)
		}
		if err := cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		a := accountOf(b, out)
		a.Seconds = time.Second.Seconds()
		return a
	}
	return taker{strings.TrimSpace(string(line[:n])), stop}
}

// postfixSink starts Postfix's smtp-sink, which knows no CHUNKING and counts nothing.
func postfixSink(b *testing.B, extensions []string) taker {
	b.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := free.Addr().String()
	_ = free.Close()
	args := []string{address, "1000"}
	if !slices.Contains(extensions, "PIPELINING") {
		args = append([]string{"-p"}, args...)
	}
	if os.Geteuid() == 0 {
		args = append([]string{"-u", "nobody"}, args...)
	}
	cmd := exec.CommandContext(b.Context(), "smtp-sink", args...)
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill() })
	for deadline := time.Now().Add(10 * time.Second); ; {
		c, err := net.Dial("tcp", address)
		if err == nil {
			_ = c.Close()
			break
		}
		if time.Now().After(deadline) {
			b.Fatalf("smtp-sink: %v", err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop := func() account {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed, and says so
		return account{CPU: (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), Seconds: time.Second.Seconds()}
	}
	return taker{address, stop}
}
