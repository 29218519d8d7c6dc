package outbound_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundup/internal/outbound"
)

const (
	wait = 300 * time.Millisecond // the deadline of clients that are to run into it
	most = 64 << 10               // the cap on bodies
)

// serve starts a server on loopback that is gone with the test.
func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func private(timeout time.Duration) *outbound.Client {
	return outbound.New(outbound.Options{AllowPrivate: true, UserAgent: "Roundup/test", Timeout: timeout, MaxRedirects: 3})
}

func squeeze(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestGet(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for _, h := range []string{"User-Agent", "Accept-Encoding", "If-None-Match"} {
			w.Header().Set("Saw-"+h, r.Header.Get(h))
		}
		w.Header().Set("ETag", `"v1"`)
		if r.Header.Get("If-None-Match") == `"v1"` {
			w.Header().Set("Content-Encoding", "gzip") // some servers do, with no body
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "short and stout")
	})
	got, err := private(0).Get(t.Context(), s.URL+"/a", nil, most)
	if err != nil {
		t.Fatal(err)
	}
	if got.Status != http.StatusTeapot || string(got.Body) != "short and stout" || got.FinalURL != s.URL+"/a" || got.Moved {
		t.Errorf("Get = %d %q from %s, moved %t", got.Status, got.Body, got.FinalURL, got.Moved)
	}
	if ua, enc := got.Header.Get("Saw-User-Agent"), got.Header.Get("Saw-Accept-Encoding"); ua != "Roundup/test" || enc != "gzip" {
		t.Errorf("sent User-Agent %q and Accept-Encoding %q", ua, enc)
	}
	got, err = private(0).Get(t.Context(), s.URL, http.Header{"If-None-Match": {`"v1"`}}, most)
	if err != nil || got.Status != http.StatusNotModified || len(got.Body) != 0 {
		t.Errorf("conditional Get = %+v, %v: want 304 and no body", got, err)
	}
}

func TestGetBodies(t *testing.T) {
	t.Parallel()
	text := bytes.Repeat([]byte("a feed "), 1000)
	tests := []struct {
		name    string
		handler http.HandlerFunc
		want    error
		body    []byte // compared when not nil
	}{
		{"plain", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(text) }, nil, text},
		{"gzip", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(squeeze(t, text))
		}, nil, text},
		{"exactly the cap", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, most)) }, nil, make([]byte, most)},
		{"announced larger than the cap", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(10<<30))
			w.WriteHeader(http.StatusOK)
		}, outbound.ErrTooLarge, nil},
		{"chunks without end", func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := w.Write(text); err != nil {
					return
				}
			}
		}, outbound.ErrTooLarge, nil},
		{"gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(squeeze(t, make([]byte, 20<<20)))
		}, outbound.ErrTooLarge, make([]byte, most)},
		{"shorter than announced", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(len(text)+9))
			_, _ = w.Write(text)
		}, outbound.ErrIncomplete, text},
		{"gzip cut off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := squeeze(t, text)
			_, _ = w.Write(z[:len(z)-4])
		}, outbound.ErrIncomplete, text},
		{"gzip that is none", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(text)
		}, outbound.ErrIncomplete, nil},
		{"compressed in another way", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "br")
			_, _ = w.Write(text)
		}, outbound.ErrEncoding, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := private(0).Get(t.Context(), serve(t, tt.handler).URL, nil, most)
			if !errors.Is(err, tt.want) {
				t.Fatalf("Get = %v, want %v", err, tt.want)
			}
			if tt.body != nil && !bytes.Equal(got.Body, tt.body) {
				t.Errorf("body of %d bytes, want %d", len(got.Body), len(tt.body))
			}
		})
	}
}

// raw serves the bytes that talk writes to every connection.
func raw(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				// An answer before the question is another fault than those tested.
				if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					talk(c)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestGetGivesUpInTime(t *testing.T) {
	t.Parallel()
	hang := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) } // until the client hangs up
	drip := func(c net.Conn, s string) {
		for i := 0; ; i++ {
			if _, err := c.Write([]byte{s[i%len(s)]}); err != nil {
				return
			}
			time.Sleep(10 * time.Millisecond) // the fault itself: a byte at a time, for ever
		}
	}
	tests := []struct {
		name string
		talk func(net.Conn)
		want error
	}{
		{"no answer", hang, outbound.ErrTimeout},
		{"headers by the byte", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			drip(c, "X-A: b\r\n")
		}, outbound.ErrTimeout},
		{"hangs after the headers", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
			hang(c)
		}, outbound.ErrTimeout},
		{"body by the byte", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n")
			drip(c, "x")
		}, outbound.ErrTimeout},
		{"headers without end", func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			for i := 0; ; i++ {
				if _, err := fmt.Fprintf(c, "X-%d: %s\r\n", i, strings.Repeat("y", 1000)); err != nil {
					return
				}
			}
		}, nil},
		{"hangs up", func(net.Conn) {}, nil},
		{"no HTTP", func(c net.Conn) { _, _ = io.WriteString(c, "220 mail.example ESMTP\r\n") }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			_, err := private(wait).Get(t.Context(), raw(t, tt.talk), nil, most)
			if err == nil || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("Get = %v, want %v", err, tt.want)
			}
			if took := time.Since(start); took > wait+2*time.Second {
				t.Errorf("gave up after %s, want about %s", took, wait)
			}
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := private(0).Get(ctx, raw(t, hang), nil, most); !errors.Is(err, context.Canceled) {
			t.Errorf("Get = %v, want context.Canceled", err)
		}
	})
}

// TestNoHost: a resolver's own words are not for people.
func TestNoHost(t *testing.T) {
	t.Parallel()
	_, err := private(0).Get(t.Context(), "http://no..host/", nil, most) // no name at all: nobody is asked
	var dns *net.DNSError
	if !errors.As(err, &dns) || err.Error() != `there is no host "no..host"` {
		t.Errorf("Get = %v (%T)", err, err)
	}
}

func TestGetIsGuarded(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "secret")
	})
	_, port, err := net.SplitHostPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	public := outbound.New(outbound.Options{Timeout: 5 * time.Second})
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:7f00:1]", "0.0.0.0", "2130706433", "0x7f.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			got, err := public.Get(t.Context(), "http://"+host+":"+port+"/", nil, most)
			if err == nil {
				t.Errorf("Get = %q, want a refusal", got.Body)
			}
		})
	}
	if _, err := public.Get(t.Context(), s.URL, nil, most); !errors.Is(err, outbound.ErrPrivateAddress) || strings.Contains(err.Error(), "dial tcp") {
		t.Errorf("Get of loopback = %v, want ErrPrivateAddress in plain words", err)
	}
	if _, err := public.Post(t.Context(), s.URL, "text/plain", nil); !errors.Is(err, outbound.ErrPrivateAddress) {
		t.Errorf("Post to loopback = %v, want ErrPrivateAddress", err)
	}
	hops := map[string]error{
		"http://169.254.169.254/latest/meta-data/": outbound.ErrPrivateAddress,
		"http://[::ffff:a9fe:a9fe]/":               outbound.ErrPrivateAddress,
		"http://0.0.0.0:" + port + "/":             outbound.ErrPrivateAddress,
		"file:///etc/passwd":                       outbound.ErrScheme,
		"gopher://127.0.0.1:25/_HELO":              outbound.ErrScheme,
		"http:///nowhere?key=letmein":              outbound.ErrScheme,
		"ftp://files.example/?key=letmein":         outbound.ErrScheme,
	}
	for to, want := range hops {
		t.Run(to, func(t *testing.T) {
			t.Parallel()
			if _, err := private(0).Get(t.Context(), s.URL+"/?to="+to, nil, most); !errors.Is(err, want) || strings.Contains(err.Error(), "letmein") {
				t.Errorf("redirected to %s: %v, want %v without a key", to, err, want)
			}
		})
	}
	for _, u := range []string{"file:///etc/passwd", "ftp://e.example/", "feed.xml", "", "http://", "http://%zz"} {
		if _, err := private(0).Get(t.Context(), u, nil, most); !errors.Is(err, outbound.ErrScheme) {
			t.Errorf("Get(%q) = %v, want ErrScheme", u, err)
		}
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Saw", strings.Join([]string{r.Header.Get("Authorization"), r.Header.Get("X-Key"), r.Header.Get("Referer"), r.Header.Get("Cookie")}, ""))
		w.Header().Set("Saw-Agent", r.Header.Get("User-Agent")+r.Header.Get("If-None-Match"))
	})
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		switch {
		case r.URL.Path == "/away":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case r.URL.Path == "/latin":
			w.Header().Set("Location", "/?q=caf\xe9")
			w.WriteHeader(http.StatusFound)
		case n > 0:
			http.Redirect(w, r, fmt.Sprintf("/?n=%d&status=%d", n-1, status), status)
		default:
			w.Header().Set("Saw", r.Header.Get("X-Key")+r.Header.Get("Referer"))
		}
	})
	secret := http.Header{"Authorization": {"Bearer k"}, "X-Key": {"k"}, "Cookie": {"k=k"}, "If-None-Match": {`"1"`}}

	got, err := private(0).Get(t.Context(), s.URL+"/?n=3&status=301", secret, most)
	if err != nil || !got.Moved || got.FinalURL != s.URL+"/?n=0&status=301" || got.Header.Get("Saw") != "k" {
		t.Errorf("three permanent hops on one host = %+v, %v", got, err)
	}
	got, err = private(0).Get(t.Context(), s.URL+"/?n=1&status=302", nil, most)
	if err != nil || got.Moved {
		t.Errorf("one temporary hop = %+v, %v: want not moved", got, err)
	}
	if _, err = private(0).Get(t.Context(), s.URL+"/?n=4&status=302", nil, most); !errors.Is(err, outbound.ErrTooManyRedirects) || strings.Contains(err.Error(), "status") {
		t.Errorf("four hops where three are allowed = %v", err)
	}
	got, err = private(0).Get(t.Context(), s.URL+"/latin", nil, most)
	if err != nil || got.FinalURL != s.URL+"/?q=caf%E9" {
		t.Errorf("a hop to an address that is no UTF-8 = %+v, %v", got, err)
	}
	got, err = private(0).Get(t.Context(), s.URL+"/away?key=k", secret, most)
	if err != nil || got.Header.Get("Saw") != "" || got.Header.Get("Saw-Agent") != `Roundup/test"1"` {
		t.Errorf("another host saw %q and %q, %v: want no secret", got.Header.Get("Saw"), got.Header.Get("Saw-Agent"), err)
	}
}

func TestNoWayBackFromTLS(t *testing.T) {
	t.Parallel()
	plain := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "x") })
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, plain.URL+"/?key=letmein", http.StatusMovedPermanently)
		}
	}))
	t.Cleanup(secure.Close)
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	trusting := outbound.New(outbound.Options{AllowPrivate: true, RootCAs: roots})
	if _, err := trusting.Get(t.Context(), secure.URL, nil, most); err != nil {
		t.Errorf("Get over TLS = %v", err)
	}
	if _, err := trusting.Get(t.Context(), secure.URL+"/down", nil, most); !errors.Is(err, outbound.ErrDowngrade) || strings.Contains(err.Error(), "letmein") {
		t.Errorf("Get redirected to http = %v, want ErrDowngrade", err)
	}
	var unknown x509.UnknownAuthorityError
	if _, err := private(0).Get(t.Context(), secure.URL, nil, most); !errors.As(err, &unknown) {
		t.Errorf("Get with an unknown certificate = %v, want it refused", err)
	}
}

func TestPost(t *testing.T) {
	t.Parallel()
	hits := make(chan string, 2)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		hits <- r.Method + " " + r.URL.Path + " " + r.Header.Get("Content-Type") + " " + string(body)
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	status, err := private(0).Post(t.Context(), s.URL+"/hook", "application/json", []byte(`{"a":1}`))
	if err != nil || status != http.StatusTemporaryRedirect {
		t.Errorf("Post = %d, %v: want the redirect as the answer", status, err)
	}
	if got, want := <-hits, `POST /hook application/json {"a":1}`; got != want {
		t.Errorf("posted %q, want %q", got, want)
	}
	if len(hits) > 0 {
		t.Errorf("posted again: %q", <-hits)
	}
}

func TestErrorsHoldNoPassword(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "https://magazine.example:hunter2/feed?key=hunter2") // a port is a number
		w.WriteHeader(http.StatusFound)
	}))
	t.Cleanup(server.Close)
	c := outbound.New(outbound.Options{AllowPrivate: true})
	for _, tt := range []struct{ url, want string }{
		{"http://user:hunter2@127.0.0.1:1/feed?key=hunter2", "nothing answers there: "},
		{server.URL, "redirected to an address that can't be read"},
	} {
		_, err := c.Get(t.Context(), tt.url, nil, most)
		_, posted := c.Post(t.Context(), tt.url, "text/plain", nil)
		for _, err := range []error{err, posted} {
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error = %v, want %q", err, tt.want)
			}
		}
	}
}
