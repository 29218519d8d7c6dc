package desk_test

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/testing/smtptest"
	"roundup/store/engine"
	"roundup/store/storetest"
)

// A desk that leaves the sending to workers ends an issue itself in which nothing is owed:
// there is nothing that a worker would begin.
func TestWatchEndsWhatIsFinal(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.finalAndUnderWay(t)
	b.open(t, func(o *desk.Options) { o.Workers = true })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if _, err := b.desk.Run(ctx, desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	issue, err := b.store.Issue(t.Context(), 1)
	if err != nil || issue.Status != digest.Sent {
		t.Errorf("the issue is %s, %v, want sent", issue.Status, err)
	}
}

// A desk that leaves the sending to workers ends once another database is in the place of its
// own: whatever it reads is as before, and no worker is there any more.
func TestWatchEndsWithItsDatabase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.subscribe(t, "anna@readers.example")
	b.open(t, func(o *desk.Options) { o.Workers = true })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	replaced := sync.OnceFunc(func() {
		if err := os.Rename(b.store.Path(), b.store.Path()+".old"); err != nil {
			t.Error(err)
		}
	})
	_, err := b.desk.Run(ctx, desk.RunOptions{Now: true, Wait: time.Hour, Progress: func(digest.Issue, delivery.Progress) { replaced() }})
	if !errors.Is(err, engine.ErrMoved) || ctx.Err() != nil {
		t.Errorf("Run = %v (%v), want %v by itself", err, ctx.Err(), engine.ErrMoved)
	}
}

// An issue that has waited for too long is held, though the database was locked when that was
// due: the desk stays until it is.
func TestWatchHoldsOnceItCan(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.leftToWorkers(t)
	db, err := sql.Open("sqlite3", "file:"+b.store.Path()+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	_, err = db.Exec(`UPDATE issues SET status = 'waiting', why = '421 busy', waiting_since = ?`, engine.TimeText(b.now.Add(-100*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	var lock *sql.Tx
	locked := sync.OnceFunc(func() { // for longer than anybody waits for it
		if lock, err = db.Begin(); err != nil {
			t.Error(err)
		}
	})
	freed := sync.OnceFunc(func() { _ = lock.Rollback() })
	log := slog.New(slog.NewTextHandler(writer(func(line string) {
		if strings.Contains(line, "can't be read") {
			freed()
		}
	}), nil))
	b.open(t, func(o *desk.Options) { o.Workers, o.Log = true, log })
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	result, err := b.desk.Run(ctx, desk.RunOptions{Say: func(string) { locked() }, NoFetch: true})
	freed()
	if err != nil || len(result.Sent) != 1 || result.Sent[0].Status != string(digest.Held) {
		t.Errorf("got %+v, %v, want one issue, held", result.Sent, err)
	}
}

// What a worker of the same process finished after the run is in the account of it.
func TestRecountAfterTheRun(t *testing.T) {
	t.Parallel()
	b := setup(t)
	result := b.leftToWorkers(t)
	watching := b.desk
	b.open(t)
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{NoFetch: true}); err != nil { // what a worker does
		t.Fatal(err)
	}
	before := result.Sent[0]
	if after := watching.Recount(t.Context(), result).Sent[0]; before.Sent != 0 || after.Sent != 1 || after.Status != string(digest.Sent) {
		t.Errorf("got %d sent, then %d, and the issue %s; want 0, then 1, and sent", before.Sent, after.Sent, after.Status)
	}
	if len(result.Sent) != 1 || result.Sent[0].Sent != 0 {
		t.Errorf("the account from before was changed: %+v", result.Sent)
	}
}

// leftToWorkers starts an issue to one reader by a desk that leaves it to workers, and is stopped.
func (b *bundle) leftToWorkers(t *testing.T) desk.Result {
	t.Helper()
	b.subscribe(t, "anna@readers.example")
	b.open(t, func(o *desk.Options) { o.Workers = true })
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	result, err := b.desk.Run(ctx, desk.RunOptions{Now: true, Progress: func(digest.Issue, delivery.Progress) { stop() }})
	if err != nil || len(result.Sent) != 1 {
		t.Fatalf("got %+v, %v, want an issue under way", result.Sent, err)
	}
	return result
}

// writer is what a logger writes lines to.
type writer func(string)

// Write implements io.Writer.
func (w writer) Write(line []byte) (int, error) {
	w(string(line))
	return len(line), nil
}

// finalAndUnderWay sends an issue to its one reader, and leaves it under way: a person held
// it meanwhile, and released it.
func (b *bundle) finalAndUnderWay(t *testing.T) {
	t.Helper()
	b.subscribe(t, "anna@readers.example")
	var once sync.Once
	relay, err := smtptest.New(smtptest.Options{Script: func(e smtptest.Event) *smtptest.Action {
		if e.Step == smtptest.RCPT {
			once.Do(func() {
				if err := b.store.HoldIssue(t.Context(), 1, "wrong picture", storetest.Anna()); err != nil {
					t.Error(err)
				}
			})
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = relay.Close() })
	b.relay, b.cfg.SMTP.Port = relay, relay.Port()
	b.open(t)
	if _, err := b.desk.Run(t.Context(), desk.RunOptions{Now: true}); err != nil {
		t.Fatal(err)
	}
	if err := b.store.ReleaseIssue(t.Context(), 1, "", storetest.Anna()); err != nil {
		t.Fatal(err)
	}
}

// Whoever goes on with an issue is counted in its summary, but for those who are gone.
func TestWhoIsAtWorkIsInTheSummary(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if sum := b.leftToWorkers(t).Sent[0]; sum.Working != 0 {
		t.Errorf("%d are at work, and there is nobody", sum.Working)
	}
	defer b.enlist(t, nil, 0)()
	issue, err := b.store.Issue(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, workers := range []bool{true, false} {
		b.open(t, func(o *desk.Options) { o.Workers = workers })
		sum, err := b.desk.Summary(t.Context(), issue)
		if want := map[bool]int{true: 1}[workers]; err != nil || sum.Working != want {
			t.Errorf("workers %v: %d are at work, %v, want %d", workers, sum.Working, err, want)
		}
	}
}
