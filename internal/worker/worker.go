// Package worker sends from several processes at a time: a worker takes ranges of whatever
// issue is under way and hands them to the sender (delivery), which is the same as where
// one process sends alone. It is the only user of River, which wakes workers up.
//
// It must not decide what becomes of a delivery or an issue, nor hold a statement but of
// River's own schema: those are delivery's and store's. What River says decides nothing: the ranges are the truth.
//
// Start reading in Run.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/store/engine"
	"roundup/store/ledger"
	"roundup/subscribers"
)

const (
	// beatEvery is how often a worker says that it is alive.
	beatEvery = 5 * time.Second
	// lookEvery is how often it looks for ranges by itself, and for those to wake others up for.
	lookEvery = 3 * time.Second
	// againAfter is the pause after something went wrong.
	againAfter = 3 * time.Second
)

// Options are what a worker is made of.
type Options struct {
	Store    *store.Store
	Jobs     *Jobs             // nil: it looks for ranges by itself
	Settings delivery.Settings // how it sends; Shared is set
	Mailer   delivery.Mailer
	// Letters makes the mails of an issue.
	Letters func(context.Context, digest.Issue) (delivery.Letters, error)
	// Ready is asked before an issue is worked on: an error keeps the worker from it.
	Ready func(context.Context) error
	// Examine is asked what an error comes of; nil for itself.
	Examine  func(context.Context, error) error
	Process  string            // what it is called
	Version  string            // of the program
	By       subscribers.Actor // on whose behalf
	Now      func() time.Time
	Log      *slog.Logger
	Progress func(digest.Issue, delivery.Progress) // nil for nobody
	// Watch returns what to send with in place of a ledger; nil for itself.
	Watch func(delivery.Ledger) delivery.Ledger
	// Fingerprints are of the settings by which it sends.
	Fingerprints ledger.Fingerprints
}

// Worker sends ranges until it is stopped.
type Worker struct {
	Options
	lease  delivery.Lease
	offers chan ledger.Free
	sent   int // by runs that are over
	doing  atomic.Pointer[ledger.Doing]
	said   string // the last thing that kept it from working
	away   bool   // the database did not answer, and nothing was said of its answering again
}

// New makes a worker.
func New(o Options) *Worker {
	// It waits for the relay as long as it is at work: a run that ended and began anew would
	// forget how long to pause.
	o.Settings.Shared, o.Settings.LeaveDeferred, o.Settings.CatchUp, o.Settings.Wait = true, true, 0, -1
	w := &Worker{Options: o, offers: make(chan ledger.Free)}
	w.doing.Store(&ledger.Doing{})
	return w
}

// Run works until ctx ends; then it finishes what is in flight and gives its ranges back.
// It fails where it is not ready when it begins, with engine.ErrCorrupt where the database is
// damaged, and with engine.ErrMoved once another is in its place.
func (w *Worker) Run(ctx context.Context) (err error) {
	if err := w.Ready(ctx); err != nil {
		return err
	}
	beside, end := w.Settings.Lasting(ctx)
	offered, stop := context.WithCancel(ctx)
	var busy sync.WaitGroup
	if w.Jobs != nil {
		busy.Go(func() { w.Jobs.offer(offered, w.Process, w.offers) })
	}
	for ctx.Err() == nil && !lasts(err) {
		if err = w.employ(ctx, beside); err != nil && ctx.Err() == nil && !lasts(err) {
			w.complain(err)
			pause(ctx, againAfter)
		}
	}
	stop()
	end()
	busy.Wait()
	if !lasts(err) {
		return nil
	}
	return err
}

// lasts reports whether an error does not pass while the program runs.
func lasts(err error) bool {
	return errors.Is(err, engine.ErrCorrupt) || errors.Is(err, engine.ErrMoved)
}

// employ is a worker's time under one name, until ctx ends or it is forgotten.
func (w *Worker) employ(ctx, lasting context.Context) (err error) {
	if err := w.enlist(ctx); err != nil {
		return err
	}
	w.Log.Info("worker is at work", "worker", w.lease.Worker, "connections", w.Settings.Connections, "version", w.Version)
	w.compare(ctx)
	beside, end := context.WithCancel(lasting)
	var beating sync.WaitGroup
	beating.Go(func() { w.beats(beside) })
	for err == nil && ctx.Err() == nil {
		err = w.overcome(ctx, w.look(ctx))
	}
	end()
	beating.Wait()
	leaving, cancel := context.WithTimeout(lasting, beatEvery)
	defer cancel()
	if gone := w.Store.Discharge(leaving, w.lease); gone == nil {
		w.Log.Info("worker has left", "worker", w.lease.Worker)
	} else {
		w.Log.Warn("worker not discharged: others take its ranges in a while", "worker", w.lease.Worker, "error", gone)
	}
	return err
}

func (w *Worker) enlist(ctx context.Context) (err error) {
	ctx, over := w.Settings.Call(ctx)
	defer over()
	w.lease, err = w.Store.Enlist(ctx, ledger.Worker{
		Name: w.Process, Connections: w.Settings.Connections, Version: w.Version, Fingerprints: w.Fingerprints,
	}, w.By)
	return err
}

// compare says which others send by other settings: readers then get different mails of one
// issue, by whichever worker has their range.
func (w *Worker) compare(ctx context.Context) {
	ctx, over := w.Settings.Call(ctx)
	defer over()
	atWork, _, err := w.Store.Workers(ctx)
	if err != nil && ctx.Err() == nil {
		w.Log.Warn("settings not compared with those of other workers", "error", err)
	}
	for _, other := range ledger.DifferingOf(atWork, w.Fingerprints) {
		w.Log.Warn("another worker has other settings", "worker", w.lease.Worker, "other", other.Worker.Name, "settings", strings.Join(other.Settings, ", "))
	}
}

// overcome waits a while after what may pass, and returns what does not.
func (w *Worker) overcome(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, delivery.ErrLeaseLost) {
		return err
	}
	if w.Examine != nil && ctx.Err() == nil && err.Error() != w.said {
		err = w.Examine(ctx, err)
	}
	if lasts(err) {
		return err
	}
	if ctx.Err() == nil { // else it was asked to stop, which is no fault
		w.complain(err)
		pause(ctx, againAfter)
	}
	return nil
}

// complain logs what keeps the worker from working, once.
func (w *Worker) complain(err error) {
	w.away = w.away || errors.Is(err, delivery.ErrLedgerAway)
	if err.Error() != w.said {
		w.said = err.Error()
		w.Log.Warn("worker can't work", "error", err)
	}
}

// beats says that the worker is alive, and what it does.
func (w *Worker) beats(ctx context.Context) {
	for ctx.Err() == nil {
		if err := w.beat(ctx); err != nil && ctx.Err() == nil {
			w.Log.Warn("worker not heard", "worker", w.lease.Worker, "error", err)
		}
		pause(ctx, beatEvery)
	}
}

func (w *Worker) beat(ctx context.Context) error {
	ctx, over := w.Settings.Call(ctx)
	defer over()
	return w.Store.Beat(ctx, w.lease, *w.doing.Load())
}

// look finds a range and works from there, or waits for one a while.
func (w *Worker) look(ctx context.Context) error {
	if err := w.Ready(ctx); err != nil {
		return err
	}
	free, err := w.free(ctx)
	if err != nil {
		return err
	}
	if w.away {
		w.away, w.said = false, ""
		w.Log.Info("the database answers again")
	}
	offered, err := w.await(ctx, free)
	if err != nil || offered == nil {
		return err
	}
	w.said = ""
	issue, err := w.issue(ctx, offered.Issue)
	if err != nil || issue == nil { // a job may be older than a hold
		return w.handBack(ctx, offered, err)
	}
	return w.work(ctx, *issue, offered)
}

// free lists ranges that can be opened, one that is the worker's by a call whose answer was
// lost among them, and wakes others up for them.
func (w *Worker) free(ctx context.Context) ([]ledger.Free, error) {
	ctx, over := w.Settings.Call(ctx)
	defer over()
	free, err := w.Store.FreeRanges(ctx, w.lease, w.Settings.Unknown, jobsMost)
	if err != nil || w.Jobs == nil {
		return free, err
	}
	if err := w.Jobs.Sweep(ctx, free); err != nil {
		w.complain(err)
	}
	return free, nil
}

// handBack gives back a range of which nothing was claimed, and returns why.
func (w *Worker) handBack(ctx context.Context, r *delivery.Range, why error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), beatEvery)
	defer cancel()
	return errors.Join(why, w.Store.CloseRanges(ctx, []*delivery.Range{r}, w.Settings.Unknown))
}

// await opens a range that is offered; else one of those that are free; else none, after
// a while.
func (w *Worker) await(ctx context.Context, free []ledger.Free) (*delivery.Range, error) {
	idle := time.NewTimer(lookEvery)
	defer idle.Stop()
	grace := time.NewTimer(lookEvery / 10) // for the offers that the sweep made
	defer grace.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil, nil
		case offer := <-w.offers:
			r, err := w.openOffered(ctx, offer)
			if err != nil || r != nil {
				return r, err
			}
		case <-grace.C:
			for _, f := range slices.CompactFunc(slices.Clone(free), ofOneIssue) { // a look finds the first of an issue's
				r, err := w.openFirst(ctx, f.Issue)
				if err != nil || r != nil {
					return r, err
				}
			}
		case <-idle.C:
			return nil, nil
		}
	}
}

func (w *Worker) openOffered(ctx context.Context, offer ledger.Free) (*delivery.Range, error) {
	ctx, over := w.Settings.Call(ctx)
	defer over()
	return w.Store.OpenNumbered(ctx, w.lease, offer.Issue, nil, offer.Number, w.Settings.Unknown)
}

func (w *Worker) openFirst(ctx context.Context, issue int64) (*delivery.Range, error) {
	ctx, over := w.Settings.Call(ctx)
	defer over()
	return w.Store.OpenRange(ctx, w.lease, issue, nil, w.Settings.Unknown)
}

func ofOneIssue(a, b ledger.Free) bool { return a.Issue == b.Issue }

// issue is an issue that is being sent; nil where it is not any more.
func (w *Worker) issue(ctx context.Context, id int64) (*digest.Issue, error) {
	ctx, over := w.Settings.Call(ctx)
	defer over()
	issues, err := w.Store.UnderWay(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range issues {
		if i.ID == id && i.Status != digest.Held {
			return &i, nil
		}
	}
	return nil, nil
}

// work sends what there is of an issue, beginning with a range.
func (w *Worker) work(ctx context.Context, issue digest.Issue, first *delivery.Range) error {
	letters, err := w.takeUp(ctx, issue)
	if err != nil {
		return w.handBack(ctx, first, err)
	}
	w.tell(issue, delivery.Progress{})
	lent := &feed{Ledger: w.Store, worker: w, issue: issue.Number}
	if w.Watch != nil {
		lent.Ledger = w.Watch(w.Store)
	}
	lent.took(first)
	sender := delivery.NewSender(w.Settings, lent, w.Store, w.Mailer, w.Now, w.Log)
	before := w.doing.Load().Sent
	sum, err := sender.SendRanges(ctx, w.lease, issue, []*delivery.Range{first}, letters, func(p delivery.Progress) {
		w.tell(issue, p)
		if w.Progress != nil {
			w.Progress(issue, p)
		}
	})
	w.sent = max(w.doing.Load().Sent, before)
	w.doing.Store(&ledger.Doing{Sent: w.sent})
	if err == nil && sum.Status == string(digest.Sent) {
		w.Log.Info("issue sent", "issue", issue.Number)
	}
	return err
}

// takeUp makes ready for an issue.
func (w *Worker) takeUp(ctx context.Context, issue digest.Issue) (delivery.Letters, error) {
	ctx, over := w.Settings.Call(ctx)
	defer over()
	letters, err := w.Letters(ctx, issue)
	if err != nil {
		return nil, err
	}
	return letters, w.Store.TakeUp(ctx, w.lease, issue.ID)
}

// tell notes what the worker does, for its next beat.
func (w *Worker) tell(issue digest.Issue, p delivery.Progress) {
	w.doing.Store(&ledger.Doing{Issue: issue.ID, Sent: w.sent + p.Accepted, Rate: p.Rate, Unknown: w.Settings.Unknown})
}

// feed is the ledger as a worker's run sees it: ranges that are offered come first, each
// a different one for every worker.
type feed struct {
	delivery.Ledger
	worker *Worker
	issue  int // its number
}

// OpenRange implements delivery.Ledger.
func (f *feed) OpenRange(ctx context.Context, lease delivery.Lease, issue int64, held []*delivery.Range, policy delivery.UnknownPolicy) (r *delivery.Range, err error) {
	for r == nil && err == nil {
		select {
		case offer := <-f.worker.offers:
			if offer.Issue == issue {
				r, err = f.worker.Store.OpenNumbered(ctx, lease, issue, held, offer.Number, policy)
			}
			continue
		default:
		}
		r, err = f.Ledger.OpenRange(ctx, lease, issue, held, policy)
		break
	}
	f.took(r)
	return r, err
}

// CloseRanges implements delivery.Ledger.
func (f *feed) CloseRanges(ctx context.Context, held []*delivery.Range, policy delivery.UnknownPolicy) error {
	err := f.Ledger.CloseRanges(ctx, held, policy)
	if err == nil {
		for _, r := range held {
			f.worker.Log.Info("range given back", "worker", f.worker.lease.Worker, "issue", f.issue, "range", r.Number)
		}
	}
	return err
}

func (f *feed) took(r *delivery.Range) {
	if r != nil {
		f.worker.Log.Info("range taken", "worker", f.worker.lease.Worker, "issue", f.issue, "range", r.Number,
			"readers", len(r.Readers), "claimed_before", r.Mark, "left_on_the_wire", r.Left)
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
