package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"roundup/web"
)

// serve is a server whose every page says "here", at an address.
func serve(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := web.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here") }))
	go func() { _ = server.Serve(web.Limit(listener)) }()
	t.Cleanup(func() { _ = server.Close() })
	return listener.Addr().String()
}

// ask sends a request with a header of so many octets over a connection that stays open,
// and returns the status of the answer; 0 where the connection is cut before it.
func ask(t *testing.T, address string, header int) (net.Conn, int) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: news.example\r\nX: %s\r\n\r\n", strings.Repeat("x", header)); err != nil {
		return conn, 0
	}
	status, err := answer(conn)
	if err != nil {
		return conn, 0
	}
	return conn, status
}

// answer reads an answer and leaves the connection open.
func answer(conn net.Conn) (int, error) {
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return 0, err
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.Copy(io.Discard, res.Body)
	return res.StatusCode, err
}

func TestHugeHeader(t *testing.T) {
	t.Parallel()
	address := serve(t)
	if _, got := ask(t, address, 8<<10); got != http.StatusOK {
		t.Errorf("8 KB: %d", got)
	}
	// What is not read of the header resets the connection, sometimes before the answer is read.
	if _, got := ask(t, address, 24<<10); got != http.StatusRequestHeaderFieldsTooLarge && got != 0 {
		t.Errorf("24 KB: %d, want 431", got)
	}
}

// Nobody holds a connection for as long as they like.
func TestEveryWaitEnds(t *testing.T) {
	t.Parallel()
	s := web.NewServer(nil)
	for name, d := range map[string]time.Duration{
		"header": s.ReadHeaderTimeout, "request": s.ReadTimeout, "answer": s.WriteTimeout, "idle": s.IdleTimeout,
	} {
		if d <= 0 || d > 2*time.Minute {
			t.Errorf("%s: %v", name, d)
		}
	}
}

// Ten thousand connections are not ten thousand open files: past a number they wait, and
// come in as others end.
func TestManyConnections(t *testing.T) {
	t.Parallel()
	const most = 500
	address := serve(t)
	var first net.Conn
	for range most {
		conn, status := ask(t, address, 1)
		if status != http.StatusOK {
			t.Fatal(status)
		}
		first = conn
	}
	answered := make(chan error, 1)
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: news.example\r\n\r\n")
		_, err := answer(conn)
		answered <- err
	}()
	select {
	case err := <-answered:
		t.Fatalf("one more than %d was answered: %v", most, err)
	case <-time.After(200 * time.Millisecond): // nothing can come; later would be as well
	}
	_ = first.Close()
	select {
	case err := <-answered:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("a place is free, and the next is not let in")
	}
}
