package mailbox_test

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/delivery/mailbox"
)

// reading is what a reading took and remembered.
type reading struct {
	taken []string
	at    mailbox.Position
	done  mailbox.Done
	err   error
}

// read reads a mailbox from a position; a mail that begins with "bounce" is understood.
func (s *server) read(o mailbox.Options, from mailbox.Position) reading {
	s.t.Helper()
	s.start()
	defer s.settle()
	ctx, cancel := context.WithTimeout(s.t.Context(), 2*time.Minute)
	defer cancel()
	r := reading{at: from}
	r.done, r.err = mailbox.Read(ctx, o, from, func(_ context.Context, mail io.Reader) (bool, error) {
		text, err := io.ReadAll(mail)
		r.taken = append(r.taken, string(text))
		return strings.HasPrefix(string(text), "bounce"), err
	}, func(_ context.Context, at mailbox.Position) error {
		r.at = at
		return nil
	})
	return r
}

func codeOf(err error) mailbox.Code {
	var trouble *mailbox.Trouble
	errors.As(err, &trouble)
	if trouble == nil {
		return ""
	}
	return trouble.Code
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, caps := range []string{
		"IMAP4rev1 MOVE UIDPLUS AUTH=PLAIN SASL-IR", "IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS", "IMAP4rev1",
	} {
		t.Run(caps, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "bounce 1", "hello 2", "bounce 3")
			s.caps = caps
			r := s.read(s.options(), mailbox.Position{})
			if r.err != nil || r.done != (mailbox.Done{Understood: 2, Unknown: 1}) || r.at != (mailbox.Position{Validity: 7, Last: 3}) {
				t.Errorf("%+v", r)
			}
			if !slices.Equal(s.folders["Processed"], []string{"bounce 1", "bounce 3"}) || !slices.Equal(s.folders["Unknown"], []string{"hello 2"}) {
				t.Errorf("moved: %v", s.folders)
			}
			for uid := range s.mails {
				if !s.deleted[uid] || strings.Contains(caps, "UIDPLUS") || strings.Contains(caps, "MOVE") {
					t.Errorf("mail %d is left", uid)
				}
			}
			// What is new since is read, and nothing else.
			s.mu.Lock()
			s.mails[4] = "bounce 4"
			s.mu.Unlock()
			if r = s.read(s.options(), r.at); r.err != nil || !slices.Equal(r.taken, []string{"bounce 4"}) {
				t.Errorf("%+v", r)
			}
			if r = s.read(s.options(), r.at); r.err != nil || r.taken != nil || r.at.Last != 4 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestValidity reads anew where the server counts anew.
func TestValidity(t *testing.T) {
	t.Parallel()
	s := newServer(t, "bounce 1", "bounce 2")
	r := s.read(s.options(), mailbox.Position{Validity: 6, Last: 900})
	if r.err != nil || len(r.taken) != 2 || r.at != (mailbox.Position{Validity: 7, Last: 2}) {
		t.Errorf("%+v", r)
	}
	s = newServer(t, "bounce 1", "bounce 2")
	if r := s.read(s.options(), mailbox.Position{Validity: 7, Last: 1}); len(r.taken) != 1 {
		t.Errorf("%+v", r)
	}
}

// TestLimit looks at the front of a mail.
func TestLimit(t *testing.T) {
	t.Parallel()
	s := newServer(t, "bounce 1")
	if r := s.read(s.options(), mailbox.Position{}); r.err != nil {
		t.Fatal(r.err)
	}
	if !slices.ContainsFunc(s.heard, func(line string) bool { return strings.Contains(line, "BODY.PEEK[]<0.65536>") }) {
		t.Errorf("asked: %q", s.heard)
	}
}

// TestSignIn has the ways in, and no password on an open line.
func TestSignIn(t *testing.T) {
	t.Parallel()
	t.Run("STARTTLS", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, "bounce 1")
		o := s.options()
		o.TLS, o.CAFile = "starttls", s.withTLS("127.0.0.1")
		if r := s.read(o, mailbox.Position{}); r.err != nil || len(r.taken) != 1 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("implicit", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, "bounce 1")
		o := s.options()
		o.TLS, o.CAFile, s.greeting = "implicit", s.withTLS("127.0.0.1"), ""
		if r := s.read(o, mailbox.Position{}); r.err != nil || len(r.taken) != 1 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("token", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, "bounce 1")
		o := s.options()
		o.Password, o.Token = "", func(context.Context) (string, error) { return "T0KEN", nil }
		if r := s.read(o, mailbox.Position{}); r.err != nil || len(r.taken) != 1 {
			t.Errorf("%+v", r)
		}
		want := "AUTHENTICATE XOAUTH2 " + base64.StdEncoding.EncodeToString([]byte("user=bounces\x01auth=Bearer T0KEN\x01\x01"))
		if !slices.Contains(s.heard, want) {
			t.Errorf("asked: %q", s.heard)
		}
	})
	t.Run("a token refused", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		s.fault = func(c *conversation, tag, command string) bool {
			if !strings.HasPrefix(command, "AUTHENTICATE") {
				return false
			}
			c.say("+ %s", base64.StdEncoding.EncodeToString([]byte(`{"status":"400"}`)))
			_, _ = c.r.ReadString('\n')
			c.say("%s NO [AUTHENTICATIONFAILED] Invalid credentials", tag)
			return true
		}
		o := s.options()
		o.Token = func(context.Context) (string, error) { return "T0KEN", nil }
		r := s.read(o, mailbox.Position{})
		if codeOf(r.err) != mailbox.Login || !strings.Contains(r.err.Error(), `{"status":"400"}`) {
			t.Error(r.err)
		}
	})
	t.Run("no token", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		o := s.options()
		o.Token = func(context.Context) (string, error) { return "", errors.New("exit status 1") }
		if r := s.read(o, mailbox.Position{}); codeOf(r.err) != mailbox.NoToken || s.heard != nil {
			t.Errorf("%v, %q", r.err, s.heard)
		}
	})
	t.Run("another's certificate", func(t *testing.T) {
		t.Parallel()
		for _, dialogue := range []string{"starttls", "implicit"} {
			s := newServer(t, "bounce 1")
			o := s.options()
			o.TLS, o.CAFile = dialogue, s.withTLS("imap.elsewhere.example")
			if dialogue == "implicit" {
				s.greeting = ""
			}
			if r := s.read(o, mailbox.Position{}); codeOf(r.err) != mailbox.Certificate || saidLogin(s) {
				t.Errorf("%s: %v, %q", dialogue, r.err, s.heard)
			}
		}
	})
	t.Run("STARTTLS stripped", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, "bounce 1")
		s.fault = refuse("STARTTLS", "BAD unknown command")
		o := s.options()
		o.TLS, o.CAFile = "starttls", s.withTLS("127.0.0.1")
		if r := s.read(o, mailbox.Position{}); codeOf(r.err) != mailbox.NoTLS || saidLogin(s) {
			t.Errorf("%v, %q", r.err, s.heard)
		}
	})
	t.Run("a literal announced before TLS", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, "bounce 1")
		s.fault = func(c *conversation, tag, command string) bool {
			switch {
			case command == "STARTTLS":
				c.say("* LIST () \"/\" {5000000}\r\n%s OK go on", tag)
				return c.encrypt()
			case strings.HasPrefix(command, "SELECT"):
				c.say("* 1 FETCH (BODYSTRUCTURE %s", strings.Repeat("(", 10*mailbox.MaxDepth))
				return true
			}
			return false
		}
		o := s.options()
		o.TLS, o.CAFile = "starttls", s.withTLS("127.0.0.1")
		if r := s.read(o, mailbox.Position{}); codeOf(r.err) != mailbox.Broken || !strings.Contains(r.err.Error(), "lists within lists") {
			t.Error(r.err)
		}
	})
	t.Run("signed in before TLS", func(t *testing.T) {
		t.Parallel()
		s := newServer(t, "bounce 1")
		s.greeting = "* PREAUTH welcome"
		o := s.options()
		o.TLS, o.CAFile = "starttls", s.withTLS("127.0.0.1")
		if r := s.read(o, mailbox.Position{}); r.err == nil || len(r.taken) > 0 {
			t.Errorf("%+v", r)
		}
	})
	t.Run("an open server where TLS begins at once", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		o := s.options()
		o.TLS = "implicit"
		if r := s.read(o, mailbox.Position{}); codeOf(r.err) != mailbox.NoTLS {
			t.Error(r.err)
		}
	})
	t.Run("nobody there", func(t *testing.T) {
		t.Parallel()
		s := newServer(t)
		_ = s.listener.Close()
		if r := s.read(s.options(), mailbox.Position{}); codeOf(r.err) != mailbox.Unreachable {
			t.Error(r.err)
		}
	})
}

func saidLogin(s *server) bool {
	return slices.ContainsFunc(s.heard, func(line string) bool {
		return strings.HasPrefix(line, "LOGIN") || strings.HasPrefix(line, "AUTH")
	})
}

// refuse answers a command with NO or BAD.
func refuse(verb, answer string) func(*conversation, string, string) bool {
	return func(c *conversation, tag, command string) bool {
		if !strings.HasPrefix(command, verb) {
			return false
		}
		c.say("%s %s", tag, answer)
		return true
	}
}

// instead says something in place of the answer to a command, and closes where told to.
func instead(verb, text string, end bool) func(*conversation, string, string) bool {
	return func(c *conversation, tag, command string) bool {
		if !strings.HasPrefix(command, verb) {
			return false
		}
		c.say("%s", strings.ReplaceAll(text, "TAG", tag))
		if end {
			_ = c.conn.Close()
		}
		return true
	}
}

// TestFaults has servers with one fault each: what is wrong has a name, no mail is taken
// that is not whole, none is lost, and none waits for another that has the fault.
func TestFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		fault func(*conversation, string, string) bool
		code  mailbox.Code
		taken int
		last  uint32
	}{
		{"wrong password", refuse("AUTHENTICATE", "NO [AUTHENTICATIONFAILED] wrong"), mailbox.Login, 0, 0},
		{"no such mailbox", refuse("SELECT", "NO [NONEXISTENT] no such mailbox"), mailbox.NoMailbox, 0, 0},
		{"without UIDVALIDITY", instead("SELECT", "* 3 EXISTS\r\nTAG OK done", false), mailbox.Broken, 0, 0},
		{"a search refused", refuse("UID SEARCH", "NO not now"), mailbox.Broken, 0, 0},
		{"a search of everything there can be", instead("UID SEARCH", "* SEARCH 0\r\nTAG OK done", false), mailbox.Broken, 0, 0},
		{"mails that are not there", instead("UID SEARCH", "* SEARCH 7 8 9\r\nTAG OK done", false), mailbox.Withheld, 0, 0},
		{"a throttled server", refuse("UID FETCH", "NO Request is throttled"), mailbox.Withheld, 0, 0},
		{"a server that is throttled later", refuse("UID FETCH 3 ", "NO Request is throttled"), mailbox.Withheld, 2, 2},
		{"a server that is down in part", refuse("UID FETCH 2 ", "NO [unavailable] later"), mailbox.Busy, 1, 1},
		{"a mailbox in use", refuse("UID FETCH 2 ", "NO [INUSE] later"), mailbox.Busy, 1, 1},
		{"a limit", refuse("UID FETCH 2 ", "BAD [LIMIT] later"), mailbox.Busy, 1, 1},
		{"EXISTS that lies", instead("SELECT", "* 4000000000 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK done", false), "", 3, 3},
		{"a mail that it can't read", refuse("UID FETCH 2 ", "NO [SERVERBUG] internal error"), mailbox.Withheld, 2, 3},
		{"a mail that it says nothing of", refuse("UID FETCH 2 ", "OK done"), mailbox.Withheld, 2, 3},
		{"a mail without a body", instead("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[]<0> NIL)\r\nTAG OK done", false), mailbox.Withheld, 2, 3},
		{"another mail than was asked for", instead("UID FETCH 2 ", "* 3 FETCH (UID 3 BODY[]<0> {8}\r\nbounce 3)\r\nTAG OK done", false), mailbox.Withheld, 2, 3},
		{"a mail twice", instead("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[]<0> {8}\r\nbounce 2)\r\n* 2 FETCH (UID 2 BODY[]<0> {8}\r\nbounce X)\r\nTAG OK done", false), "", 3, 3},
		{"closed in the midst of a mail", instead("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[]<0> {800}\r\nbounce 2", true), mailbox.Closed, 1, 1},
		{"closed after a mail", instead("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[]<0> {8}\r\nbounce 2)", true), mailbox.Closed, 1, 1},
		{"BYE", instead("UID FETCH 2 ", "* BYE shutting down", true), mailbox.Closed, 1, 1},
		{"BYE at once", instead("SELECT", "* BYE too many connections", true), mailbox.Closed, 0, 0},
		{"a mail of a terabyte", instead("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[]<0> {1099511627776}\r\n"+strings.Repeat("x", 3<<20), false), mailbox.TooMuch, 1, 1},
		{"a longer mail than was asked for", instead("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[] {100000}\r\n"+strings.Repeat("x", 100000)+")\r\nTAG OK done", false), mailbox.TooMuch, 1, 1},
		{"a huge text beside it", instead("UID FETCH 2 ", "* LIST () \"/\" {1099511627776}\r\n"+strings.Repeat("x", 3<<20), false), mailbox.TooMuch, 1, 1},
		{"a line without an end", instead("SELECT", "* OK "+strings.Repeat("x", 3<<20), false), mailbox.TooMuch, 0, 0},
		{"lists within lists", instead("UID FETCH 2 ", "* 2 FETCH (BODYSTRUCTURE "+strings.Repeat("(", 1000000), true), mailbox.Broken, 1, 1},
		{"lists behind a literal that is none", instead("UID FETCH 2 ", "* OK x {5000000}\r\n* 2 FETCH (BODYSTRUCTURE "+strings.Repeat("(", 1000000), false), mailbox.Broken, 1, 1},
		{"a code without an end", instead("UID FETCH 2 ", "* OK [X \r\n* 2 FETCH (UID 2 BODY[]<0> {8}\r\nbounce 2)\r\nTAG OK done", false), mailbox.Broken, 1, 1},
		{"a status that looks like a literal", instead("UID FETCH 2 ", "* OK [ALERT] {800}\r\n* 2 FETCH (UID 2 BODY[]<0> {8}\r\nbounce 2)\r\nTAG OK {900}", false), "", 3, 3},
		{"parentheses in quotes", instead("UID FETCH 2 ", "* LIST () \"/\" \""+strings.Repeat("(", 1000)+"\"\r\n* 2 FETCH (UID 2 BODY[]<0> {8}\r\nbounce 2)\r\nTAG OK done", false), "", 3, 3},
		{"parentheses in a mail", instead("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[]<0> {8}\r\n(((((((()\r\nTAG OK done", false), "", 3, 3},
		{"no IMAP at all", instead("SELECT", "HTTP/1.1 400 Bad Request", false), mailbox.Broken, 0, 0},
		{"flags without end", instead("UID FETCH 2 ", "* 2 FETCH ("+strings.Repeat("FLAGS () ", 500)+"UID 2 BODY[] {8}\r\nbounce 2)\r\nTAG OK done", true), mailbox.Closed, 1, 1},
		{"folders that can't be made", refuse("CREATE", "NO permission denied"), mailbox.NoFolder, 3, 3},
		{"moves refused", refuse("UID MOVE", "NO permission denied"), mailbox.NotMoved, 3, 3},
		{"moves refused for want of room", refuse("UID MOVE", "NO [OVERQUOTA] full"), mailbox.NotMoved, 3, 3},
		{"closed in the midst of a move", instead("UID MOVE 2 ", "* 2 EXPUNGE", true), mailbox.Closed, 2, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "bounce 1", "bounce 2", "hello 3")
			s.fault = tt.fault
			s.start()
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			taken, at := 0, mailbox.Position{}
			_, err := mailbox.Read(ctx, s.options(), at, func(_ context.Context, mail io.Reader) (bool, error) {
				text, err := io.ReadAll(mail)
				if len(text) != len("bounce 1") && len(text) != len("hello 3") {
					t.Errorf("half a mail was taken: %d octets", len(text))
				}
				taken++
				return true, err
			}, func(_ context.Context, to mailbox.Position) error { at = to; return nil })
			if codeOf(err) != tt.code || (tt.code == "") != (err == nil) || taken != tt.taken || at.Last != tt.last {
				t.Errorf("got %v, %d taken, read to %d; want %q, %d, %d", err, taken, at.Last, tt.code, tt.taken, tt.last)
			}
			s.settle()
			if len(s.mails)+len(s.folders["Processed"]) < 3 {
				t.Errorf("a mail is lost: %v, %v", s.mails, s.folders)
			}
		})
	}
}

// TestDepth counts lists, and nothing in a literal.
func TestDepth(t *testing.T) {
	t.Parallel()
	s := newServer(t, strings.Repeat("(", 5000), "bounce 2 {99999}\r\n"+strings.Repeat("(", 5000))
	if r := s.read(s.options(), mailbox.Position{}); r.err != nil || len(r.taken) != 2 {
		t.Errorf("%v", r.err)
	}
}

// TestMoveRefused tells of the move, and not of a folder that is there.
func TestMoveRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, move, create string
		code               mailbox.Code
		fact               string
		asks               bool // for the folder
	}{
		{"over quota", "NO [OVERQUOTA] full", "OK done", mailbox.NotMoved, "full", false},
		{"no right", "NO [NOPERM] not yours", "OK done", mailbox.NotMoved, "not yours", false},
		{"the folder is there", "NO later", "NO [ALREADYEXISTS] there", mailbox.NotMoved, "later", true},
		{"no folder", "NO [TRYCREATE] none", "NO [NOPERM] you may not", mailbox.NoFolder, "you may not", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, "bounce 1", "bounce 2")
			s.fault = func(c *conversation, tag, command string) bool {
				return refuse("UID MOVE", tt.move)(c, tag, command) || refuse("CREATE", tt.create)(c, tag, command)
			}
			r := s.read(s.options(), mailbox.Position{})
			var trouble *mailbox.Trouble
			if !errors.As(r.err, &trouble) || trouble.Code != tt.code || trouble.Fact != tt.fact || r.done.Left != 2 {
				t.Errorf("%+v", r)
			}
			asked := 0
			for _, line := range s.heard {
				if strings.HasPrefix(line, "CREATE") {
					asked++
				}
			}
			if (asked == 1) != tt.asks || asked > 1 {
				t.Errorf("the folder was asked for %d times: %q", asked, s.heard)
			}
		})
	}
}

// TestWithheld asks again for what a throttled server did not give.
func TestWithheld(t *testing.T) {
	t.Parallel()
	s := newServer(t, "bounce 1", "bounce 2", "bounce 3")
	s.fault = refuse("UID FETCH", "NO Request is throttled")
	r := s.read(s.options(), mailbox.Position{})
	if codeOf(r.err) != mailbox.Withheld || r.at.Last != 0 || r.done.Withheld != 3 {
		t.Errorf("%+v", r)
	}
	s.mu.Lock()
	s.fault = nil
	s.mu.Unlock()
	if r = s.read(s.options(), r.at); r.err != nil || len(r.taken) != 3 || r.at.Last != 3 {
		t.Errorf("%+v", r)
	}
}

// TestNothingIsLeftBehind has the client's goroutines end, however much comes after a mail
// that is too long.
func TestNothingIsLeftBehind(t *testing.T) { //nolint:paralleltest // the goroutines are the process's
	items := strings.Repeat(" FLAGS ()", 500)
	s := newServer(t, "bounce 1")
	s.fault = instead("UID FETCH", "* 1 FETCH (UID 1 BODY[] {100000}\r\n"+strings.Repeat("x", 100000)+items+")\r\nTAG OK done", false)
	if r := s.read(s.options(), mailbox.Position{}); codeOf(r.err) != mailbox.TooMuch {
		t.Errorf("%+v", r)
	}
	var stacks strings.Builder
	for range 100 {
		stacks.Reset()
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2)
		if !strings.Contains(stacks.String(), "imapclient") {
			return
		}
		time.Sleep(20 * time.Millisecond) // until they have ended
	}
	t.Errorf("left behind:\n%s", stacks.String())
}

// TestCopyThatFails marks nothing as deleted that was not copied.
func TestCopyThatFails(t *testing.T) {
	t.Parallel()
	s := newServer(t, "bounce 1")
	s.caps, s.fault = "IMAP4rev1 UIDPLUS", refuse("UID COPY", "NO [OVERQUOTA] full")
	if r := s.read(s.options(), mailbox.Position{}); codeOf(r.err) != mailbox.NotMoved || len(s.mails) != 1 || len(s.deleted) != 0 {
		t.Errorf("%+v", r)
	}
	s = newServer(t, "bounce 1")
	s.caps, s.fault = "IMAP4rev1 UIDPLUS", refuse("UID STORE", "NO read-only")
	if r := s.read(s.options(), mailbox.Position{}); codeOf(r.err) != mailbox.Copied || len(s.folders["Processed"]) != 1 || r.at.Last != 1 {
		t.Errorf("%+v", r)
	}
}

// TestOurTrouble leaves a mail where it is that could not be taken.
func TestOurTrouble(t *testing.T) {
	t.Parallel()
	s := newServer(t, "bounce 1", "bounce 2")
	s.start()
	full := errors.New("disk full")
	done, err := mailbox.Read(t.Context(), s.options(), mailbox.Position{},
		func(context.Context, io.Reader) (bool, error) { return true, full },
		func(context.Context, mailbox.Position) error { t.Error("it is remembered as read"); return nil })
	s.settle()
	if !errors.Is(err, full) || done != (mailbox.Done{}) || len(s.mails) != 2 {
		t.Errorf("%+v, %v", done, err)
	}
}

// TestLook changes nothing.
func TestLook(t *testing.T) {
	t.Parallel()
	s := newServer(t, "bounce 1", "bounce 2")
	s.start()
	n, err := mailbox.Look(t.Context(), s.options())
	s.settle()
	if n != 2 || err != nil || len(s.mails) != 2 || slices.ContainsFunc(s.heard, func(line string) bool { return strings.HasPrefix(line, "SELECT") }) {
		t.Errorf("%d, %v, %q", n, err, s.heard)
	}
}
