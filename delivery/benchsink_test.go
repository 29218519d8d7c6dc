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
	"syscall"
	"testing"
	"time"
)

// sink is an MTA that takes everything and keeps nothing, and costs little: else
// it would be the sink that is measured. It knows no rules: those are smtptest's.
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
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go s.serve(c.(*net.TCPConn))
		}
	}()
	_, err = io.Copy(io.Discard, os.Stdin)
	return account{Messages: int(s.messages.Load()), Octets: int(s.octets.Load())}, err
}

// sinkSession is one connection: what came and is not dealt with is from[:]. It has one
// buffer, used again and again.
type sinkSession struct {
	conn blocking
	buf  []byte
	from []byte // within buf
	out  []byte
}

// more reads on, after what was kept back is said. What is left of from is a line's
// beginning, or the few octets an end may have begun in.
func (s *sinkSession) more() error {
	if len(s.out) > 0 {
		if _, err := s.conn.Write(s.out); err != nil {
			return err
		}
		s.out = s.out[:0]
	}
	n := copy(s.buf, s.from)
	got, err := s.conn.Read(s.buf[n:])
	s.from = s.buf[:n+got]
	return err
}

func (s *sinkSession) say(line string) { s.out = append(append(s.out, line...), "\r\n"...) }

// line takes a command.
func (s *sinkSession) line() ([]byte, error) {
	for {
		if i := bytes.IndexByte(s.from, '\n'); i >= 0 {
			line := s.from[:i]
			s.from = s.from[i+1:]
			return line, nil
		}
		if err := s.more(); err != nil {
			return nil, err
		}
	}
}

// sinkTail is more than any commands that are sent behind the end of a message at once.
const sinkTail = 1 << 10

// data takes a message up to its end, which is looked for only where it may be: a client
// waits for an answer before it sends another message.
func (s *sinkSession) data() (octets int, err error) {
	end := []byte("\r\n.\r\n")
	for {
		tail := max(len(s.from)-sinkTail, 0)
		if i := bytes.Index(s.from[tail:], end); i >= 0 {
			octets += tail + i + 2
			s.from = s.from[tail+i+len(end):]
			return octets, nil
		}
		if drop := len(s.from) - len(end) + 1; drop > 0 {
			octets += drop
			s.from = s.from[drop:]
		}
		if err := s.more(); err != nil {
			return 0, err
		}
	}
}

// discard takes so many octets.
func (s *sinkSession) discard(n int) error {
	for n > len(s.from) {
		n -= len(s.from)
		s.from = nil
		if err := s.more(); err != nil {
			return err
		}
	}
	s.from = s.from[n:]
	return nil
}

// blocking is a connection read and written by system calls that wait: half as dear as
// through the runtime's poller, where a client writes a few kilobytes at a time.
type blocking int

// Read implements io.Reader.
func (fd blocking) Read(b []byte) (int, error) {
	n, err := syscall.Read(int(fd), b)
	if err == nil && n == 0 {
		err = io.EOF
	}
	return max(n, 0), err
}

// Write implements io.Writer.
func (fd blocking) Write(b []byte) (int, error) { return syscall.Write(int(fd), b) }

func (s *sink) serve(c *net.TCPConn) {
	f, err := c.File() // a copy, which blocks
	_ = c.Close()
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	ses := &sinkSession{conn: blocking(f.Fd()), buf: make([]byte, 256<<10)}
	ses.say("220 sink ESMTP")
	for {
		line, err := ses.line()
		if err != nil {
			return
		}
		switch {
		case bytes.HasPrefix(line, []byte("EHLO")), bytes.HasPrefix(line, []byte("HELO")):
			ses.say("250-sink")
			for _, e := range s.extensions {
				ses.say("250-" + e)
			}
			ses.say("250 8BITMIME")
		case bytes.HasPrefix(line, []byte("DATA")):
			ses.say("354 go on")
			n, err := ses.data()
			if err != nil {
				return
			}
			s.took(ses, n)
		case bytes.HasPrefix(line, []byte("BDAT ")):
			digits, _, _ := bytes.Cut(bytes.TrimSpace(line[len("BDAT "):]), []byte(" "))
			n, err := strconv.Atoi(string(digits))
			if err != nil || ses.discard(n) != nil {
				return
			}
			s.took(ses, n)
		case bytes.HasPrefix(line, []byte("QUIT")):
			ses.say("221 bye")
			_, _ = ses.conn.Write(ses.out)
			return
		default:
			ses.say("250 ok")
		}
	}
}

func (s *sink) took(ses *sinkSession, octets int) {
	ses.say("250 2.0.0 ok: queued as 4XbYzW1234z5")
	s.messages.Add(1)
	s.octets.Add(int64(octets))
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
