package metrics_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/metrics"
	"roundup/store"
)

// office is a desk that counts how often it is asked.
type office struct {
	figures, readers int
	away             error
}

// counts are of twelve domains, each with one more than the one before.
func counts() (all []store.BounceCount) {
	for i := range 12 {
		all = append(all, store.BounceCount{Kind: "hard", Domain: string(rune('a'+i)) + ".example", N: i + 1})
	}
	return all
}

func (o *office) Figures(context.Context) (desk.Figures, error) {
	o.figures++
	return desk.Figures{
		Issue: 12, Status: digest.Waiting, Tally: delivery.Tally{Sent: 7, Queued: 3}, Owed: 3, Age: time.Minute,
		LastSent: time.Unix(1_700_000_000, 0), NextSlot: time.Unix(1_800_000_000, 0),
		Last: desk.Returned{Quality: store.Quality{Hard: 3, Left: 2}, Counts: counts()},
	}, o.away
}

func (o *office) Readers(context.Context) (desk.Readers, error) {
	o.readers++
	return desk.Readers{Active: 9, Pending: 2, Unsubscribed: 1, Suppressed: 4, Mailable: 8}, nil
}

// till is a ledger whose every commit takes a second.
type till struct {
	delivery.Ledger
	err error
}

func (l *till) Exchange(context.Context, int64, []*delivery.Range, []delivery.Outcome, delivery.Want) ([]delivery.Claim, digest.Status, error) {
	time.Sleep(time.Second) // of the test's own time
	return nil, digest.Sending, l.err
}

func (l *till) OpenRange(context.Context, delivery.Lease, int64, []*delivery.Range, delivery.UnknownPolicy) (*delivery.Range, error) {
	return &delivery.Range{Left: 2}, nil
}

func newMetrics() *metrics.Metrics {
	return metrics.New(metrics.Options{Version: "v1.2.3", Now: time.Now, Log: slog.New(slog.DiscardHandler)})
}

// scrape returns the lines of the page, comments left out.
func scrape(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	var lines []string
	for _, l := range strings.Split(w.Body.String(), "\n") {
		if !strings.HasPrefix(l, "#") {
			lines = append(lines, l)
		}
	}
	return "\n" + strings.Join(lines, "\n")
}

func wantLines(t *testing.T, page string, lines ...string) {
	t.Helper()
	for _, l := range lines {
		if !strings.Contains(page, "\nroundup_"+l+"\n") {
			t.Errorf("no line roundup_%s in:%s", l, page)
		}
	}
}

func TestCountsWhatTheLedgerTook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMetrics()
		inner := &till{}
		l := m.Ledger(inner)
		outcomes := []delivery.Outcome{{To: delivery.Sent}, {To: delivery.Sent}, {To: delivery.Failed}, {To: delivery.Deferred}, {To: delivery.Queued}}
		if _, _, err := l.Exchange(t.Context(), 1, nil, outcomes, delivery.Want{}); err != nil {
			t.Fatal(err)
		}
		inner.err = errors.New("disk full")
		if _, _, err := l.Exchange(t.Context(), 1, nil, outcomes, delivery.Want{}); err == nil {
			t.Error("the error was swallowed")
		}
		if r, err := l.OpenRange(t.Context(), delivery.Lease{}, 1, nil, delivery.Resend); err != nil || r.Left != 2 {
			t.Errorf("open: got %+v, %v", r, err)
		}
		wantLines(t, scrape(t, m),
			`deliveries_total{state="sent"} 2`, `deliveries_total{state="failed"} 1`, `deliveries_total{state="deferred"} 1`,
			`deliveries_total{state="unknown"} 2`, `deliveries_total{state="skipped"} 0`,
			`ledger_failures_total 1`, `ledger_exchange_seconds_count 2`, `ledger_exchange_seconds_sum 2`)
	})
}

func TestCountsProgress(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	issue := digest.Issue{Number: 12}
	m.Progress(issue, delivery.Progress{Rate: 80, Connections: 4, Skipped: 100}) // by an earlier run
	m.Progress(issue, delivery.Progress{Rate: 90, Connections: 3, Skipped: 101})
	wantLines(t, scrape(t, m), `messages_per_second 90`, `smtp_connections_open 3`, `deliveries_total{state="skipped"} 1`)
	m.Run(desk.Result{Sent: []delivery.Summary{{Issue: 12, Skipped: 105}}})
	wantLines(t, scrape(t, m), `messages_per_second 0`, `smtp_connections_open 0`, `deliveries_total{state="skipped"} 5`)
	m.Progress(digest.Issue{Number: 13}, delivery.Progress{Skipped: 1000, Rate: 5})
	wantLines(t, scrape(t, m), `messages_per_second 0`, `deliveries_total{state="skipped"} 5`)
}

func TestCountsReadings(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	m.Fetched([]desk.Fetched{{Source: "a"}, {Source: "b", NotModified: true}, {Source: "c", Error: "404"}, {Source: "d", Error: "404"}})
	page := scrape(t, m)
	wantLines(t, page, `feed_readings_total{outcome="read"} 1`, `feed_readings_total{outcome="unchanged"} 1`, `feed_readings_total{outcome="failed"} 2`)
	wantLines(t, page, `deliveries_total{state="sent"} 0`)
	if !strings.Contains(page, `version="v1.2.3"} 1`) {
		t.Errorf("no build in:%s", page)
	}
}

func TestTellsOfTheSignUpCode(t *testing.T) {
	t.Parallel()
	m, asks, err := newMetrics(), false, error(nil)
	m.WatchSignUps(func(context.Context) (bool, error) { return asks, err }, func() int64 { return 3 })
	wantLines(t, scrape(t, m), `sign_up_code_asked 0`, `sign_ups_refused_total 3`)
	asks = true
	wantLines(t, scrape(t, m), `sign_up_code_asked 1`)
	err = errors.New("database is locked")
	if page := scrape(t, m); strings.Contains(page, "roundup_sign_up_code_asked") {
		t.Error("what can't be read was told")
	}
}

func TestAsksTheDeskNotTooOften(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, o, healthy := newMetrics(), &office{}, true
		m.Ask(o, func() bool { return healthy })
		wantLines(t, scrape(t, m), `healthy 1`, `issue_number 12`, `issue_status{status="waiting"} 1`, `issue_status{status="held"} 0`,
			`issue_deliveries{state="sent"} 7`, `issue_deliveries{state="queued"} 3`, `deliveries_owed 3`, `queue_age_seconds 60`,
			`last_issue_sent_timestamp_seconds 1.7e+09`, `next_slot_timestamp_seconds 1.8e+09`,
			`readers{status="active"} 9`, `readers{status="pending"} 2`, `readers{status="unsubscribed"} 1`, `readers_mailable 8`, `suppressions 4`,
			`last_issue_returned{kind="hard"} 3`, `last_issue_returned{kind="left"} 2`,
			`last_issue_returned_by_domain{domain="l.example"} 12`, `last_issue_returned_by_domain{domain="c.example"} 3`, `last_issue_returned_by_domain{domain="other"} 3`)
		if page := scrape(t, m); strings.Contains(page, `kind="reply"`) {
			t.Error("a number of replies that is not known was told")
		}
		healthy = false
		for range 60 {
			wantLines(t, scrape(t, m), `healthy 0`)
			time.Sleep(time.Second)
		}
		if o.figures > 7 || o.readers > 1 {
			t.Errorf("asked %d and %d times within a minute", o.figures, o.readers)
		}

		// What can't be read is missing; the rest is there.
		o.away = errors.New("database is locked")
		time.Sleep(time.Minute)
		page := scrape(t, m)
		wantLines(t, page, `readers_mailable 8`, `deliveries_total{state="sent"} 0`)
		if strings.Contains(page, "roundup_issue_number") {
			t.Error("an old figure was passed off as a new one")
		}
	})
}
