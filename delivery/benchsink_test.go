package delivery_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// sink is an MTA that takes everything and keeps nothing, as fast as it can. It
// knows no rules: those are smtptest's.
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
			go s.serve(c)
		}
	}()
	_, err = io.Copy(io.Discard, os.Stdin)
	return account{Messages: int(s.messages.Load()), Octets: int(s.octets.Load())}, err
}

// sinkSession is one connection: what came and is not dealt with is from[:].
type sinkSession struct {
	conn net.Conn
	buf  []byte
	from []byte // within buf
	out  []byte
}

// more reads on, after what was kept back is said.
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

// until takes what comes up to and with a mark, and returns it while it fits;
// keeping only what the mark may have begun in otherwise.
func (s *sinkSession) until(mark string) (taken []byte, size int, err error) {
	for {
		if i := bytes.Index(s.from, []byte(mark)); i >= 0 {
			taken = s.from[:i]
			s.from = s.from[i+len(mark):]
			return taken, size + i + len(mark), nil
		}
		if len(s.from) > len(s.buf)/2 {
			drop := len(s.from) - len(mark)
			size += drop
			s.from = s.from[drop:]
		}
		if err := s.more(); err != nil {
			return nil, 0, err
		}
	}
}

// discard takes so many octets.
func (s *sinkSession) discard(n int) error {
	for n > len(s.from) {
		n -= len(s.from)
		s.from = s.from[:0]
		if err := s.more(); err != nil {
			return err
		}
	}
	s.from = s.from[n:]
	return nil
}

func (s *sink) serve(c net.Conn) {
	defer func() { _ = c.Close() }()
	ses := &sinkSession{conn: c, buf: make([]byte, 128<<10)}
	ses.say("220 sink ESMTP")
	for {
		line, _, err := ses.until("\r\n")
		if err != nil {
			return
		}
		switch verb, rest, _ := strings.Cut(string(line), " "); strings.ToUpper(verb) {
		case "EHLO", "HELO":
			ses.say("250-sink")
			for _, e := range s.extensions {
				ses.say("250-" + e)
			}
			ses.say("250 8BITMIME")
		case "DATA":
			ses.say("354 go on")
			_, n, err := ses.until("\r\n.\r\n")
			if err != nil {
				return
			}
			s.took(ses, n-3)
		case "BDAT":
			n, err := strconv.Atoi(strings.TrimSuffix(rest, " LAST"))
			if err != nil || ses.discard(n) != nil {
				return
			}
			s.took(ses, n)
		case "QUIT":
			ses.say("221 bye")
			_, _ = c.Write(ses.out)
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

// sinkProcess is a sink at work in a process of its own.
type sinkProcess struct {
	cmd     *exec.Cmd
	stdin   io.Closer
	stdout  io.Reader
	address string
}

func startSink(b *testing.B, extensions []string) *sinkProcess {
	b.Helper()
	p := &sinkProcess{cmd: as(b, "sink", job{Extensions: extensions})}
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	if p.stdout, err = p.cmd.StdoutPipe(); err != nil {
		b.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	line := make([]byte, 100)
	n, err := p.stdout.Read(line)
	if err != nil {
		b.Fatal(err)
	}
	p.address = strings.TrimSpace(string(line[:n]))
	b.Cleanup(func() { _ = p.stdin.Close() })
	return p
}

// stop ends the sink and returns what it took in.
func (p *sinkProcess) stop(b *testing.B) account {
	b.Helper()
	_ = p.stdin.Close()
	out, err := io.ReadAll(p.stdout)
	if err != nil {
		b.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	a := accountOf(b, out)
	a.Seconds = time.Second.Seconds()
	return a
}
