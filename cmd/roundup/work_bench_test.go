package main

import (
	"database/sql"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/testing/pgtest"
	"roundup/internal/testing/proof"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/postgres"
	"roundup/store/storetest"
)

// What figures are set beside. The prototype's are of exchanges with the database alone,
// without a mail, on two cores. listmonk's are not measured here either; it keeps no ledger
// of each reader.
const (
	prototypeFreeze = "0.19 to 0.74 s a million"
	prototypeHold   = "last message after 22 to 80 ms"
	prototypeNext   = "16 to 193 ms"
	prototypeTally  = "14 to 16 ms"
	listmonk        = "1,958 a second"
)

// prototype is what its exchanges made, by the number of workers.
func prototype(workers int) string {
	return map[int]string{1: "25,700 a second, 25 µs, 224 B", 2: "37,100 a second, 28 µs, 231 B", 4: "51,500 a second, 24 µs, 233 B"}[workers]
}

const (
	workConnections = 8 // of each worker
	manyRanges      = 50_000
)

// BenchmarkWork sends the first tenth of a list of a million (BENCH_AUDIENCE for another
// number) with 1, 2 and 4 processes of workers, 100,000 at most with fewer than 4, to
// Postfix's smtp-sink: messages a second; processor time and write-ahead log a delivery on
// PostgreSQL, which syncs what it commits; and, of each 100,000 deliveries, the same again. It
// measures freezing the list, counting in 50,000 ranges, holding and releasing, too. All of
// it shares this machine's processors.
func BenchmarkWork(b *testing.B) {
	audience := setting("BENCH_AUDIENCE", 1_000_000)
	m := newMill(b, audience)
	for b.Loop() {
		m.row("", fmt.Sprintf("here, on %d cores for all of it", runtime.NumCPU()), "the prototype, without a mail")
		m.freezing()
		for _, workers := range []int{1, 2, 4} {
			most := audience / 10
			if workers < 4 {
				most = min(most, 100_000)
			}
			m.sending(workers, most)
		}
		m.row("listmonk, on a PostgreSQL of its own", "not measured here", listmonk)
		b.ReportMetric(0, "ns/op")
	}
}

// mill is a site on a server of its own, a list, and a sink.
type mill struct {
	*site
	*store.Store
	b        *testing.B
	program  string
	audience int
	db       *sql.DB // behind the store's back
	server   int     // PostgreSQL's first process
	issues   int     // so far
}

func newMill(b *testing.B, audience int) *mill {
	b.Helper()
	pg := &pgtest.Server{Settings: []string{
		"fsync=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=8GB", "checkpoint_timeout=15min",
	}}
	pg.Need(b)
	b.Cleanup(pg.Stop)
	address := pg.Fresh()
	m := &mill{b: b, audience: audience, program: built(b)}
	m.site = &site{t: b, dir: b.TempDir(), port: smtpSink(b), env: []string{"ROUNDUP_DATABASE=" + address}}
	m.fill(1)
	m.set("connections: 2", fmt.Sprintf("connections: %d", workConnections))
	var err error
	m.Store, err = postgres.Open(b.Context(), address, postgres.Options{Now: time.Now})
	m.must(err)
	b.Cleanup(func() { _ = m.Close() })
	m.db, err = postgres.Pool(address)
	m.must(err)
	b.Cleanup(func() { _ = m.db.Close() })
	var backend int
	m.must(m.db.QueryRow(`SELECT pg_backend_pid()`).Scan(&backend))
	m.server = processOf(backend).parent
	m.enlist(audience - 1)
	return m
}

// row prints a row of the table at once: a benchmark's own log is cut short.
func (m *mill) row(what, here, beside string) {
	fmt.Fprintf(os.Stdout, "%-46s %-66s %s\n", what, here, beside)
}

func (m *mill) must(err error) {
	m.b.Helper()
	if err != nil {
		m.b.Fatal(err)
	}
}

// smtpSink runs Postfix's, and returns its port.
func smtpSink(b *testing.B) int {
	b.Helper()
	program, err := exec.LookPath("/usr/sbin/smtp-sink")
	if err != nil {
		proof.Lack(b, "smtp-sink", "apt-get install postfix")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	address := l.Addr().(*net.TCPAddr)
	_ = l.Close()
	sink := exec.CommandContext(b.Context(), program, "-u", "nobody", address.String(), "128")
	if os.Geteuid() != 0 {
		sink.Args = []string{program, address.String(), "128"}
	}
	if err := sink.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = sink.Process.Kill()
		_ = sink.Wait()
	})
	answers(b, address.String())
	return address.Port
}

// enlist adds readers, all at once as no command would.
func (m *mill) enlist(n int) {
	m.b.Helper()
	began := time.Now()
	tx, err := m.db.Begin()
	m.must(err)
	for _, query := range []string{`
		SET LOCAL session_replication_role = replica -- what refers to what is known`, `
		INSERT INTO subscribers (public_id, email, key, hash, created_at)
		SELECT decode(md5(i::text), 'hex'), a, a, sha256(a::bytea), '2026-11-01T00:00:00.000Z'
		FROM generate_series(1, ` + strconv.Itoa(n) + `) i, concat('reader', i, '@d', i % 1000, '.example') a`, `
		INSERT INTO subscriptions (newsletter_id, subscriber_id, status, joined_at, changed_at)
		SELECT 1, id, 'active', created_at, created_at
		FROM subscribers
		ON CONFLICT DO NOTHING`,
	} {
		_, err := tx.Exec(query)
		m.must(err)
	}
	m.must(tx.Commit())
	_, err = m.db.Exec(`VACUUM (ANALYZE) subscribers, subscriptions`)
	m.must(err)
	var size string
	m.must(m.db.QueryRow(`SELECT pg_size_pretty(pg_database_size(current_database()))`).Scan(&size))
	m.row(wording.Thousands(n+1)+" readers written", fmt.Sprintf("%s, %s", time.Since(began).Round(time.Second), size), "")
}

// freezing starts an issue to the whole list, twice, and counts it.
func (m *mill) freezing() {
	m.b.Helper()
	for _, size := range []int{0, max(m.audience/manyRanges, 1)} {
		m.issues++
		lease, err := m.AcquireLease(m.b.Context(), "bench", storetest.Anna())
		m.must(err)
		draft := storetest.Draft()
		draft.Issue.Kind, draft.Issue.Slot, draft.Issue.UID, draft.RangeSize = digest.Extra, time.Time{}, fmt.Sprintf("%032x", m.issues), size
		began := time.Now()
		issue, err := m.StartIssue(m.b.Context(), lease, draft)
		m.must(err)
		if frozen := time.Since(began); size == 0 {
			m.row(wording.Thousands(m.audience)+" readers frozen", frozen.Round(time.Millisecond).String(), prototypeFreeze)
		} else {
			m.counted(issue)
		}
		m.must(m.CancelIssue(m.b.Context(), issue.Number, "", storetest.Anna()))
	}
}

func (m *mill) counted(issue digest.Issue) {
	m.b.Helper()
	var ranges int
	m.must(m.db.QueryRow(`SELECT count(*) FROM ranges WHERE issue_id = $1`, issue.ID).Scan(&ranges))
	_, err := m.Tally(m.b.Context(), issue.ID) // connects
	m.must(err)
	const times = 10
	began := time.Now()
	for range times {
		_, err := m.Tally(m.b.Context(), issue.ID)
		m.must(err)
	}
	m.row(wording.Thousands(ranges)+" ranges counted", (time.Since(began) / times).Round(100*time.Microsecond).String(), prototypeTally)
}

// sending has workers send an issue to so many, holds and releases it, and cancels it.
func (m *mill) sending(workers, most int) {
	m.b.Helper()
	m.issues++
	m.feedAnew(m.issues)
	issue := m.begin()
	var crew []*exec.Cmd
	for range workers {
		w := m.command("work", "--quiet")
		m.must(w.Start())
		crew = append(crew, w)
	}
	first := m.reach(issue, m.read(issue, crew).sent+1, crew, soon)
	last := first
	for next := first.sent; next < first.sent+most; {
		next += min(most, 100_000)
		now := m.reach(issue, next, crew, later)
		if most > 100_000 {
			m.row("  to "+wording.Thousands(now.sent), now.since(last), "")
		}
		last = now
	}
	m.row(fmt.Sprintf("%s sent by %d × %d connections", wording.Thousands(last.sent-first.sent), workers, workConnections), last.since(first), prototype(workers))
	m.holding(issue, crew)
	for _, w := range crew {
		m.must(w.Process.Signal(syscall.SIGTERM))
	}
	for _, w := range crew {
		m.must(w.Wait())
	}
	m.must(m.CancelIssue(m.b.Context(), issue.Number, "", storetest.Anna()))
}

// begin starts an issue as `send` does, and leaves it to workers.
func (m *mill) begin() digest.Issue {
	m.b.Helper()
	desk := m.command("send", "--now", "--yes", "--quiet")
	desk.Env = append(desk.Env, "ROUNDUP_SMTP_RATE=1")
	m.must(desk.Start())
	for {
		issues, err := m.UnderWay(m.b.Context())
		m.must(err)
		if len(issues) == 1 {
			m.must(desk.Process.Signal(syscall.SIGTERM))
			_ = desk.Wait() // it says that there is more to do
			return issues[0]
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// command is the built program's, in place of the tests' own.
func (m *mill) command(args ...string) *exec.Cmd {
	c := m.site.command(args...)
	c.Path, c.Err = m.program, nil
	return c
}

// holding holds an issue while it is sent, and releases it.
func (m *mill) holding(issue digest.Issue, crew []*exec.Cmd) {
	m.b.Helper()
	began := time.Now()
	m.must(m.HoldIssue(m.b.Context(), issue.Number, "", storetest.Anna()))
	for m.tally(issue).Held.Any() {
		time.Sleep(2 * time.Millisecond)
	}
	held := time.Since(began)
	sent := m.tally(issue).Sent
	began = time.Now()
	m.must(m.ReleaseIssue(m.b.Context(), issue.Number, "", storetest.Anna()))
	m.reach(issue, sent+1, crew, soon)
	m.row("  held: all ranges given back", held.Round(time.Millisecond).String(), prototypeHold)
	m.row("  released: the next message", time.Since(began).Round(time.Millisecond).String(), prototypeNext)
}

func (m *mill) tally(issue digest.Issue) delivery.Tally {
	m.b.Helper()
	t, err := m.Tally(m.b.Context(), issue.ID)
	m.must(err)
	return t
}

// reading is how far a send is, and what was used so far.
type reading struct {
	at              time.Time
	sent            int
	server, workers time.Duration // of processor
	wal             int64         // octets
}

// since is what a delivery took between two readings.
func (r reading) since(before reading) string {
	n := float64(r.sent - before.sent)
	return fmt.Sprintf("%.0f a second; PostgreSQL %.0f µs, %.0f B of log; workers %.0f µs", n/r.at.Sub(before.at).Seconds(),
		float64((r.server-before.server).Microseconds())/n, float64(r.wal-before.wal)/n, float64((r.workers-before.workers).Microseconds())/n)
}

// How often it is counted how much was sent: counting takes processor time, too.
const (
	soon  = 20 * time.Millisecond
	later = 500 * time.Millisecond
)

// reach waits until so many are sent.
func (m *mill) reach(issue digest.Issue, sent int, crew []*exec.Cmd, every time.Duration) reading {
	m.b.Helper()
	for {
		if t := m.tally(issue); t.Sent >= sent {
			return m.read(issue, crew)
		} else if t.Failed+t.Unknown+t.Deferred > 0 {
			m.b.Fatalf("not all is sent: %+v", t)
		}
		time.Sleep(every)
	}
}

func (m *mill) read(issue digest.Issue, crew []*exec.Cmd) reading {
	m.b.Helper()
	r := reading{at: time.Now(), sent: m.tally(issue).Sent}
	m.must(m.db.QueryRow(`SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint`).Scan(&r.wal))
	server := processOf(m.server)
	r.server = server.used + server.ended
	for _, one := range processes() {
		if one.parent == m.server {
			r.server += one.used
		}
	}
	for _, w := range crew {
		r.workers += processOf(w.Process.Pid).used
	}
	return r
}

// process is what the system says of one (proc_pid_stat(5)).
type process struct {
	parent      int
	used, ended time.Duration // of processor: its own, that of its children which ended
}

func processOf(pid int) (p process) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return p
	}
	_, after, _ := strings.Cut(string(text), ") ") // its name may have spaces
	fields := strings.Fields(after)
	number := func(at int) int {
		n, _ := strconv.Atoi(fields[at-3])
		return n
	}
	const tick = 10 * time.Millisecond
	p.parent = number(4)
	p.used = time.Duration(number(14)+number(15)) * tick
	p.ended = time.Duration(number(16)+number(17)) * tick
	return p
}

// processes are all of the machine.
func processes() (all []process) {
	paths, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range paths {
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		all = append(all, processOf(pid))
	}
	return all
}
