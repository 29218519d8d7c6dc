package delivery

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"time"

	"roundup/digest"
)

const (
	// pollEvery is how often an idle run asks whether a person held or cancelled
	// the issue, and looks at its limits of time.
	pollEvery = 3 * time.Second
	// idleLimit is how long a connection may stand open with nothing to send:
	// shorter than any server's patience.
	idleLimit = 30 * time.Second
)

// run is one Send. One goroutine, the loop, holds all of it: connections only
// obey orders and report. Every turn of the loop takes what was reported,
// judges it, exchanges results for claims with the ledger, and gives orders.
type run struct {
	*Sender
	lease   Lease
	issue   digest.Issue // status and why are kept up to date
	letters Letters

	dialling, sending context.Context
	stopDialling      context.CancelFunc
	stopSending       context.CancelFunc
	reports           chan report
	lines             []*line
	working           sync.WaitGroup

	valve   *valve
	pace    *pace
	streak  streak
	silence int // messages in a row without an answer

	outcomes []Outcome     // judged, not recorded
	reopen   []int64       // failed by a streak, not given back yet
	blamed   string        // the gist of that streak
	active   time.Duration // sending time the ledger has not been told of
	accrued  time.Time     // until when active is counted
	asked    time.Time     // the last Exchange
	commit   time.Duration // how long it took
	message  time.Duration // how long the last message took
	mark     digest.Status // to be marked whatever else; "" for none
	markWhy  string

	backlog  int       // deliveries that could be claimed now, as far as known
	dry      bool      // the ledger has nothing to claim now
	due      time.Time // when it may have again; zero for not before a result
	reviewed bool      // nothing happened since the deliveries were counted
	barren   int       // counts in a row that promised claims and gave none
	idle     idling
	stop     *stopping

	watch *watch
}

// line is the loop's picture of one connection.
type line struct {
	*connection
	state  lineState
	open   int  // claims given and not judged
	quota  int  // claims this connection may still be given; -1: no limit
	proven bool // it has answered about a reader since it was dialled
	since  time.Time
}

// room reports whether the connection may still take so many claims.
func (l *line) room(n int) bool { return l.quota < 0 || l.quota >= n }

type lineState int

const (
	resting lineState = iota
	dialling
	up
	closing
)

func newRun(s *Sender, lease Lease, issue digest.Issue, letters Letters, progress func(Progress)) *run {
	now := s.now()
	r := &run{
		Sender: s, lease: lease, issue: issue, letters: letters,
		reports: make(chan report, 8*s.settings.Connections),
		valve:   newValve(s.settings.Connections),
		pace:    newPace(s.settings.Rate, s.settings.PerHour),
		accrued: now,
		asked:   now,
		watch:   newWatch(now, s.settings.Unknown, progress),
	}
	r.watch.limit = LimitOf(s.settings.Rate, s.settings.PerHour)
	r.dialling, r.stopDialling = context.WithCancel(context.Background())
	r.sending, r.stopSending = context.WithCancel(context.Background())
	return r
}

func (r *run) release() {
	r.stopDialling()
	r.stopSending()
}

// deliver is the run from the first claim to the last result.
func (r *run) deliver(ctx context.Context, tally Tally) error {
	r.recount(tally)
	if r.issue.Status == digest.Waiting {
		since := tally.WaitingSince
		if since.IsZero() {
			since = r.now()
		}
		r.valve.resume(since, r.issue.Why)
	}
	r.startLines()
	r.loop(ctx)
	r.quitLines()
	r.watch.conclude(r.now())
	if err := cmp.Or(r.stop.err, r.stop.refusal); err != nil {
		return fmt.Errorf("issue %d: %w", r.issue.Number, err)
	}
	return nil
}

func (r *run) startLines() {
	for i := range r.settings.Connections {
		c := &connection{
			line: i, mailer: r.mailer, letters: r.letters, now: r.now, limit: r.settings.MessagesPerConnection,
			// Two of claims, one each of dial, rest, quit and look up: a push never blocks.
			orders: make(chan order, 8), reports: r.reports,
		}
		r.lines = append(r.lines, &line{connection: c})
		r.working.Go(func() { c.run(r.dialling, r.sending) })
	}
}

// quitLines ends the connections' goroutines. One that is stuck in a message
// that was abandoned is left behind.
func (r *run) quitLines() {
	for _, l := range r.lines {
		l.orders <- order{do: doQuit}
	}
	if r.busy() {
		return
	}
	r.working.Wait()
}

// loop turns until the run has an end and nothing is in flight.
func (r *run) loop(ctx context.Context) {
	for {
		now := r.now()
		r.accrue(now)
		r.valve.tick(now)
		r.limits(now)
		r.settle(ctx)
		r.review(ctx)
		r.steer(r.now())
		r.watch.tell(r.now(), r.phrase, r.up())
		if r.stop != nil && (r.stop.abandoned || !r.busy()) {
			return
		}
		r.await(ctx, r.nextTurn(r.now()))
	}
}

// await sleeps until a report, a stop or the time given, and takes every report
// there is, those that are about to come among them.
func (r *run) await(ctx context.Context, until time.Duration) {
	timer := time.NewTimer(max(until, 0))
	defer timer.Stop()
	stopped, hard := r.signals(ctx)
	select {
	case rep := <-r.reports:
		r.take(rep)
		r.gather(timer)
	case <-stopped:
		r.interrupt()
	case <-hard:
		r.abandon()
	case <-timer.C:
	}
	for {
		select {
		case rep := <-r.reports:
			r.take(rep)
		default:
			return
		}
	}
}

// The longest that a result waits for others.
const (
	gatherMost = 2 * time.Millisecond
	gatherSlow = 500 * time.Millisecond // where the disk is slow to flush and messages are not
	slowFlush  = 5 * time.Millisecond   // an exchange that takes longer waits for the disk
)

// gather waits for more reports, for half as long as the last exchange took: one
// that begins with the first of many results keeps all the others waiting for
// the next. It has waited enough when as much is reported as is still in flight:
// that half keeps the connections busy while this one is recorded, and the other
// way round. Where the disk is slow to flush and messages are far quicker, each
// connection is given time to send both it has claimed.
func (r *run) gather(timer *time.Timer) {
	if r.stop != nil || r.valve.waiting {
		return
	}
	share, most := 1, gatherMost
	if r.commit > slowFlush && r.message <= r.commit/3 {
		share, most = 0, gatherSlow
	}
	timer.Reset(min(r.commit/2, most))
	for r.inFlight() > share*len(r.outcomes) {
		select {
		case rep := <-r.reports:
			r.take(rep)
		case <-timer.C:
			return
		}
	}
}

// inFlight is how many claims connections have in hand.
func (r *run) inFlight() int {
	n := 0
	for _, l := range r.lines {
		n += l.open
	}
	return n
}

// signals are what may stop the run from outside; nil once obeyed.
func (r *run) signals(ctx context.Context) (stopped, hard <-chan struct{}) {
	if r.stop == nil || r.stop.deadline.IsZero() {
		stopped = ctx.Done()
	}
	if r.sending.Err() == nil {
		hard = r.settings.Hard.Done()
	}
	return stopped, hard
}

// take updates the picture of a connection and judges what it reported.
func (r *run) take(rep report) {
	l := r.lines[rep.line]
	now := r.now()
	if rep.up {
		l.state, l.proven, l.since, l.quota = up, false, now, r.settings.MessagesPerConnection
		if l.quota <= 0 {
			l.quota = -1
		}
	}
	if rep.ended != nil {
		l.open--
		l.since = now
		r.message = rep.ended.took
		r.record(r.judge(l, *rep.ended))
	}
	for _, c := range rep.back {
		l.open--
		if l.quota >= 0 {
			l.quota++
		}
		r.record(Outcome{SubscriberID: c.SubscriberID, To: Queued})
	}
	if rep.closing && l.state == up {
		l.state = closing
	}
	if rep.down {
		l.state = resting
	}
	if rep.trouble != nil {
		r.judgeTrouble(l, rep.trouble)
	}
}

// record takes an outcome into the next exchange.
func (r *run) record(o Outcome) {
	r.outcomes = append(r.outcomes, o)
	r.watch.ended(o)
	switch {
	case o.To == Queued, o.To == Unknown && r.settings.Unknown == Resend:
		r.backlog++
		r.dry = false
	case o.To == Deferred:
		if at := r.now().Add(o.Pause); r.due.IsZero() || at.Before(r.due) {
			r.due = at
		}
	}
}

// busy reports whether a connection may still report something.
func (r *run) busy() bool {
	for _, l := range r.lines {
		if l.open > 0 || l.state != resting {
			return true
		}
	}
	return false
}

// quiet reports whether nothing is claimed and nothing is being dialled.
func (r *run) quiet() bool {
	for _, l := range r.lines {
		if l.open > 0 || l.state == dialling {
			return false
		}
	}
	return true
}

// up is how many connections are open.
func (r *run) up() int {
	n := 0
	for _, l := range r.lines {
		if l.state == up {
			n++
		}
	}
	return n
}
