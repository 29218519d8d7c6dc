package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/internal/testing/smtptest"
)

// TestOneClickIsNeverLost: fifty readers of each kind press at once while another
// program keeps the database locked for six seconds, and the daemon is asked to
// stop meanwhile. Their clients don't wait, or send half of what they announced.
func TestOneClickIsNeverLost(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it waits for seconds")
	}
	const whole = "Content-Length: 26\r\n\r\nList-Unsubscribe=One-Click"
	const cut = "Content-Length: 26\r\n\r\nList-Unsub"
	closes := func(c *net.TCPConn) error { return c.Close() }
	kinds := []struct {
		name, rest string
		then       func(*net.TCPConn) error
		answered   bool
	}{
		{"closed at once", whole, closes, false},
		{"half closed", whole, (*net.TCPConn).CloseWrite, true},
		{"reset", whole, func(c *net.TCPConn) error { return errors.Join(c.SetLinger(0), c.Close()) }, false},
		{"without a body, closed", "Content-Length: 0\r\n\r\n", closes, false},
		{"cut short, closed", cut, closes, false},
		{"cut short, half closed", cut, (*net.TCPConn).CloseWrite, true},
		{"no body comes", "Content-Length: 26\r\n\r\n", func(*net.TCPConn) error { return nil }, false},
	}
	const each = 50
	s := newSite(t, each*len(kinds)+1, smtptest.Options{})
	s.must("send", "--now", "--yes")
	links := s.links()
	if len(links) != each*len(kinds)+1 {
		t.Fatalf("%d links", len(links))
	}
	d := s.serve()
	unlock := s.lockDatabase()
	var wg sync.WaitGroup
	for i, kind := range kinds {
		for j := range each {
			wg.Go(func() {
				if err := press(d.address, links[i*each+j], kind.rest, kind.then, kind.answered); err != nil {
					t.Errorf("%s: %v", kind.name, err)
				}
			})
		}
	}
	time.Sleep(4 * time.Second) // what is tested: a lock that is held for long
	d.terminate()
	time.Sleep(2 * time.Second)
	unlock()
	wg.Wait()
	d.wait()
	if out := s.must("subscribers", "stats", "--json"); !strings.Contains(out, fmt.Sprintf(`"active":1,"unsubscribed":%d`, each*len(kinds))) {
		t.Errorf("of %d readers who left: %s", each*len(kinds), out)
	}
	if log := d.said(); strings.Contains(log, "request failed") {
		t.Errorf("who does not wait is no fault of ours: %s", log)
	}
}

// press sends a reader's request, does to the connection what its client does
// then, and reads the answer if that client would.
func press(address, path, rest string, then func(*net.TCPConn) error, answered bool) error {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "POST "+path+" HTTP/1.1\r\nHost: news.magazine.example\r\nContent-Type: application/x-www-form-urlencoded\r\n"+rest); err != nil {
		return err
	}
	if err := then(conn.(*net.TCPConn)); err != nil {
		return err
	}
	if !answered {
		return nil
	}
	if err := conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("answered with %d", res.StatusCode)
	}
	return nil
}

// links are the paths of the unsubscribe links in what the relay took.
func (s *site) links() []string {
	s.t.Helper()
	var paths []string
	for _, m := range s.mta.Mails() {
		parsed, err := mail.ReadMessage(bytes.NewReader(m.Data))
		if err != nil {
			s.t.Fatal(err)
		}
		found := leaveLink.FindStringSubmatch(parsed.Header.Get("List-Unsubscribe"))
		if found == nil {
			s.t.Fatalf("no link: %s", m.Data)
		}
		u, err := url.Parse(found[1])
		if err != nil {
			s.t.Fatal(err)
		}
		paths = append(paths, u.Path)
	}
	return paths
}
