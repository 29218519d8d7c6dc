package smtptest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

// session is one connection's dialogue.
type session struct {
	srv     *Server
	number  int
	raw     net.Conn // the TCP connection
	conn    net.Conn // raw, or TLS over it
	r       *bufio.Reader
	w       *bufio.Writer
	refused bool // over Options.MaxConnections

	tls   bool
	hello string // the client's name; "" before EHLO
	user  string
	done  int // mails accepted
	tx    *transaction
}

// transaction is what stands between MAIL and the end of the message.
type transaction struct {
	number int
	from   string
	params []string
	to     []string
	named  string // the recipient named last, accepted or not
	chunks []byte // of BDAT
	bdat   bool
}

func newSession(s *Server, c net.Conn, number int) *session {
	ses := &session{srv: s, number: number, raw: c}
	ses.use(c)
	return ses
}

// use goes on over this connection, forgetting what was buffered: what came
// before TLS is not part of it (RFC 3207, 5).
func (s *session) use(c net.Conn) {
	s.conn, s.r, s.w = c, bufio.NewReaderSize(c, 64<<10), bufio.NewWriterSize(c, 16<<10)
}

func (s *session) run() {
	if s.srv.options.ImplicitTLS && !s.handshake() {
		return
	}
	if s.refused {
		s.reply("421 4.7.0 " + s.srv.options.Hostname + " too many connections")
		s.flush()
		return
	}
	_, ok := s.act(Connect, "", "220 "+s.srv.options.Hostname+" ESMTP")
	for ok {
		line, err := s.read()
		var flaw *lineError
		switch {
		case errors.As(err, &flaw):
			s.srv.violated(flaw.what)
			ok = s.reply("500 5.5.2 " + flaw.what)
		case err != nil:
			return
		default:
			ok = s.command(line)
		}
	}
	s.flush()
}

// read takes the next command, after answering those before it.
func (s *session) read() (string, error) {
	if s.r.Buffered() == 0 {
		s.turn()
	} else if !s.offers("PIPELINING") {
		s.srv.violated("a command was sent before the reply to the one before it, without PIPELINING")
	}
	line, err := readCommand(s.r)
	if err == nil {
		s.srv.commanded(Command{Conn: s.number, TLS: s.tls, Line: line, At: s.srv.options.Now()})
	}
	return line, err
}

// command carries one out and reports whether the connection goes on.
func (s *session) command(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch strings.ToUpper(verb) {
	case "EHLO", "HELO":
		return s.ehlo(line, strings.TrimSpace(rest), strings.EqualFold(verb, "EHLO"))
	case "STARTTLS":
		return s.starttls(line)
	case "AUTH":
		return s.auth(line, rest)
	case "MAIL":
		return s.mail(line, rest)
	case "RCPT":
		return s.rcpt(line, rest)
	case "DATA":
		return s.data(line)
	case "BDAT":
		return s.bdat(line, rest)
	case "RSET":
		_, ok := s.act(RSET, line, "250 2.0.0 ok")
		s.tx = nil
		return ok
	case "NOOP":
		_, ok := s.act(NOOP, line, "250 2.0.0 ok")
		return ok
	case "QUIT":
		code, ok := s.act(QUIT, line, "221 2.0.0 bye")
		return ok && code/100 != 2
	}
	s.srv.violated(fmt.Sprintf("unknown command %.80q", line))
	return s.reply("500 5.5.2 unknown command")
}

func (s *session) ehlo(line, name string, extended bool) bool {
	lines := []string{s.srv.options.Hostname}
	for _, e := range s.srv.options.Extensions {
		if extended && (!s.tls || !strings.EqualFold(e, "STARTTLS")) {
			lines = append(lines, e)
		}
	}
	var b strings.Builder
	for i, l := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		b.WriteString("250" + sep + l + "\n")
	}
	code, ok := s.act(EHLO, line, strings.TrimSuffix(b.String(), "\n"))
	if code/100 == 2 {
		s.hello, s.tx = name, nil
	}
	return ok
}

func (s *session) starttls(line string) bool {
	if s.tls || !s.offers("STARTTLS") {
		return s.bad("STARTTLS though it is not offered", "503 5.5.1 not offered")
	}
	code, ok := s.act(STARTTLS, line, "220 2.0.0 go ahead")
	if !ok || code != 220 {
		return ok
	}
	s.flush()
	s.hello, s.user, s.tx = "", "", nil // RFC 3207, 4.2: everything starts again
	return s.handshake()
}

func (s *session) handshake() bool {
	c := tls.Server(s.raw, s.srv.tls)
	if err := c.Handshake(); err != nil {
		return false
	}
	s.tls = true
	s.use(c)
	return true
}

// offers reports whether an extension is among those listed.
func (s *session) offers(keyword string) bool { return s.extension(keyword) != nil }

// extension is the words of an extension's line; nil when it is not offered.
func (s *session) extension(keyword string) []string {
	for _, e := range s.srv.options.Extensions {
		if words := strings.Fields(e); len(words) > 0 && strings.EqualFold(words[0], keyword) {
			return words
		}
	}
	return nil
}

// bad answers a command that a proper client would not have sent.
func (s *session) bad(what, reply string) bool {
	s.srv.violated(what)
	return s.reply(reply)
}

// event is what the script is told at this moment.
func (s *session) event(step Step, line string) Event {
	e := Event{Step: step, Conn: s.number, Done: s.done, Line: line, TLS: s.tls, User: s.user}
	if s.tx != nil {
		e.Mail, e.From, e.To = s.tx.number, s.tx.from, s.tx.named
	}
	return e
}

// ask is what the script wants done; nil for the default.
func (s *session) ask(e Event) *Action {
	if s.srv.options.Script == nil {
		return nil
	}
	return s.srv.options.Script(e)
}

// act does what the script wants at a step, or answers by default. It returns
// the code of the answer and whether the connection goes on.
func (s *session) act(step Step, line, normally string) (code int, ok bool) {
	if a := s.ask(s.event(step, line)); a != nil {
		return s.perform(a)
	}
	return s.perform(Reply(normally))
}

// perform carries out an action.
func (s *session) perform(a *Action) (code int, ok bool) {
	if !s.pause(a) {
		return 0, false
	}
	ok = s.write(a.out, a.pace)
	if a.freeze {
		s.flush()
		<-s.srv.done
		return a.code(), false
	}
	if a.drop {
		s.flush()
		if c, tcp := s.raw.(*net.TCPConn); tcp && a.reset {
			_ = c.SetLinger(0)
		}
		_ = s.raw.Close()
		return a.code(), false
	}
	return a.code(), ok
}

// pause waits as the action says; false when the server was closed meanwhile,
// which is how a stall ends.
func (s *session) pause(a *Action) bool {
	if a.stall || a.wait != nil || a.delay > 0 {
		s.flush()
	}
	if a.stall {
		<-s.srv.done
		return false
	}
	if a.wait != nil {
		select {
		case <-a.wait:
		case <-s.srv.done:
			return false
		}
	}
	return s.rest(a.delay)
}

// rest lets a time pass; false when the server was closed meanwhile.
func (s *session) rest(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.srv.done:
		return false
	}
}

// write sends bytes, one by one when there is a pace.
func (s *session) write(out []byte, pace time.Duration) bool {
	if pace <= 0 {
		_, err := s.w.Write(out)
		return err == nil
	}
	for b := range slices.Chunk(out, 1) {
		if !s.rest(pace) {
			return false
		}
		if _, err := s.w.Write(b); err != nil || !s.flush() {
			return false
		}
	}
	return true
}

func (s *session) reply(text string) bool {
	_, err := io.WriteString(s.w, text+"\r\n")
	return err == nil
}

// turn sends all answers: from here on it is the client's move. It is counted
// first, so that whoever has the answers finds it counted.
func (s *session) turn() {
	s.rest(s.srv.options.RoundTrip)
	s.srv.turned()
	s.flush()
}

func (s *session) flush() bool { return s.w.Flush() == nil }
