package ledgertest

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/ledger"
	"roundup/store/storetest"
)

// colleague is a worker of a scene.
type colleague struct {
	*scene
	lease delivery.Lease
	issue digest.Issue
}

// hire makes a worker that works on an issue.
func (s *scene) hire(issue digest.Issue) *colleague {
	s.t.Helper()
	lease, err := s.Enlist(s.t.Context(), ledger.Worker{Name: "a process", Connections: 4}, storetest.Anna())
	s.Must(err)
	c := &colleague{scene: s, lease: lease, issue: issue}
	c.beat()
	return c
}

// colleagues is an audience in ranges of two readers, and two workers on its issue.
func (e suite) colleagues(t testing.TB, readers int) (s *scene, issue digest.Issue, a, b *colleague) {
	t.Helper()
	s = e.newScene(t, readers, 1)
	s.RangeSize = 2
	issue = s.Start(1)
	return s, issue, s.hire(issue), s.hire(issue)
}

func (c *colleague) beat() {
	c.t.Helper()
	c.Must(c.Beat(c.t.Context(), c.lease, ledger.Doing{Issue: c.issue.ID}))
}

// open opens a range for the worker, which it wants to be this one; 0 for none.
func (c *colleague) open(want int, held ...*delivery.Range) *delivery.Range {
	c.t.Helper()
	r, err := c.OpenRange(c.t.Context(), c.lease, c.issue.ID, held, delivery.Resend)
	c.Must(err)
	got := 0
	if r != nil {
		got = r.Number
	}
	if got != want {
		c.t.Fatalf("got range %d, want %d", got, want)
	}
	return r
}

// silent makes a worker one that was not heard of for a while; for as long is it not steady.
func (c *colleague) silent(d time.Duration) {
	c.t.Helper()
	storetest.Exec(c.t, c.Base, fmt.Sprintf(`UPDATE workers SET seen_us = seen_us - %d, steady_us = steady_us - %d WHERE id = %d`,
		d.Microseconds(), d.Microseconds(), c.lease.Worker))
}

// steady makes a worker one that has been in touch for a while.
func (c *colleague) steady() {
	c.t.Helper()
	storetest.Exec(c.t, c.Base, fmt.Sprintf(`UPDATE workers SET steady_us = steady_us - %d WHERE id = %d`, time.Hour.Microseconds(), c.lease.Worker))
}

func (c *colleague) exchange(r *delivery.Range, want int, outcomes ...delivery.Outcome) ([]delivery.Claim, error) {
	c.t.Helper()
	claims, _, err := c.Exchange(c.t.Context(), c.issue.ID, []*delivery.Range{r}, outcomes, delivery.Want{Count: want, Policy: delivery.Resend})
	return claims, err
}

// deferOne sends to one of a range's two readers, defers the other for an hour, and gives the range
// back.
func (c *colleague) deferOne() {
	c.t.Helper()
	r := c.open(1)
	claims, err := c.exchange(r, 2)
	c.Must(err)
	later := storetest.To(claims[0].SubscriberID, delivery.Deferred)
	later.Pause = time.Hour
	_, err = c.exchange(r, 0, later, storetest.To(claims[1].SubscriberID, delivery.Sent))
	c.Must(err)
	c.Must(c.CloseRanges(c.t.Context(), []*delivery.Range{r}, delivery.Resend))
}

func (e suite) TestWorkersHoldWhatIsTheirs(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 6)
	first := a.open(1)
	_, err := a.exchange(first, 2)
	s.Must(err)
	second := b.open(2)
	if r, err := s.OpenNumbered(t.Context(), b.lease, issue.ID, nil, 1, delivery.Resend); r != nil || err != nil {
		t.Fatalf("got %+v, %v, want nothing: another has it", r, err)
	}
	third, err := s.OpenNumbered(t.Context(), b.lease, issue.ID, nil, 3, delivery.Resend)
	if err != nil || third == nil || third.Number != 3 {
		t.Fatalf("got %+v, %v, want range 3", third, err)
	}
	tally, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if want := (delivery.Held{Queued: 4, InFlight: 2}); tally.Held != want {
		t.Errorf("held: got %+v, want %+v", tally.Held, want)
	}

	// A worker that was silent for less than that may come back.
	a.silent(40 * time.Second)
	b.steady()
	b.open(0, second, third)
	// For longer: others take its ranges, unless they were as silent.
	a.silent(40 * time.Second)
	c := s.hire(issue)
	c.open(0)
	taken := b.open(1, second, third)
	if taken.Left != 2 {
		t.Errorf("%d were left on the wire, want 2", taken.Left)
	}
	_, err = a.exchange(first, 0, storetest.To(1, delivery.Sent))
	s.MustFail(err, delivery.ErrLeaseLost)
	s.MustFail(s.CloseRanges(t.Context(), []*delivery.Range{first}, delivery.Resend), delivery.ErrLeaseLost)

	// What a worker gives back is anybody's at once.
	s.Must(s.Discharge(t.Context(), b.lease))
	_, err = b.OpenRange(t.Context(), b.lease, issue.ID, nil, delivery.Resend)
	s.MustFail(err, delivery.ErrLeaseLost)
	s.MustFail(s.Beat(t.Context(), b.lease, ledger.Doing{}), delivery.ErrLeaseLost)
	c.open(1)
}

// An offer may be of a range that its worker has opened meanwhile: that keeps what is on
// the wire.
func (e suite) TestAWorkerIsNotOfferedWhatItHolds(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 2, 1)
	s.RangeSize = 2
	issue := s.Start(1)
	a := s.hire(issue)
	r := a.open(1)
	claims, err := a.exchange(r, 1)
	s.Must(err)
	again, err := s.OpenNumbered(t.Context(), a.lease, issue.ID, []*delivery.Range{r}, 1, delivery.Resend)
	if again != nil || err != nil {
		t.Fatalf("got %+v, %v, want nothing: the worker has it", again, err)
	}
	if epoch := storetest.One[int64](t, s.Base, `SELECT epoch FROM ranges`); epoch != r.Epoch {
		t.Errorf("the range is of epoch %d, want %d", epoch, r.Epoch)
	}
	if _, err = a.exchange(r, 1, storetest.To(claims[0].SubscriberID, delivery.Sent)); err != nil {
		t.Errorf("the worker lost its range: %v", err)
	}
}

// A worker that looks for ranges finds the one that it has without knowing: no other would, as
// long as it lives.
func (e suite) TestAWorkerFindsWhatItHolds(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 2)
	a.open(1)
	for _, tt := range []struct {
		by   *colleague
		want []ledger.Free
	}{{a, []ledger.Free{{Issue: issue.ID, Number: 1}}}, {b, nil}} {
		free, err := s.FreeRanges(t.Context(), tt.by.lease, delivery.Resend, 10)
		s.Must(err)
		storetest.Equal(t, "free to "+tt.by.lease.Holder, free, tt.want)
	}
}

// A desk that follows another leaves workers what they have.
func (e suite) TestLeaseLeavesWorkersTheirRanges(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 6, 1)
	s.RangeSize = 2
	issue := s.Start(1)
	worker, desk := s.hire(issue), delivery.Lease{}
	first := worker.open(1)
	s.TakeLease()
	if _, err := worker.exchange(first, 1); err != nil {
		t.Errorf("the worker lost its range: %v", err)
	}
	free, err := s.FreeRanges(t.Context(), desk, delivery.Resend, 10)
	s.Must(err)
	storetest.Equal(t, "free", free, []ledger.Free{{Issue: issue.ID, Number: 2}, {Issue: issue.ID, Number: 3}})
	worker.silent(time.Minute)
	free, err = s.FreeRanges(t.Context(), desk, delivery.Resend, 1)
	s.Must(err)
	storetest.Equal(t, "free", free, []ledger.Free{{Issue: issue.ID, Number: 1}})
	s.Must(s.HoldIssue(t.Context(), 1, "", storetest.Anna()))
	if free, err = s.FreeRanges(t.Context(), desk, delivery.Resend, 1); err != nil || len(free) > 0 {
		t.Errorf("free of a held issue: %v, %v", free, err)
	}
}

// After an outage of the database all workers are silent, and whoever comes first must not
// take what the others live on: neither a worker before its first beat, nor a desk.
func (e suite) TestNothingIsTakenRightAfterAnOutage(t *testing.T) {
	t.Parallel()
	s, _, a, b := e.colleagues(t, 4)
	first, second := a.open(1), b.open(2)
	_, err := b.exchange(second, 1)
	s.Must(err)
	for _, c := range []*colleague{a, b} {
		c.steady()
		c.silent(time.Minute)
	}
	a.open(0, first)
	s.TakeLease()
	if _, err = b.exchange(second, 1); err != nil {
		t.Fatalf("the worker lost its range: %v", err)
	}
	// Nobody carries on with a cancelled issue: a desk ends it.
	s.Must(s.CancelIssue(t.Context(), 1, "", storetest.Anna()))
	s.TakeLease()
	if n := storetest.One[int](t, s.Base, `SELECT count(*) FROM ranges WHERE closed_at IS NULL`); n != 0 {
		t.Errorf("%d ranges of a cancelled issue are open", n)
	}
}

// Refusals that no worker could prove alone to be about us are proven by all of them, and
// nobody is blamed, not even for what one recorded that died, or that recorded it late.
func (e suite) TestRefusalsAreProvenTogether(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 40, 1)
	s.RangeSize = 10
	issue := s.Start(1)
	since := s.clock.Now()
	const gist = "550 5.1.1 no such user"
	refuse := func(c *colleague, r *delivery.Range) {
		t.Helper()
		claims, err := c.exchange(r, 10)
		s.Must(err)
		var outcomes []delivery.Outcome
		for _, claim := range claims {
			outcomes = append(outcomes, storetest.To(claim.SubscriberID, delivery.Failed))
		}
		_, err = c.exchange(r, 0, outcomes...)
		s.Must(err)
	}
	gistOf := delivery.RefusalGist(storetest.To(1, delivery.Failed).Reply, "")
	if !strings.HasPrefix(gistOf, gist[:3]) {
		t.Fatalf("gist %q", gistOf)
	}
	tell := func(c *colleague, n int, domains ...string) delivery.Proof {
		t.Helper()
		proof, err := s.Refused(t.Context(), c.lease, issue.ID, delivery.Refusals{Gist: gistOf, Readers: n, Domains: domains, Since: since})
		s.Must(err)
		return proof
	}
	a, b, c := s.hire(issue), s.hire(issue), s.hire(issue)
	ra, rb, rc := a.open(1), b.open(2), c.open(3)
	refuse(a, ra)
	refuse(b, rb)
	if got := tell(a, 10, "a.example", "b.example"); got.Readers != 0 {
		t.Fatalf("ten prove it: %+v", got)
	}
	if got := tell(b, 10, "c.example"); got.Readers != 0 {
		t.Fatalf("proven, though a third worker is at work that was refused nobody: %+v", got)
	}
	s.Must(s.Discharge(t.Context(), a.lease)) // it dies, and what it told stays
	c.silent(time.Minute)
	if got := tell(b, 11, "c.example"); got != (delivery.Proof{Readers: 21, Domains: 3, Workers: 2}) {
		t.Fatalf("got %+v, want 21 readers at 3 domains of 2 workers", got)
	}
	tally, err := s.Tally(t.Context(), issue.ID)
	s.Must(err)
	if tally.Failed != 0 || tally.Queued != 40 {
		t.Errorf("got %+v, want nobody blamed", tally)
	}
	s.Must(s.HoldIssue(t.Context(), 1, "refused", storetest.Anna()))
	claims, err := c.exchange(rc, 1)
	if err != nil || len(claims) != 0 {
		t.Fatalf("got %v, %v of a held issue, want nothing", claims, err)
	}
	s.Must(s.ReleaseIssue(t.Context(), 1, "", storetest.Anna()))
	if n := storetest.One[int](t, s.Base, `SELECT count(*) FROM refusals`); n != 0 {
		t.Errorf("%d runs of refusals are on record after the release", n)
	}
}

// What one worker recorded after another had proven it, is given back at the release.
func (e suite) TestRefusalsRecordedLateAreGivenBack(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 4)
	a.open(1)
	rb := b.open(2)
	late, err := b.exchange(rb, 2)
	s.Must(err)
	proof, err := s.Refused(t.Context(), a.lease, issue.ID, delivery.Refusals{
		Gist: delivery.RefusalGist(storetest.To(1, delivery.Failed).Reply, ""), Readers: 20, Domains: []string{"a", "b", "c"}, Since: s.clock.Now(), Proven: true,
	})
	if err != nil || proof.Readers != 20 {
		t.Fatalf("got %+v, %v", proof, err)
	}
	s.Must(s.HoldIssue(t.Context(), 1, "refused", storetest.Anna()))
	_, err = b.exchange(rb, 0, storetest.To(late[0].SubscriberID, delivery.Failed), storetest.To(late[1].SubscriberID, delivery.Sent))
	s.Must(err)
	s.Must(s.ReleaseIssue(t.Context(), 1, "", storetest.Anna()))
	if got := s.StateOf(issue, late[0].SubscriberID); got != delivery.Queued {
		t.Errorf("the reader refused late is %s, want queued", got)
	}
}

// Whichever worker beats counts the time an issue was being sent, once for all.
func (e suite) TestSendingTimeOfWorkersIsCountedOnce(t *testing.T) {
	t.Parallel()
	s, _, a, b := e.colleagues(t, 4)
	active := func() int64 { return storetest.One[int64](t, s.Base, `SELECT active_ms FROM issues`) }
	s.clock.Forward(20 * time.Second)
	if a.beat(); active() != 0 {
		t.Errorf("active for %d ms while nobody had a range", active())
	}
	a.open(1)
	b.open(2)
	a.beat()
	b.beat()
	if active() != 20_000 {
		t.Errorf("active for %d ms, want 20 s", active())
	}
	s.clock.Forward(time.Hour)
	if b.beat(); active() != 50_000 {
		t.Errorf("active for %d ms after an hour without a beat, want 30 s more", active())
	}
}

// The pause of a deferred reader is sending time, too, though nobody has its range open: else
// one whose server always says later would never be given up.
func (e suite) TestPausesAreSendingTimeOfWorkers(t *testing.T) {
	t.Parallel()
	s, _, a, _ := e.colleagues(t, 2)
	a.deferOne()
	for range 120 {
		s.clock.Forward(30 * time.Second)
		a.beat()
	}
	claims, err := a.exchange(a.open(1), 2)
	s.Must(err)
	if len(claims) != 1 || claims[0].DeferredFor != time.Hour {
		t.Errorf("got %+v, want the reader who was deferred for an hour", claims)
	}
}

// Workers are listed with what tells whether they send the same mails, and those that are gone
// apart.
func (e suite) TestWorkersAreListed(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 0)
	of := func(version string, f ledger.Fingerprints) ledger.Worker {
		return ledger.Worker{Name: "a process", Connections: 4, Version: version, Fingerprints: f}
	}
	mine := ledger.Fingerprints{"mail.from": "1f", "smtp.host": "2e"}
	old, err := s.Enlist(t.Context(), of("1.0", mine), storetest.Anna())
	s.Must(err)
	_, err = s.Enlist(t.Context(), of("1.1", ledger.Fingerprints{"mail.from": "3d", "smtp.host": "2e", "smtp.port": "4c"}), storetest.Anna())
	s.Must(err)
	(&colleague{scene: s, lease: old}).silent(time.Hour)
	atWork, gone, err := s.Workers(t.Context())
	s.Must(err)
	if len(atWork) != 1 || atWork[0].Version != "1.1" || atWork[0].Gone || len(gone) != 1 || gone[0].Version != "1.0" || !gone[0].Gone {
		t.Fatalf("got %+v at work and %+v gone, want the one of 1.1, and the one of 1.0 gone", atWork, gone)
	}
	if !maps.Equal(gone[0].Fingerprints, mine) {
		t.Errorf("fingerprints %v, want %v", gone[0].Fingerprints, mine)
	}
	storetest.Equal(t, "differing", ledger.DifferingOf(atWork, mine)[0].Settings, []string{"mail.from"})
}

// What a worker that is gone sent a second last is no rate of the present.
func (e suite) TestWhoIsGoneHasNoRate(t *testing.T) {
	t.Parallel()
	s, issue, a, b := e.colleagues(t, 2)
	for _, c := range []*colleague{a, b} {
		s.Must(s.Beat(t.Context(), c.lease, ledger.Doing{Issue: issue.ID, Rate: 5}))
	}
	b.silent(time.Minute)
	atWork, gone, err := s.Workers(t.Context())
	s.Must(err)
	if len(atWork) != 1 || atWork[0].Rate != 5 || len(gone) != 1 || gone[0].Rate != 0 {
		t.Errorf("got %+v at work and %+v gone, want 5 a second of the first alone", atWork, gone)
	}
}

func (e suite) TestGrantsAreOfTheRelay(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 0)
	ctx := t.Context()
	limits := delivery.Limits{Relay: "relay.example", PerSecond: 10}
	places, err := s.Grant(ctx, limits, 100)
	if err != nil || places.Count < 5 || places.Count > 6 || places.In > 0 {
		t.Fatalf("got %+v, %v, want half a second's places from now", places, err)
	}
	more, err := s.Grant(ctx, limits, 100)
	if err != nil || more.Count > 5 || more.Count == 0 && more.In <= 0 {
		t.Errorf("got %+v, %v, want those that fell due meanwhile at most", more, err)
	}
	hourly := delivery.Limits{Relay: "other.example", PerHour: 3600 * 1000}
	if places, err = s.Grant(ctx, hourly, 7); err != nil || places.Count != 7 {
		t.Errorf("got %+v, %v, want all of another relay's", places, err)
	}
	if n := storetest.One[int](t, s.Base, `SELECT begun FROM relay_hours`); n != 7 {
		t.Errorf("%d messages are on record, want 7", n)
	}
}
