package returns_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"roundup/delivery/mailbox"
	"roundup/internal/list"
	"roundup/internal/returns"
	"roundup/store"
	"roundup/store/sqlite"
	"roundup/store/storetest"
)

// server is an IMAP server with one mail at most, which answers a move as it is told.
type server struct {
	port int
	uid  atomic.Int64 // of its mail; 0 for none
	move atomic.Value // a string
}

// mail is a bounce.
const mail = "From: MAILER-DAEMON@x.example\r\nTo: b@magazine.example\r\nSubject: Undelivered\r\n" +
	"Content-Type: multipart/report; report-type=delivery-status; boundary=B\r\nMIME-Version: 1.0\r\n\r\n" +
	"--B\r\nContent-Type: text/plain\r\n\r\nno such user\r\n" +
	"--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x.example\r\n\r\n" +
	"Final-Recipient: rfc822; r@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n--B--\r\n"

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &server{port: l.Addr().(*net.TCPAddr).Port}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return s
}

func (s *server) talk(conn net.Conn) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	fmt.Fprint(conn, "* OK [CAPABILITY IMAP4rev1 MOVE AUTH=PLAIN SASL-IR] ready\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		answer, uid := "OK done", s.uid.Load()
		switch {
		case command == "CAPABILITY":
			fmt.Fprint(conn, "* CAPABILITY IMAP4rev1 MOVE AUTH=PLAIN SASL-IR\r\n")
		case strings.HasPrefix(command, "SELECT"):
			fmt.Fprint(conn, "* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n")
		case strings.HasPrefix(command, "UID SEARCH"):
			found := "* SEARCH"
			if uid > 0 {
				found += fmt.Sprint(" ", uid)
			}
			fmt.Fprint(conn, found+"\r\n")
		case strings.HasPrefix(command, "UID FETCH"):
			fmt.Fprintf(conn, "* 1 FETCH (UID %d BODY[]<0> {%d}\r\n%s)\r\n", uid, len(mail), mail)
		case strings.HasPrefix(command, "UID MOVE"):
			answer = s.move.Load().(string)
		}
		fmt.Fprintf(conn, "%s %s\r\n", tag, answer)
	}
}

// open is a mailbox at the server, and the database of who takes its mails.
func (s *server) open(t *testing.T) (returns.Mailbox, *store.Store) {
	t.Helper()
	create := func() *store.Store {
		st, _, err := sqlite.Create(t.Context(), filepath.Join(t.TempDir(), "roundup.db"), sqlite.Options{Now: time.Now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = st.Close() })
		return st
	}
	readers := create()
	l, err := list.New(t.Context(), readers, list.Policy{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return returns.Mailbox{
		Taker: returns.Taker{List: l, By: storetest.Anna(), Log: slog.New(slog.DiscardHandler)}, Name: "b", Store: create(),
		Options: mailbox.Options{
			Host: "127.0.0.1", Port: s.port, TLS: "none", Username: "b", Password: "p", Mailbox: "INBOX",
			Processed: "Processed", Unknown: "Unknown", Limit: 1 << 16,
		},
	}, readers
}

// TestFaultOfOneMail stays on record until a mail was moved.
func TestFaultOfOneMail(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	m, _ := s.open(t)
	for _, step := range []struct {
		name  string
		uid   int64
		move  string
		fault mailbox.Code
	}{
		{"not moved", 1, "NO [NOPERM] not yours", mailbox.NotMoved},
		{"no mail", 0, "", mailbox.NotMoved},
		{"none again", 0, "", mailbox.NotMoved},
		{"moved", 2, "OK done", ""},
		{"no mail", 0, "", ""},
	} {
		s.uid.Store(step.uid)
		s.move.Store(step.move)
		_, _ = m.Fetch(t.Context())
		was, err := m.Store.Mailbox(t.Context(), m.Name)
		if err != nil || mailbox.Code(was.Fault) != step.fault || (step.fault != "" && was.Fact != "not yours") {
			t.Errorf("%s: %+v, %v, want %q", step.name, was, err, step.fault)
		}
	}
}

// TestNotTaken has on record what is the matter with our own database, and nothing where
// we are asked to stop.
func TestNotTaken(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.uid.Store(1)
	s.move.Store("OK done")
	m, readers := s.open(t)
	_ = readers.Close()
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := m.Fetch(stopped); err == nil {
		t.Error("it was read")
	}
	look := func() store.MailboxRecord {
		t.Helper()
		was, err := m.Store.Mailbox(t.Context(), m.Name)
		if err != nil {
			t.Fatal(err)
		}
		return was
	}
	if was := look(); was.Fault != "" {
		t.Errorf("asked to stop: %+v", was)
	}
	if _, err := m.Fetch(t.Context()); err == nil {
		t.Error("it was taken")
	}
	if was := look(); mailbox.Code(was.Fault) != mailbox.NotTaken || was.Fact == "" || was.Last != 0 {
		t.Errorf("got %+v", was)
	}
}
