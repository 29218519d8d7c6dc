package worker_test

import (
	"bytes"
	"context"
	"database/sql"
	"log/slog"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/testing/pgtest"
	"roundup/internal/testing/smtptest"
	"roundup/internal/worker"
	"roundup/store"
	"roundup/store/ledger"
	"roundup/store/postgres"
	"roundup/store/storetest"
)

var server pgtest.Server

func TestMain(m *testing.M) { os.Exit(pgtest.Tests{M: m, Server: &server}.Run()) }

// office is an issue under way in a database on a server, and a relay; whoever is hired
// sends it.
type office struct {
	*store.Store // as a person has it
	t            *testing.T
	address      string
	db           *sql.DB // behind the store's back
	relay        *smtptest.Server
	issue        digest.Issue
	readers      int
}

// newOffice starts an issue to so many readers, in ranges of a size.
func newOffice(t *testing.T, pg *pgtest.Server, readers, size int, roundTrip time.Duration) *office {
	t.Helper()
	o := &office{t: t, address: pg.URL(t), readers: readers}
	var err error
	o.Store, _, err = postgres.Create(t.Context(), o.address, postgres.Options{Now: time.Now})
	o.must(err)
	t.Cleanup(func() { _ = o.Close() })
	o.db, err = postgres.Pool(o.address)
	o.must(err)
	t.Cleanup(func() { _ = o.db.Close() })
	storetest.Fill(t, o.db, readers, 1)
	lease, err := o.AcquireLease(t.Context(), "the desk", storetest.Anna())
	o.must(err)
	draft := storetest.Draft(1)
	draft.RangeSize = size
	o.issue, err = o.StartIssue(t.Context(), lease, draft)
	o.must(err)
	o.relay, err = smtptest.New(smtptest.Options{RoundTrip: roundTrip})
	o.must(err)
	t.Cleanup(func() { _ = o.relay.Close() })
	return o
}
func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// hand is a worker, with a store and jobs of its own as each process has.
type hand struct {
	t     *testing.T
	stop  context.CancelFunc
	ended chan error
	log   said
}

// hire puts a worker to work until it is dismissed, or the test ends.
func (o *office) hire(change ...func(*worker.Options)) *hand {
	o.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	h := &hand{t: o.t, stop: stop, ended: make(chan error, 1)}
	st, err := postgres.Open(ctx, o.address, postgres.Options{Now: time.Now})
	o.must(err)
	log := slog.New(slog.NewTextHandler(&h.log, nil))
	jobs, err := worker.OpenJobs(ctx, o.address, nil, log)
	o.must(err)
	mailer, err := relay.New(relay.Settings{Host: o.relay.Host(), Port: o.relay.Port(), TLS: relay.NoTLS, LocalName: "sender.test"})
	o.must(err)
	options := worker.Options{
		Store: st, Jobs: jobs, Settings: delivery.Settings{Connections: 2, Unknown: delivery.Resend, GiveUpAfter: 24 * time.Hour},
		Mailer: mailer, Letters: notes, Ready: func(context.Context) error { return nil },
		Process: "a process", By: storetest.Anna(), Now: time.Now, Log: log,
	}
	for _, c := range change {
		c(&options)
	}
	go func() {
		h.ended <- worker.New(options).Run(ctx)
		_, _ = jobs.Close(), st.Close()
		close(h.ended)
	}()
	o.t.Cleanup(h.dismiss)
	return h
}

// dismiss ends a worker in good order.
func (h *hand) dismiss() {
	h.stop()
	if err := <-h.ended; err != nil {
		h.t.Error(err)
	}
}

// said is what a worker logs.
type said struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *said) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(line)
}

func (s *said) count(words string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(s.text.String(), words)
}

// notes are letters of one line.
func notes(context.Context, digest.Issue) (delivery.Letters, error) { return note{}, nil }

type note struct{}

// Compose implements delivery.Letters.
func (note) Compose(r mail.Reader) (relay.Message, error) {
	return relay.Message{From: "bounces@magazine.example", To: r.Email, Data: []byte("Subject: News\r\n\r\nHello\r\n")}, nil
}

// number is the answer to a query.
func (o *office) number(query string, args ...any) (n int) {
	o.t.Helper()
	o.must(o.db.QueryRowContext(o.t.Context(), query, args...).Scan(&n))
	return n
}

// texts is the only column of a query.
func (o *office) texts(query string) (all []string) {
	o.t.Helper()
	rows, err := o.db.QueryContext(o.t.Context(), query)
	o.must(err)
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one string
		o.must(rows.Scan(&one))
		all = append(all, one)
	}
	o.must(rows.Err())
	return all
}

// jobs is the schema of River's tables.
func (o *office) jobs() string {
	at, err := url.Parse(o.address)
	o.must(err)
	return at.Query().Get("search_path") + "_river"
}

// await waits until something holds.
func (o *office) await(what string, holds func() bool) {
	o.t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			o.t.Fatalf("after a minute: not %s", what)
		}
	}
}

// sent waits for the end of the issue.
func (o *office) sent() {
	o.t.Helper()
	o.await("sent", func() bool { return o.status() == digest.Sent })
}

func (o *office) status() digest.Status {
	o.t.Helper()
	issue, err := o.Issue(o.t.Context(), o.issue.Number)
	o.must(err)
	return issue.Status
}

// underWay waits until so many mails are with the relay, of more.
func (o *office) underWay(mails int) {
	o.t.Helper()
	o.must(o.relay.WaitMails(o.t.Context(), mails))
	if n := o.relay.Kept(); n >= o.readers {
		o.t.Fatalf("all %d mails are sent: the test tests nothing", n)
	}
}

// account compares the ledger with what the relay took: everybody is in one of the
// states, and has one copy where that is sent, or one more where it was sent again. It
// returns how many were.
func (o *office) account(states ...delivery.State) (again int) {
	o.t.Helper()
	copies := map[string]int{}
	for _, m := range o.relay.Mails() {
		copies[m.To[0]]++
	}
	readers := 0
	for d, err := range o.Deliveries(o.t.Context(), o.issue.Number, ledger.DeliveryFilter{}) {
		o.must(err)
		readers++
		n := copies[d.Email]
		delete(copies, d.Email)
		if d.Resent {
			again++
		}
		most := map[bool]int{false: 1, true: 2}[d.Resent]
		switch {
		case !slices.Contains(states, d.State),
			d.State == delivery.Sent && (n < 1 || n > most),
			d.State == delivery.Skipped && n > 0:
			o.t.Errorf("%s has %d copies, and is %s (sent again: %v)", d.Email, n, d.State, d.Resent)
		}
	}
	if readers != o.readers || len(copies) > 0 {
		o.t.Errorf("%d readers in the ledger, want %d; the relay knows besides: %v", readers, o.readers, copies)
	}
	return again
}

// held is how many ranges somebody has.
func (o *office) held() int {
	o.t.Helper()
	return o.number(`SELECT count(*) FROM ranges WHERE holder <> ''`)
}

// once is a step at which something happens the first time.
func once(do func()) func() {
	var o sync.Once
	return func() { o.Do(do) }
}
