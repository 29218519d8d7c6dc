package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/testing/pgtest"
	"roundup/internal/worker"
	"roundup/store/engine"
	"roundup/store/ledger"
	"roundup/store/storetest"
)

// Wake-up calls decide nothing: take all of them away, again and again or with their
// tables, and the send goes on.
func TestJobsDecideNothing(t *testing.T) {
	t.Parallel()
	t.Run("emptied again and again", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t, &server, 600, 20, 5*time.Millisecond)
		for range 3 {
			o.hire()
		}
		taken := 0
		o.await("sent", func() bool {
			gone, err := o.db.Exec(`DELETE FROM ` + o.jobs() + `.river_job`)
			o.must(err)
			n, err := gone.RowsAffected()
			o.must(err)
			taken += int(n)
			return o.status() == digest.Sent
		})
		if taken == 0 {
			t.Error("there was no job to delete: the test tests nothing")
		}
		if again := o.account(delivery.Sent); again > 0 {
			t.Errorf("%d were sent again", again)
		}
	})
	t.Run("dropped", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t, &server, 400, 20, 5*time.Millisecond)
		o.hire()
		o.underWay(20)
		o.hire()
		_, err := o.db.Exec(`DROP SCHEMA ` + o.jobs() + ` CASCADE`)
		o.must(err)
		o.sent()
		if again := o.account(delivery.Sent); again > 0 {
			t.Errorf("%d were sent again", again)
		}
	})
}

// The database goes away between any two steps of taking a range; the worker waits, and
// goes on under the same name.
func TestOutageBetweenSteps(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		at   func(o *worker.Options, crash func())
	}{
		{"after it is enlisted", func(o *worker.Options, crash func()) {
			looks := 0
			o.Ready = func(context.Context) error {
				if looks++; looks == 2 {
					crash()
				}
				return nil
			}
		}},
		{"after its first range is open", func(o *worker.Options, crash func()) {
			o.Letters = func(ctx context.Context, i digest.Issue) (delivery.Letters, error) {
				crash()
				return notes(ctx, i)
			}
		}},
		{"before the next is", func(o *worker.Options, crash func()) {
			o.Watch = func(l delivery.Ledger) delivery.Ledger { return crashing{l, crash} }
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var pg pgtest.Server
			pg.Need(t)
			t.Cleanup(pg.Stop)
			o := newOffice(t, &pg, 60, 10, time.Millisecond)
			crashed := make(chan error, 1)
			o.hire(func(w *worker.Options) { tt.at(w, once(func() { crashed <- pg.Crash() })) })
			o.must(<-crashed)
			o.sent()
			if again := o.account(delivery.Sent); again > 0 {
				t.Errorf("%d were sent again", again)
			}
			if n := o.number(`SELECT max(id) FROM workers`); n != 1 {
				t.Errorf("the worker was enlisted %d times, want once", n)
			}
		})
	}
}

// crashing is a ledger whose database goes away before a range is opened.
type crashing struct {
	delivery.Ledger
	crash func()
}

// OpenRange implements delivery.Ledger.
func (c crashing) OpenRange(ctx context.Context, lease delivery.Lease, issue int64, held []*delivery.Range, policy delivery.UnknownPolicy) (*delivery.Range, error) {
	c.crash()
	return c.Ledger.OpenRange(ctx, lease, issue, held, policy)
}

// Workers give back what they have of an issue that a person holds or cancels, within
// three seconds, and begin nothing of it.
func TestHeldOrCancelledInMidRange(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		act  func(o *office) error
		end  func(o *office)
	}{
		{"held", func(o *office) error { return o.HoldIssue(o.t.Context(), 1, "", storetest.Anna()) }, func(o *office) {
			o.must(o.ReleaseIssue(o.t.Context(), 1, "", storetest.Anna()))
			o.sent()
			o.account(delivery.Sent)
		}},
		{"cancelled", func(o *office) error { return o.CancelIssue(o.t.Context(), 1, "", storetest.Anna()) }, func(o *office) {
			o.account(delivery.Sent, delivery.Skipped)
			if n := o.number(`SELECT count(*) FROM ranges WHERE closed_at IS NULL AND claimed > 0`); n > 0 {
				o.t.Errorf("%d ranges that were begun are not counted", n)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, &server, 400, 100, 5*time.Millisecond)
			o.hire()
			o.hire()
			o.underWay(50)
			o.must(tt.act(o))
			began := time.Now()
			o.await("given back", func() bool { return o.held() == 0 })
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("given back after %s", took)
			}
			kept := o.relay.Kept()
			o.await("idle again", func() bool { return o.number(`SELECT count(*) FROM workers WHERE issue_id IS NULL`) == 2 })
			if n := o.relay.Kept(); n != kept || n == o.readers {
				t.Errorf("%d mails are sent of %d, %d when the ranges were given back", n, o.readers, kept)
			}
			tt.end(o)
		})
	}
}

// A job of an issue that was held meanwhile leaves its range to nobody.
func TestLateOfferOfAHeldIssue(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 4, 2, 0)
	o.must(o.HoldIssue(t.Context(), 1, "", storetest.Anna()))
	o.hire()
	jobs, err := worker.OpenJobs(t.Context(), o.address, nil, slog.New(slog.DiscardHandler))
	o.must(err)
	defer func() { _ = jobs.Close() }()
	o.must(jobs.Sweep(t.Context(), []ledger.Free{{Issue: o.issue.ID, Number: 1}}))
	o.await("opened", func() bool { return o.number(`SELECT epoch FROM ranges WHERE number = 1`) > 0 })
	o.await("given back", func() bool { return o.held() == 0 })
	if n := o.relay.Kept(); n > 0 {
		t.Errorf("%d mails of a held issue", n)
	}
}

// One who leaves finishes what is in flight and has nothing any more; the others go on.
func TestLeaving(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 300, 30, 5*time.Millisecond)
	first := o.hire()
	o.underWay(20)
	first.dismiss()
	if n := o.held() + o.number(`SELECT count(*) FROM workers`); n != 0 {
		t.Errorf("%d ranges and workers are left", n)
	}
	if tally, err := o.Tally(t.Context(), o.issue.ID); err != nil || tally.Held.Any() || tally.Unknown > 0 {
		t.Errorf("got %+v, %v, want nothing on the wire", tally, err)
	}
	o.hire()
	o.sent()
	if again := o.account(delivery.Sent); again > 0 {
		t.Errorf("%d were sent again", again)
	}
}

// A worker that was forgotten, as after hours without the network, is enlisted anew.
func TestForgottenWorker(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 300, 30, 5*time.Millisecond)
	h := o.hire()
	o.underWay(20)
	_, err := o.db.Exec(`DELETE FROM workers`)
	o.must(err)
	o.sent()
	if again := o.account(delivery.Sent); again > 2*2 {
		t.Errorf("%d were sent again, at most two a connection may", again)
	}
	if n := h.log.count("worker is at work"); n != 2 {
		t.Errorf("enlisted %d times, want twice", n)
	}
}

// What keeps a worker from working is said once, and tried again after a pause.
func TestPausesBetweenTries(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 10, 10, 0)
	var asked atomic.Int32
	times := make(chan time.Time, 100)
	h := o.hire(func(w *worker.Options) {
		w.Ready = func(context.Context) error {
			n := asked.Add(1)
			times <- time.Now()
			if n == 2 || n == 3 {
				return errors.New("not in charge")
			}
			return nil
		}
	})
	o.sent()
	<-times // before it is enlisted
	last := <-times
	for range 2 {
		next := <-times
		if gap := next.Sub(last); gap < worker.AgainAfter {
			t.Errorf("tried again after %s", gap)
		}
		last = next
	}
	if n := h.log.count("not in charge"); n != 1 {
		t.Errorf("said %d times, want once", n)
	}
}

// Where it could never work, a worker ends at once and is never enlisted.
func TestNeverReady(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 1, 1, 0)
	never := errors.New("no relay is set")
	w := worker.New(worker.Options{Store: o.Store, Ready: func(context.Context) error { return never }})
	if err := w.Run(t.Context()); !errors.Is(err, never) {
		t.Errorf("got %v, want %v", err, never)
	}
	if n := o.number(`SELECT count(*) FROM workers`); n != 0 {
		t.Errorf("%d workers", n)
	}
}

// A worker whose database was replaced ends, as the daemon does: whoever starts it again finds
// the one that is there.
func TestReplacedDatabase(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 300, 30, 5*time.Millisecond)
	h := o.hire()
	o.underWay(20)
	_, err := o.db.Exec(`INSERT INTO meta (key, value) VALUES ('moved_to', 'another')`)
	o.must(err)
	select {
	case err := <-h.ended:
		if !errors.Is(err, engine.ErrMoved) {
			t.Errorf("got %v, want %v", err, engine.ErrMoved)
		}
	case <-time.After(2 * time.Minute):
		t.Error("it goes on")
	}
}

// A worker that is asked to stop while it asks the database leaves at once: what that comes
// of needs no examination, which may take seconds.
func TestStoppedWhileItLooks(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 10, 10, time.Millisecond)
	looking := make(chan struct{})
	var examined atomic.Int32
	h := o.hire(func(w *worker.Options) {
		looks := 0
		w.Ready = func(ctx context.Context) error {
			if looks++; looks == 1 {
				return nil // before it is enlisted
			}
			close(looking)
			<-ctx.Done()
			return ctx.Err()
		}
		w.Examine = func(_ context.Context, err error) error {
			examined.Add(1)
			return err
		}
	})
	<-looking
	h.dismiss()
	if n := examined.Load(); n > 0 {
		t.Errorf("its end was examined %d times", n)
	}
	if n := h.log.count("worker can't work"); n > 0 {
		t.Errorf("it complained %d times of being stopped", n)
	}
}

// A worker that alone can't reach the relay leaves its ranges to the others, and takes none
// until it is answered; it goes on pausing between its tries.
func TestOneThatCannotReachTheRelay(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 100, 50, 0)
	far := &away{}
	lame := o.hire(func(w *worker.Options) { w.Mailer = far })
	o.await("tried", func() bool { return far.dials.Load() > 0 })
	begun := time.Now()
	o.hire()
	o.sent()
	if again := o.account(delivery.Sent); again > 0 {
		t.Errorf("%d were sent again", again)
	}
	if n := lame.log.count("range taken"); n != 1 {
		t.Errorf("it took a range %d times, want once", n)
	}
	// Its pauses are of five and ten seconds at first.
	if n, most := far.dials.Load(), 2+int32(time.Since(begun)/(5*time.Second)); n > most {
		t.Errorf("it tried %d times, want %d at most", n, most)
	}
}

// One of several may be set up in another way, and be the only one to hold an issue: the record, which
// the report and the notice show, names it, and its log has the relay's address whole.
func TestAHoldingNamesWhoHeld(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 10, 10, 0)
	lame := o.hire(func(w *worker.Options) { w.Mailer, w.Process = misled{}, "process 812 on mail-1" })
	o.await("held", func() bool { return o.status() == digest.Held })
	issue, err := o.Issue(t.Context(), o.issue.Number)
	o.must(err)
	if want := "process 812 on mail-1, worker 1: 192.0.2.7:587 has no AUTH; remove smtp.username"; issue.Why != want {
		t.Errorf("held for %q, want %q", issue.Why, want)
	}
	o.await("given back", func() bool { return lame.log.count("range given back") > 0 })
	for _, words := range []string{
		`msg="issue held" issue=1 why="` + issue.Why + `"`, `msg="range taken" worker=1 issue=1 range=1`, `msg="range given back" worker=1 issue=1 range=1`,
	} {
		if lame.log.count(words) != 1 {
			t.Errorf("the log has %d times %q, want once: %s", lame.log.count(words), words, lame.log.text.String())
		}
	}
}

// Whoever reads the log of a worker with nothing to do learns when an outage was over.
func TestIdleWorkerSaysThatTheDatabaseIsBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 10, 10, 0)
	o.must(o.HoldIssue(t.Context(), o.issue.Number, "", storetest.Anna()))
	var looks atomic.Int32
	idle := o.hire(func(w *worker.Options) {
		w.Ready = func(context.Context) error {
			if looks.Add(1) == 2 {
				return engine.ErrAway
			}
			return nil
		}
	})
	o.await("looked again twice", func() bool { return looks.Load() > 4 })
	if n := idle.log.count("the database answers again"); n != 1 {
		t.Errorf("said %d times that the database answers again, want once", n)
	}
}

// misled is a relay of which the settings are wrong.
type misled struct{}

// Dial implements delivery.Mailer.
func (misled) Dial(context.Context) (relay.Conn, error) {
	return nil, &relay.Trouble{Why: "192.0.2.7:587 has no AUTH", Hint: "remove smtp.username", Hold: true}
}

// away is a relay that nobody reaches.
type away struct{ dials atomic.Int32 }

// Dial implements delivery.Mailer.
func (a *away) Dial(context.Context) (relay.Conn, error) {
	a.dials.Add(1)
	return nil, &relay.Trouble{Why: "connect to relay.example: connection refused"}
}

// A worker says which of the others send by other settings, and which settings they are.
func TestWorkerWithOtherSettings(t *testing.T) {
	t.Parallel()
	o := newOffice(t, &server, 1, 1, 0)
	with := func(from string) func(*worker.Options) {
		return func(w *worker.Options) {
			w.Fingerprints = ledger.Fingerprints{"mail.from": from, "smtp.host": "2e"}
		}
	}
	atWork := func(h *hand) *hand {
		o.await("at work", func() bool { return h.log.count("worker is at work") == 1 })
		return h
	}
	atWork(o.hire(with("1f")))
	same := atWork(o.hire(with("1f")))
	other := atWork(o.hire(with("3d")))
	const said = `settings=mail.from`
	o.await("compared", func() bool { return other.log.count(said) == 2 })
	o.sent()
	if n := same.log.count("other settings"); n != 0 {
		t.Errorf("one with the settings of the others said %d times that they have others", n)
	}
}
