package pgtest

import (
	"bytes"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
)

// Wire is what leads to a database. From some COMMIT on it can go dead, as where a host
// vanished or a server was frozen: nothing comes through any more, and nobody is told. But the
// server ends what a client has given up, as one does whose clients are silent for long.
type Wire struct {
	Address string // of the database, by this wire

	server string // its socket

	mu    sync.Mutex
	armed bool // goes dead at the next COMMIT
	whole bool // then no new connection comes through either
	dead  chan struct{}
	ends  []net.Conn
}

// NewWire leads to the database at an address.
func NewWire(t testing.TB, address string) *Wire {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	query := at.Query()
	const socket = ".s.PGSQL.5432"
	w := &Wire{server: filepath.Join(query.Get("host"), socket), dead: make(chan struct{})}
	folder := t.TempDir()
	l, err := net.Listen("unix", filepath.Join(folder, socket))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = l.Close()
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, end := range w.ends {
			_ = end.Close()
		}
	})
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			w.join(client)
		}
	}()
	query.Set("host", folder)
	at.RawQuery = query.Encode()
	w.Address = at.String()
	return w
}

func (w *Wire) join(client net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ends = append(w.ends, client)
	if w.whole && w.isDead() {
		return
	}
	server, err := net.Dial("unix", w.server)
	if err != nil {
		_ = client.Close()
		return
	}
	w.ends = append(w.ends, server)
	dead := w.dead
	if w.isDead() {
		dead = nil // one that is made later comes through
	}
	go w.carry(client, server, dead)
	go w.carry(server, client, dead)
}

func (w *Wire) isDead() bool {
	select {
	case <-w.dead:
		return true
	default:
		return false
	}
}

// carry copies what comes, until an end is closed; of a dead wire nothing comes out.
func (w *Wire) carry(from, to net.Conn, dead <-chan struct{}) {
	chunk := make([]byte, 1<<16)
	for {
		n, err := from.Read(chunk)
		if err != nil {
			_ = to.Close()
			return
		}
		select {
		case <-dead:
			continue
		default:
		}
		_, _ = to.Write(chunk[:n])
		w.mu.Lock()
		if w.armed && bytes.Contains(chunk[:n], []byte("COMMIT\x00")) {
			w.armed = false
			close(w.dead)
		}
		w.mu.Unlock()
	}
}

// Cut has it go dead once a COMMIT has come through, and waits for that.
func (w *Wire) Cut(whole bool) {
	w.mu.Lock()
	w.armed, w.whole = true, whole
	w.mu.Unlock()
	<-w.dead
}
