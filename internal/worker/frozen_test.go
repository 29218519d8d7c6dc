package worker_test

import (
	"bytes"
	"context"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/internal/worker"
	"roundup/store/storetest"
)

// wire is what leads to the database. From some COMMIT on it can go dead, as where a host
// vanished or a server was frozen: nothing comes through any more, and nobody is told.
type wire struct {
	server string // its socket

	mu    sync.Mutex
	armed bool // goes dead at the next COMMIT
	whole bool // then no new connection comes through either
	dead  chan struct{}
	ends  []net.Conn
}

// wired has the office's database reached through a wire.
func (o *office) wired() *wire {
	o.t.Helper()
	at, err := url.Parse(o.address)
	o.must(err)
	query := at.Query()
	const socket = ".s.PGSQL.5432"
	w := &wire{server: filepath.Join(query.Get("host"), socket), dead: make(chan struct{})}
	folder := o.t.TempDir()
	l, err := net.Listen("unix", filepath.Join(folder, socket))
	o.must(err)
	o.t.Cleanup(func() {
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
	o.address = at.String()
	return w
}

func (w *wire) join(client net.Conn) {
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

func (w *wire) isDead() bool {
	select {
	case <-w.dead:
		return true
	default:
		return false
	}
}

// carry copies what comes, until the wire is dead or an end is closed.
func (w *wire) carry(from, to net.Conn, dead <-chan struct{}) {
	chunk := make([]byte, 1<<16)
	for {
		n, err := from.Read(chunk)
		select {
		case <-dead:
			return
		default:
		}
		if err != nil {
			_ = to.Close()
			return
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

// cut has it go dead once a COMMIT has come through, and waits for that.
func (w *wire) cut(whole bool) {
	w.mu.Lock()
	w.armed, w.whole = true, whole
	w.mu.Unlock()
	<-w.dead
}

// A commit that is never answered is given up and found to be applied: nobody is unknown,
// and the issue is sent.
func TestDatabaseThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 400, 50, 5*time.Millisecond)
	w := o.wired()
	o.hire(func(options *worker.Options) { options.Jobs, options.Settings.CallLimit = nil, 500*time.Millisecond })
	o.underWay(50)
	w.cut(false)
	o.sent()
	if again := o.account(delivery.Sent); again > 0 {
		t.Errorf("%d were sent again", again)
	}
}

// A beat that is never answered is given up, and keeps nobody from giving ranges back or opening
// more.
func TestBeatThatIsNotAnswered(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 200, 200, 20*time.Millisecond)
	w := o.wired()
	h := o.hire(func(options *worker.Options) { options.Jobs, options.Settings.CallLimit = nil, 500*time.Millisecond })
	o.underWay(20)
	w.cut(false)
	o.sent()
	if n := h.log.count("worker not heard"); n == 0 {
		t.Error("every beat was answered: the test tests nothing")
	}
	if again := o.account(delivery.Sent); again > 0 {
		t.Errorf("%d were sent again", again)
	}
}

// A worker with nothing to do goes on looking, whatever was never answered.
func TestLookThatIsNotAnswered(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 20, 10, 0)
	o.must(o.HoldIssue(t.Context(), 1, "", storetest.Anna()))
	w := o.wired()
	o.hire(func(options *worker.Options) { options.Jobs, options.Settings.CallLimit = nil, 500*time.Millisecond })
	o.await("enlisted", func() bool { return o.number(`SELECT count(*) FROM workers`) == 1 })
	w.cut(false)
	o.must(o.ReleaseIssue(t.Context(), 1, "", storetest.Anna()))
	o.sent()
	if again := o.account(delivery.Sent); again > 0 {
		t.Errorf("%d were sent again", again)
	}
}

// A second signal ends a worker whose database does not answer.
func TestStoppedAtOnceWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 400, 50, 5*time.Millisecond)
	w := o.wired()
	hard, abandon := context.WithCancel(t.Context())
	defer abandon()
	h := o.hire(func(options *worker.Options) { options.Jobs, options.Settings.Hard = nil, hard })
	o.underWay(50)
	w.cut(true)
	h.stop()
	began := time.Now()
	abandon()
	h.dismiss()
	if took := time.Since(began); took > 6*time.Second {
		t.Errorf("it took %s", took)
	}
}
