package readers_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/subscribers"
	"roundup/web"
	"roundup/web/readers"
)

// slowList is a list whose changes wait for others, as a database's do.
type slowList struct {
	open chan struct{} // closed when changes go through

	mu   sync.Mutex
	left map[subscribers.PublicID]subscribers.ActorKind
	came chan struct{} // one for each change that is waited for
}

func (l *slowList) Leave(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) error {
	l.came <- struct{}{}
	select {
	case <-l.open:
	case <-ctx.Done():
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left[id] = by.Kind
	return nil
}

func (l *slowList) Reader(context.Context, subscribers.PublicID) (subscribers.Subscriber, bool, error) {
	return subscribers.Subscriber{}, false, nil
}

func (l *slowList) Undo(context.Context, subscribers.PublicID, subscribers.Actor) (bool, error) {
	return false, nil
}

func (l *slowList) SayWhy(context.Context, subscribers.PublicID, subscribers.WhyLeft, subscribers.Actor) error {
	return nil
}

type leaveBundle struct {
	list    *slowList
	pages   *readers.Pages
	server  *http.Server
	keys    *subscribers.Keyring
	address string
	log     *lockedBuffer
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func newLeaving(t *testing.T, answer time.Duration) *leaveBundle {
	t.Helper()
	keys, err := subscribers.NewKeyring(1, []subscribers.Key{{ID: 1, Secret: bytes.Repeat([]byte{7}, 32)}}, bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	b := &leaveBundle{keys: keys, log: &lockedBuffer{}, list: &slowList{
		open: make(chan struct{}), left: map[subscribers.PublicID]subscribers.ActorKind{}, came: make(chan struct{}, 1000),
	}}
	b.pages, err = readers.New(readers.Options{
		Name: "The Weekly", Keyring: keys, Readers: b.list, Archive: &archive{}, AnswerIn: answer,
		Log: slog.New(slog.NewTextHandler(b.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.address = listener.Addr().String()
	b.server = web.NewServer(b.pages)
	go func() { _ = b.server.Serve(listener) }() // until it is closed
	t.Cleanup(func() { _ = b.server.Close() })
	return b
}

// post writes a reader's request up to the end of its body, and returns the connection.
func (b *leaveBundle) post(t *testing.T, n byte, query, rest string) *net.TCPConn {
	t.Helper()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", b.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	token := b.keys.Token(subscribers.PurposeUnsubscribe, subscribers.PublicID{n})
	if _, err := fmt.Fprintf(conn, "POST /u/%s%s HTTP/1.1\r\nHost: news.example\r\nContent-Type: application/x-www-form-urlencoded\r\n%s", token, query, rest); err != nil {
		t.Fatal(err)
	}
	return conn.(*net.TCPConn)
}

const (
	whole = "Content-Length: 26\r\n\r\nList-Unsubscribe=One-Click"
	cut   = "Content-Length: 26\r\n\r\nList-Unsub"
	none  = "Content-Length: 26\r\n\r\n"
)

// Whoever sent the request has left, whatever their program does next.
func TestLeavingDoesNotDependOnTheClient(t *testing.T) {
	t.Parallel()
	closes := func(c *net.TCPConn) error { return c.Close() }
	halves := func(c *net.TCPConn) error { return c.CloseWrite() }
	resets := func(c *net.TCPConn) error { return errors.Join(c.SetLinger(0), c.Close()) }
	stays := func(*net.TCPConn) error { return nil }
	tests := []struct {
		name, query, rest string
		then              func(*net.TCPConn) error
		answered          bool
		by                subscribers.ActorKind
	}{
		{"closed at once", "", whole, closes, false, subscribers.OneClick},
		{"half closed", "", whole, halves, true, subscribers.OneClick},
		{"reset", "", whole, resets, false, subscribers.OneClick},
		{"without a body, closed", "", "Content-Length: 0\r\n\r\n", closes, false, subscribers.OneClick},
		{"without a length, half closed", "", "\r\n", halves, true, subscribers.OneClick},
		{"the button, closed", "?page", "Content-Length: 0\r\n\r\n", closes, false, subscribers.Reader},
		{"cut short, closed", "", cut, closes, false, subscribers.OneClick},
		{"cut short, half closed", "", cut, halves, true, subscribers.OneClick},
		{"cut short, reset", "", cut, resets, false, subscribers.OneClick},
		{"cut short, and waits", "", cut, stays, false, subscribers.OneClick},
		{"no body comes", "", none, stays, false, subscribers.OneClick},
		{"asks first", "", "Expect: 100-continue\r\n" + none, stays, false, subscribers.OneClick},
		{"a broken chunk", "", "Transfer-Encoding: chunked\r\n\r\nzz\r\n", stays, true, subscribers.OneClick},
		{"an endless chunk", "", "Transfer-Encoding: chunked\r\n\r\n7fffffff\r\nabc", closes, false, subscribers.OneClick},
	}
	b := newLeaving(t, time.Minute)
	var open []*net.TCPConn
	for i, tt := range tests {
		c := b.post(t, byte(i+1), tt.query, tt.rest)
		<-b.list.came // its change is waited for
		if err := tt.then(c); err != nil {
			t.Fatal(err)
		}
		open = append(open, c)
	}
	close(b.list.open) // what the changes waited for is over
	for i, tt := range tests {
		if !tt.answered {
			continue
		}
		if err := open[i].SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(open[i]), nil)
		if err != nil {
			t.Errorf("%s: no answer: %v", tt.name, err)
			continue
		}
		if _ = res.Body.Close(); res.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d", tt.name, res.StatusCode)
		}
	}
	b.pages.Wait(t.Context())
	for i, tt := range tests {
		if got := b.list.left[subscribers.PublicID{byte(i + 1)}]; got != tt.by {
			t.Errorf("%s: left by %q, want %q", tt.name, got, tt.by)
		}
	}
	if got := b.log.String(); got != "" {
		t.Errorf("who does not wait is no fault of ours: %s", got)
	}
}

// The client is gone before the server has come to read the request.
func TestLeavingAtOnce(t *testing.T) {
	t.Parallel()
	b := newLeaving(t, time.Minute)
	close(b.list.open)
	const each = 50
	var wg sync.WaitGroup
	for i := range each {
		wg.Go(func() {
			c := b.post(t, byte(i+1), "", whole)
			_ = c.Close()
		})
	}
	wg.Wait()
	for range each {
		<-b.list.came
	}
	b.pages.Wait(t.Context())
	if len(b.list.left) != each {
		t.Errorf("%d of %d have left", len(b.list.left), each)
	}
}

// Who does not get their answer in time is asked to try again, and has left all the same.
func TestLeavingThatTakesLong(t *testing.T) {
	t.Parallel()
	b := newLeaving(t, 50*time.Millisecond)
	c := b.post(t, 1, "", whole)
	<-b.list.came
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _ = res.Body.Close(); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %d", res.StatusCode)
	}
	close(b.list.open)
	b.pages.Wait(t.Context())
	if len(b.list.left) != 1 || strings.Contains(b.log.String(), "level=ERROR") {
		t.Errorf("%d have left: %s", len(b.list.left), b.log.String())
	}
}

// A server that is shut down, and even closed, leaves nobody subscribed who has left.
func TestLeavingOutlivesTheServer(t *testing.T) {
	t.Parallel()
	b := newLeaving(t, time.Minute)
	_ = b.post(t, 1, "", whole).Close()
	<-b.list.came
	_ = b.post(t, 2, "", whole)
	<-b.list.came
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.server.Shutdown(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if err := b.server.Close(); err != nil {
		t.Fatal(err)
	}
	b.pages.Wait(ctx) // who is told to stop at once does not wait
	waited := make(chan struct{})
	go func() { b.pages.Wait(t.Context()); close(waited) }()
	select {
	case <-waited:
		t.Error("it was not waited for them")
	default:
	}
	close(b.list.open)
	<-waited
	if len(b.list.left) != 2 {
		t.Errorf("%d of 2 have left", len(b.list.left))
	}
}
