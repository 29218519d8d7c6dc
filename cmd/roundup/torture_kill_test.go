package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/internal/testing/smtptest"
)

// seeds is how many times a random test is repeated: 200, or TORTURE_SEEDS.
func seeds(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv("TORTURE_SEEDS"))
	if err != nil {
		return 200
	}
	return n
}

// P1: kill -9 at any moment, 200 seeds of 200 readers, run again until done.
// After each death the database is whole and at most two deliveries a
// connection are open; at the end nobody is missing, and who is unknown, or has
// two copies, is named in the report.
func TestTortureKilledAnywhere(t *testing.T) {
	torture(t)
	t.Parallel()
	const readers, connections = 200, 2
	for seed := range seeds(t) {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, readers, smtptest.Options{RoundTrip: time.Millisecond})
			r := rand.New(rand.NewPCG(1, uint64(seed)))
			kills := s.killAgainAndAgain(r, connections)
			if kills < 3 {
				t.Errorf("only %d kills: the test tests nothing", kills)
			}
			s.account(readers, 2*connections*kills)
			s.sound(connections)
		})
	}
}

// killAgainAndAgain runs send until the issue is finished, killing each run at
// some moment, and returns how many were killed.
func (s *site) killAgainAndAgain(r *rand.Rand, connections int) int {
	s.t.Helper()
	kills := 0
	for range 200 {
		args := []string{"send", "--no-fetch"}
		if !s.started() {
			args = []string{"send", "--now", "--yes"}
		}
		code, killed := s.killedSomewhere(r, args)
		switch {
		case killed:
			kills++
			s.sound(connections)
		case code == 0:
			return kills
		case code != int(app.ExitRunMore):
			s.t.Fatalf("after %d kills: exit %d", kills, code)
		}
	}
	s.t.Fatal("the issue is not finished after 200 runs")
	return 0
}

// killedSomewhere kills a run either so many mails on or, one time in three, so
// long after its start: in opening the database, choosing, freezing.
func (s *site) killedSomewhere(r *rand.Rand, args []string) (code int, killed bool) {
	s.t.Helper()
	if r.IntN(3) > 0 {
		return s.killedRun(r, args)
	}
	cmd := s.command(args...)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	timer := time.AfterFunc(time.Duration(r.IntN(150_000))*time.Microsecond, func() { _ = cmd.Process.Kill() })
	err := cmd.Wait()
	timer.Stop()
	return cmd.ProcessState.ExitCode(), err != nil && !cmd.ProcessState.Exited()
}

// trouble is a relay with a random fault, one time in eight, at every step.
type trouble struct {
	mu sync.Mutex
	r  *rand.Rand
}

func (f *trouble) act(e smtptest.Event) *smtptest.Action {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.r.IntN(8) > 0 {
		return nil
	}
	var faults []*smtptest.Action
	switch e.Step {
	case smtptest.MAIL:
		faults = []*smtptest.Action{smtptest.Drop(), smtptest.Reply("421 4.3.2 closing").ThenDrop(), smtptest.Raw([]byte("hello\r\n"))}
	case smtptest.RCPT:
		faults = []*smtptest.Action{smtptest.Drop(), smtptest.Reset(), smtptest.Reply("451 4.7.1 greylisted, come back"), smtptest.Reply("250 2.1.5 ok").Cut(2)}
	case smtptest.DATA:
		faults = []*smtptest.Action{smtptest.Drop(), smtptest.Reply("451 4.3.0 try again")}
	case smtptest.Body:
		faults = []*smtptest.Action{smtptest.Drop().AtByte(50), smtptest.Reset().AtByte(1000)}
	case smtptest.EndOfData:
		if f.r.IntN(4) > 0 {
			return smtptest.Reply("250 2.0.0 kept").ThenDrop()
		}
		faults = []*smtptest.Action{smtptest.Drop().Keep(), smtptest.Drop(), smtptest.Reply("451 4.3.0 try again"), smtptest.Reply("250 ok").Cut(6)}
	default:
		return nil
	}
	return faults[f.r.IntN(len(faults))]
}

// Random faults at every step, and the sender killed twice on the way: run on
// with the calendar an hour later each time, as the timer would, everybody ends
// sent or unknown and named, nobody failed.
func TestTortureFaultsAndDeath(t *testing.T) {
	torture(t)
	t.Parallel()
	const readers = 120
	for seed := range max(1, seeds(t)/10) {
		t.Run(strconv.Itoa(seed), func(t *testing.T) {
			t.Parallel()
			f := &trouble{r: rand.New(rand.NewPCG(3, uint64(seed)))}
			s := newSite(t, readers, smtptest.Options{Script: f.act})
			r := rand.New(rand.NewPCG(4, uint64(seed)))
			kills, began := 0, time.Now()
			for run := 0; ; run++ {
				if run == 60 {
					t.Fatalf("not finished after %d runs: %s", run, s.must("report"))
				}
				clock := "ROUNDUP_CLOCK=" + began.Add(time.Duration(run)*time.Hour).Format(time.RFC3339)
				code, out, killed := s.runFor(r, kills < 2, clock)
				if killed {
					kills++
					s.sound(2)
				} else if code == 0 {
					break
				} else if code == int(app.ExitFailed) && strings.Contains(out, "is held") {
					s.must("issues", "release", "1") // a run of messages without an answer is held: a person looks
				} else if code != int(app.ExitRunMore) {
					t.Fatalf("run %d: exit %d: %s", run, code, out)
				}
			}
			if kills < 2 {
				t.Logf("only %d kills: the runs were too short", kills)
			}
			s.named(readers)
		})
	}
}

// runFor is one run of send at a moment of the calendar, killed once a few more
// mails were kept if wanted.
func (s *site) runFor(r *rand.Rand, kill bool, clock string) (code int, out string, killed bool) {
	s.t.Helper()
	cmd := s.command("send", "--no-fetch")
	if !s.started() {
		cmd = s.command("send", "--now", "--yes")
	}
	var words strings.Builder
	cmd.Stdout, cmd.Stderr = &words, &words
	cmd.Env = s.environ(clock)
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	target := s.mta.Kept() + 2 + r.IntN(10)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	if kill {
		go func() {
			if s.mta.WaitMails(ctx, target) == nil {
				_ = cmd.Process.Kill()
			}
		}()
	}
	err := cmd.Wait()
	return cmd.ProcessState.ExitCode(), words.String(), err != nil && !cmd.ProcessState.Exited()
}

// named checks that everybody got the mail or is unknown, that nobody failed,
// and that whoever may have two copies or none is in the report.
func (s *site) named(readers int) {
	s.t.Helper()
	ledger, copies, report := s.deliveries(), s.copies(), s.must("report")
	for i := 1; i <= readers; i++ {
		email := fmt.Sprintf("r%d@readers.example", i)
		state := ledger[email].State
		switch {
		case state != "sent" && state != "unknown":
			s.t.Errorf("%s is %q", email, state)
		case state == "sent" && copies[email] == 0:
			s.t.Errorf("%s is sent and was not mailed", email)
		case (state == "unknown" || copies[email] > 1) && !strings.Contains(report, email):
			s.t.Errorf("%s is %s with %d copies, and the report does not say so", email, state, copies[email])
		case copies[email] > 2:
			s.t.Errorf("%s has %d copies: once more is the most", email, copies[email])
		}
	}
	if v := s.mta.Violations(); len(v) > 0 {
		s.t.Errorf("the dialogue broke the standards: %q", v)
	}
}
