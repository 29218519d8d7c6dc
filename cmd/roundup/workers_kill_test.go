package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"roundup/internal/testing/measure"
	"roundup/internal/testing/pgtest"
	"roundup/internal/testing/smtptest"
)

// mischief is what happens to workers while they send.
type mischief struct {
	readers, workers, connections int
	roundTrip                     time.Duration // to the relay: slow enough for the send to outlast the mischief
	kills, stops, crashes, holds  int
	leavings                      int
}

const (
	// stopFirst is how long a worker is at work before it is stopped.
	stopFirst = 2 * time.Second
	// stopFor is for how long: longer than anybody waits for it.
	stopFor = 70 * time.Second
)

// Workers that die, that are stopped for longer than anybody waits for them, and lose
// their database in the middle: nobody is missed, and whoever got a second copy is on record.
func TestWorkersKilled(t *testing.T) {
	if testing.Short() || measure.UnderRace {
		t.Skip("a crash test takes minutes")
	}
	t.Parallel()
	killWorkers(t, mischief{readers: 6000, workers: 3, connections: 4, roundTrip: 30 * time.Millisecond, kills: 3, stops: 1, crashes: 1, holds: 1, leavings: 10})
}

func TestTortureWorkersKilled(t *testing.T) {
	torture(t)
	killWorkers(t, mischief{
		readers: 100_000, workers: 4, connections: 8, roundTrip: 25 * time.Millisecond,
		kills: 50, stops: 5, crashes: 5, holds: 5, leavings: 500,
	})
}

// crew is workers at a site, and what was done to them.
type crew struct {
	*site
	mischief
	pg   *pgtest.Server
	rand *rand.Rand // of the order of things
	who  *rand.Rand // leaves
	busy []*exec.Cmd

	mu     sync.Mutex
	copies map[string]int       // by reader
	last   map[string]time.Time // the last copy of each
	left   map[string]time.Time // when a reader's leaving was on record
}

func killWorkers(t *testing.T, m mischief) {
	c := newCrew(t, m)
	c.start()
	c.torment()
	c.await("sent", 30*time.Minute)
	c.account()
}

// The relay sees the rate that is set, however many workers share it.
func TestTortureWorkersShareARate(t *testing.T) {
	torture(t)
	const rate, window = 100, 20
	c := newCrew(t, mischief{readers: 22_000, workers: 10, connections: 2, roundTrip: time.Millisecond}, fmt.Sprintf("ROUNDUP_SMTP_RATE=%d", rate))
	c.start()
	accepted := func() int {
		c.mu.Lock()
		defer c.mu.Unlock()
		return len(c.copies)
	}
	time.Sleep(10 * time.Second) // until all are at work
	before := accepted()
	time.Sleep(window * time.Second)
	got, want := accepted()-before, rate*window
	if got > want*102/100 || got < want*98/100 {
		t.Errorf("the relay took %d messages in %d s, want %d", got, window, want)
	}
}

// newCrew makes a site on a server of its own, with a list; nobody is at work yet.
func newCrew(t *testing.T, m mischief, env ...string) *crew {
	t.Helper()
	var pg pgtest.Server
	pg.Need(t)
	t.Cleanup(pg.Stop)
	c := &crew{
		mischief: m, pg: &pg, rand: rand.New(rand.NewPCG(12, uint64(m.readers))), who: rand.New(rand.NewPCG(13, uint64(m.readers))),
		copies: map[string]int{}, last: map[string]time.Time{}, left: map[string]time.Time{},
	}
	mta := smtptest.Start(t, smtptest.Options{RoundTrip: m.roundTrip, Forget: true, Sink: c.take})
	c.site = &site{t: t, dir: t.TempDir(), mta: mta, port: mta.Port(), env: append(env, "ROUNDUP_DATABASE="+pg.Fresh())}
	c.fill(m.readers)
	t.Cleanup(func() {
		for _, w := range c.busy {
			_ = w.Process.Kill()
			_ = w.Wait()
		}
	})
	return c
}

// take counts a mail that the relay accepted.
func (c *crew) take(m smtptest.Mail) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.copies[m.To[0]]++
	c.last[m.To[0]] = time.Now()
	return nil
}

// start begins the issue, and leaves it to workers.
func (c *crew) start() {
	c.t.Helper()
	desk := c.command("send", "--now", "--yes")
	if err := desk.Start(); err != nil {
		c.t.Fatal(err)
	}
	c.await("sending", time.Minute)
	_ = desk.Process.Signal(syscall.SIGTERM)
	_ = desk.Wait()
	for range c.workers {
		c.busy = append(c.busy, c.worker())
	}
}

func (c *crew) worker() *exec.Cmd {
	c.t.Helper()
	w := c.command("work", "--quiet", "--connections", fmt.Sprint(c.connections))
	if err := w.Start(); err != nil {
		c.t.Fatal(err)
	}
	return w
}

// torment does everything that is to be done, in some order, while a worker is stopped
// again and again.
func (c *crew) torment() {
	var acts []func()
	add := func(n int, act func()) {
		for range n {
			acts = append(acts, act)
		}
	}
	add(c.kills, c.kill)
	add(c.crashes, c.crash)
	add(c.holds, c.hold)
	c.rand.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	span := time.Duration(c.stops) * (stopFirst + stopFor)
	var beside sync.WaitGroup
	beside.Go(func() {
		for range c.stops {
			c.stop()
		}
	})
	beside.Go(func() {
		for range c.leavings {
			time.Sleep(time.Duration(c.who.Int64N(int64(span) / int64(c.leavings))))
			c.leave()
		}
	})
	for _, act := range acts {
		time.Sleep(time.Duration(c.rand.Int64N(int64(span) / int64(len(acts)))))
		act()
	}
	beside.Wait()
	if strings.Contains(c.insist("report", "--json"), `"status":"sent"`) {
		c.t.Error("the issue was sent before all of it was done: the test tests less than it says")
	}
}

// kill kills a worker, and another begins.
func (c *crew) kill() {
	i := 1 + c.rand.IntN(len(c.busy)-1) // the first is the one that is stopped
	_ = c.busy[i].Process.Kill()
	_ = c.busy[i].Wait()
	c.busy[i] = c.worker()
}

// stop stops the first worker for longer than anybody waits for it.
func (c *crew) stop() {
	first := c.busy[0].Process
	time.Sleep(stopFirst)
	_ = first.Signal(syscall.SIGSTOP)
	time.Sleep(stopFor)
	_ = first.Signal(syscall.SIGCONT)
}

func (c *crew) crash() {
	if err := c.pg.Crash(); err != nil {
		c.t.Fatal(err)
	}
}

// hold holds the issue for a while: nothing may begin three seconds later.
func (c *crew) hold() {
	c.insist("issues", "hold", "1")
	time.Sleep(3 * time.Second)
	held := time.Now()
	time.Sleep(time.Second)
	c.mu.Lock()
	for to, at := range c.last {
		if at.After(held) {
			c.t.Errorf("%s was mailed %s after the issue was held", to, at.Sub(held)+3*time.Second)
		}
	}
	c.mu.Unlock()
	c.insist("issues", "release", "1")
}

// leave takes a reader off the list.
func (c *crew) leave() {
	email := fmt.Sprintf("r%d@readers.example", 1+c.who.IntN(c.readers))
	c.insist("subscribers", "remove", email)
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, again := c.left[email]; !again {
		c.left[email] = time.Now()
	}
}

// insist runs a command until it works: the database may be away.
func (c *crew) insist(args ...string) string {
	c.t.Helper()
	for range 30 {
		code, out := c.run(args...)
		if code == 0 || strings.Contains(out, "can't") { // the issue is over already
			return out
		}
		time.Sleep(time.Second)
	}
	c.t.Errorf("roundup %q does not work", args)
	return ""
}

// await waits for the issue to have a status.
func (c *crew) await(status string, most time.Duration) {
	c.t.Helper()
	for end := time.Now().Add(most); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		out, err := c.command("report", "--json").Output()
		var r struct{ Status string }
		if err == nil && json.Unmarshal(out, &r) == nil && r.Status == status {
			return
		}
	}
	c.t.Fatalf("the issue is not %s after %s:\n%s\n%s", status, most, c.insist("report"), c.insist("workers"))
}

// account compares the ledger with what the relay accepted.
func (c *crew) account() {
	c.t.Helper()
	ledger := c.deliveries()
	c.mu.Lock()
	defer c.mu.Unlock()
	extra, resent := 0, 0
	for i := 1; i <= c.readers; i++ {
		email := fmt.Sprintf("r%d@readers.example", i)
		d, n := ledger[email], c.copies[email]
		if d.Resent {
			resent++
		}
		extra += max(n-1, 0)
		_, left := c.left[email]
		switch {
		case d.State == "skipped" && left && n == 0, d.State == "sent" && n > 0, d.State == "unknown":
		default:
			c.t.Errorf("%s got %d copies, and is %q in the ledger", email, n, d.State)
		}
		if n > 2 || n == 2 && !d.Resent && d.State != "unknown" {
			c.t.Errorf("%s got %d copies, which the ledger does not say: %+v", email, n, d)
		}
	}
	if len(c.copies) > c.readers {
		c.t.Errorf("%d people have the mail, of %d readers", len(c.copies), c.readers)
	}
	for email, at := range c.left {
		if late := c.last[email].Sub(at); late > 30*time.Second {
			c.t.Errorf("%s was mailed %s after leaving", email, late)
		}
	}
	deaths := c.kills + c.stops
	if extra > 2*c.connections*deaths {
		c.t.Errorf("%d second copies after %d deaths, of %d connections each", extra, deaths, c.connections)
	}
	c.t.Logf("%d readers, %d deaths, %d crashes of the database: 0 missed, %d resent, %d second copies", c.readers, deaths, c.crashes, resent, extra)
}
