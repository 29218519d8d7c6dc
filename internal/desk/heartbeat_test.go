package desk_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"roundup/config"
	"roundup/internal/desk"
)

// monitor is a service that waits for calls.
type monitor struct {
	*httptest.Server
	calls  atomic.Int32
	status atomic.Int32
	log    strings.Builder // the desk's
}

// watched gives a bundle's desk a monitor.
func watched(t *testing.T, b *bundle) *monitor {
	t.Helper()
	m := &monitor{}
	m.status.Store(http.StatusNoContent)
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.calls.Add(1)
		if r.Method != http.MethodGet || r.URL.Path != "/ping/T0KEN" {
			t.Errorf("%s %s", r.Method, r.URL)
		}
		w.WriteHeader(int(m.status.Load()))
	}))
	t.Cleanup(m.Close)
	b.cfg.Notify.HeartbeatURL = config.Secret(m.URL + "/ping/T0KEN")
	b.open(t, func(o *desk.Options) { o.Log = slog.New(slog.NewTextHandler(&m.log, nil)) })
	return m
}

func (m *monitor) want(t *testing.T, when string, calls int32) {
	t.Helper()
	if got := m.calls.Swap(0); got != calls {
		t.Errorf("%s: %d calls, want %d", when, got, calls)
	}
}

// TestHeartbeatOfTheDaemon: a round that went well is told, once a minute; one that did
// not is not, and neither is an issue that waits.
func TestHeartbeatOfTheDaemon(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := watched(t, b)
	daemon := desk.NewDaemon(b.desk, desk.RunOptions{}, func(desk.Result, error) {})
	turn := func(after time.Duration) {
		b.now = b.now.Add(after)
		daemon.Turn(t.Context())
	}
	turn(0)
	m.want(t, "before it could send", 0)
	turn(10 * time.Second)
	m.want(t, "the first round that went well", 1)
	turn(10 * time.Second)
	turn(40 * time.Second)
	m.want(t, "within a minute", 0)
	turn(10 * time.Second)
	m.want(t, "a minute later", 1)

	b.atASlot(t)
	if err := b.relay.Close(); err != nil {
		t.Fatal(err)
	}
	turn(0)
	m.want(t, "a slot came", 1)
	for range 3 {
		turn(time.Minute)
	}
	m.want(t, "an issue waits for its relay", 0)
}

// TestNoHeartbeatWhileRunsFail: a run that failed is tried again each minute, and the turns
// between, which try nothing, are no sign of health.
func TestNoHeartbeatWhileRunsFail(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := watched(t, b)
	failed := 0
	daemon := desk.NewDaemon(b.desk, desk.RunOptions{}, func(_ desk.Result, err error) {
		if err != nil {
			failed++
		}
	})
	turn := func() {
		b.now = b.now.Add(3 * time.Second)
		daemon.Turn(t.Context())
	}
	b.atASlot(t)
	b.down.Store(true)
	for range 100 {
		turn()
		if h := daemon.Health(); h.OK || h.Detail != "starting" && h.Detail != "no source can be read" {
			t.Fatalf("health %+v", h)
		}
	}
	m.want(t, "a slot can't be met", 0)
	if failed != 5 {
		t.Errorf("told of %d failed runs in five minutes", failed)
	}
	b.down.Store(false)
	b.now = b.now.Add(time.Hour)
	turn()
	turn()
	if h := daemon.Health(); !h.OK || len(b.relay.Mails()) != 1 {
		t.Errorf("health %+v, %d mails", h, len(b.relay.Mails()))
	}
	m.want(t, "the slot is met", 1)
}

// TestHealthOnceNothingIsOwed: what the daemon could not do and a person did is no trouble
// any more.
func TestHealthOnceNothingIsOwed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	daemon := desk.NewDaemon(b.desk, desk.RunOptions{}, func(desk.Result, error) {})
	b.atASlot(t)
	b.down.Store(true)
	daemon.Turn(t.Context())
	b.down.Store(false)
	b.now = b.now.Add(time.Hour)
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	daemon.Turn(t.Context())
	if h := daemon.Health(); !h.OK || len(b.relay.Mails()) != 1 {
		t.Errorf("health %+v, %d mails", h, len(b.relay.Mails()))
	}
}

// TestHeartbeatThatIsNotAnswered: it stops nothing, is tried twice a minute and told once,
// without the address, which may hold a token.
func TestHeartbeatThatIsNotAnswered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := watched(t, b)
	daemon := desk.NewDaemon(b.desk, desk.RunOptions{}, func(_ desk.Result, err error) {
		if err != nil {
			t.Error(err)
		}
	})
	daemon.Turn(t.Context())
	m.status.Store(http.StatusInternalServerError)
	for range 3 {
		b.now = b.now.Add(time.Minute)
		daemon.Turn(t.Context())
	}
	m.want(t, "while it fails", 6)
	if h := daemon.Health(); !h.OK {
		t.Errorf("health %+v", h)
	}
	m.status.Store(http.StatusOK)
	b.now = b.now.Add(time.Minute)
	daemon.Turn(t.Context())
	m.want(t, "once it answers", 1)
	m.Close()
	for range 2 {
		b.now = b.now.Add(time.Minute)
		daemon.Turn(t.Context())
	}
	log := m.log.String()
	for words, times := range map[string]int{"status 500": 1, "is reached again": 1, "nothing answers there": 1, "T0KEN": 0} {
		if got := strings.Count(log, words); got != times {
			t.Errorf("%q is said %d times, want %d: %s", words, got, times, log)
		}
	}
}

// TestHeartbeatOfARun: a run by hand or timer that went well is told, also with nothing
// due; one that left an issue waiting is not.
func TestHeartbeatOfARun(t *testing.T) {
	t.Parallel()
	b := setup(t)
	m := watched(t, b)
	run := func(o desk.RunOptions) {
		t.Helper()
		r, err := b.desk.Run(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		b.desk.Beat(t.Context(), r)
	}
	run(desk.RunOptions{})
	m.want(t, "nothing due", 1)
	b.subscribe(t, "anna@readers.example")
	run(desk.RunOptions{Now: true})
	m.want(t, "an issue went out", 1)
	if err := b.relay.Close(); err != nil {
		t.Fatal(err)
	}
	b.more.Store(true)
	b.now = b.now.Add(2 * time.Hour)
	run(desk.RunOptions{Now: true})
	m.want(t, "an issue waits", 0)
	run(desk.RunOptions{})
	m.want(t, "it waits still", 0)
}
