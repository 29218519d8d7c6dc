package main

import (
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdPostgres is `postgres remote`, which has the script's database reached through a port of
// its own, `postgres away`, which cuts every connection there and takes no more, `postgres back`,
// or `postgres run QUERY`.
func cmdPostgres(ts *testscript.TestScript, _ bool, args []string) {
	s := sceneOf(ts)
	switch {
	case len(args) == 1 && args[0] == "remote":
		at, err := url.Parse(ts.Getenv("ROUNDUP_DATABASE"))
		ts.Check(err)
		query := at.Query()
		s.wire = &wire{socket: query.Get("host") + "/.s.PGSQL.5432"}
		ts.Check(s.wire.open())
		ts.Defer(s.wire.cut)
		query.Del("host")
		at.Host, at.RawQuery = s.wire.address, query.Encode()
		ts.Setenv("ROUNDUP_DATABASE", at.String())
	case len(args) == 1 && args[0] == "away":
		s.wire.cut()
	case len(args) == 1 && args[0] == "back":
		ts.Check(s.wire.open())
	case len(args) == 2 && args[0] == "run":
		db := databaseOf(ts)
		defer db.Close()
		_, err := db.Exec(args[1])
		ts.Check(err)
	default:
		ts.Fatalf("postgres: unknown %q", args)
	}
}

// wire leads from a port of this machine to a server's socket, until it is cut.
type wire struct {
	socket  string
	address string // once it was opened

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
}

// open takes connections, at the same port as before.
func (w *wire) open() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	address := w.address
	if address == "" {
		address = "127.0.0.1:0"
	}
	var err error
	if w.listener, err = net.Listen("tcp", address); err != nil {
		return fmt.Errorf("open the wire: %w", err)
	}
	w.address = w.listener.Addr().String()
	go w.serve(w.listener)
	return nil
}

func (w *wire) serve(l net.Listener) {
	for {
		here, err := l.Accept()
		if err != nil {
			return
		}
		there, err := net.Dial("unix", w.socket)
		if err != nil {
			_ = here.Close()
			continue
		}
		w.mu.Lock()
		w.conns = append(w.conns, here, there)
		cut := w.listener != l
		w.mu.Unlock()
		if cut { // meanwhile
			w.cut()
			return
		}
		go func() { _, _ = io.Copy(here, there); _ = here.Close() }()
		go func() { _, _ = io.Copy(there, here); _ = there.Close() }()
	}
}

// cut ends all connections, in the middle of whatever they carry.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.listener != nil {
		_ = w.listener.Close()
		w.listener = nil
	}
	for _, c := range w.conns {
		_ = c.Close()
	}
	w.conns = nil
}
