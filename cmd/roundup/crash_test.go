package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundup/cmd/roundup/app"
	"roundup/internal/asjson"
	"roundup/internal/testing/smtptest"
)

// site is a working installation in a folder of its own.
type site struct {
	t    testing.TB
	dir  string
	mta  *smtptest.Server
	port int
	env  []string // besides the tests' own
}

// newSite writes a configuration, a feed and a list of n readers.
func newSite(t testing.TB, n int, o smtptest.Options) *site {
	t.Helper()
	mta := smtptest.Start(t, o)
	s := &site{t: t, dir: t.TempDir(), mta: mta, port: mta.Port()}
	s.fill(n)
	return s
}

func (s *site) fill(n int) {
	s.t.Helper()
	var list, feed strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&list, "r%d@readers.example\n", i)
	}
	feed.WriteString("<rss version=\"2.0\"><channel><title>Magazine</title><link>https://magazine.example/</link>")
	for i := 1; i <= 4; i++ {
		fmt.Fprintf(&feed, "<item><title>Artikel %d – ü</title><link>https://magazine.example/a/%d</link><guid>%d</guid><description>Dek %d, “quoted”.</description><category>Analysis</category><pubDate>%s</pubDate></item>",
			i, i, i, i, time.Now().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z))
	}
	feed.WriteString("</channel></rss>")
	for name, text := range map[string]string{
		"roundup.yaml": s.config(), "feed.xml": feed.String(), "readers.txt": list.String(),
	} {
		if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o600); err != nil {
			s.t.Fatal(err)
		}
	}
	s.must("init")
	s.must("subscribers", "import", "--status", "active", "readers.txt")
}

// config is the configuration that `ready` writes, with pages that answer.
func (s *site) config() string {
	s.t.Helper()
	pages, trust, err := startPages(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(pages.Close)
	s.env = append(s.env, trust)
	return fmt.Sprintf(readyConfig, pages.URL, strconv.Itoa(s.port))
}

// command is the real program as a process of its own.
func (s *site) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(s.t.Context(), "roundup", args...)
	cmd.Dir = s.dir
	cmd.Env = s.environ()
	return cmd
}

// environ is the environment of the program, however it is run.
func (s *site) environ(more ...string) []string { return slices.Concat(os.Environ(), s.env, more) }

// run runs a command to its end and returns its exit code and output.
func (s *site) run(args ...string) (int, string) {
	s.t.Helper()
	out, err := s.command(args...).CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), string(out)
	}
	if err != nil {
		s.t.Fatalf("roundup %q: %v", args, err)
	}
	return 0, string(out)
}

func (s *site) must(args ...string) string {
	s.t.Helper()
	code, out := s.run(args...)
	if code != 0 {
		s.t.Fatalf("roundup %q: exit %d: %s", args, code, out)
	}
	return out
}

// deliveries is the ledger of issue 1, as the program prints it.
func (s *site) deliveries() map[string]asjson.Delivery {
	s.t.Helper()
	out, err := s.command("deliveries", "1", "--json").Output()
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]asjson.Delivery{}
	for line := range strings.Lines(string(out)) {
		var d asjson.Delivery
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			s.t.Fatal(err)
		}
		all[d.Email] = d
	}
	return all
}

func (s *site) started() bool {
	s.t.Helper()
	out, err := s.command("issues", "list", "--json").Output()
	if err != nil {
		s.t.Fatal(err)
	}
	return len(out) > 0
}

// copies counts what the relay accepted, by reader, and checks that every copy
// of a reader's carries the same Message-ID.
func (s *site) copies() map[string]int {
	s.t.Helper()
	n, ids := map[string]int{}, map[string]string{}
	for _, m := range s.mta.Mails() {
		to := m.To[0]
		n[to]++
		parsed, err := mail.ReadMessage(bytes.NewReader(m.Data))
		if err != nil {
			s.t.Fatal(err)
		}
		id := parsed.Header.Get("Message-ID")
		if id == "" || (ids[to] != "" && ids[to] != id) {
			s.t.Errorf("%s: Message-IDs %q and %q", to, ids[to], id)
		}
		ids[to] = id
	}
	return n
}

// TestKilledAtRandomMoments kills the real process again and again until an
// issue of 200 readers is finished, then compares what the relay accepted with
// the ledger: nobody missing, nobody double beyond promise 2.
func TestKilledAtRandomMoments(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a crash test takes seconds")
	}
	const readers, connections = 200, 2
	s := newSite(t, readers, smtptest.Options{RoundTrip: time.Millisecond})
	r := rand.New(rand.NewPCG(2, 200))
	kills := 0
	for round := 0; ; round++ {
		if round > 200 {
			t.Fatal("the issue is not finished after 200 runs")
		}
		args := []string{"send", "--no-fetch"}
		if !s.started() {
			args = []string{"send", "--now", "--yes"}
		}
		if code, killed := s.killedRun(r, args); killed {
			kills++
		} else if code == 0 {
			break
		} else if code != int(app.ExitRunMore) {
			t.Fatalf("round %d: exit %d", round, code)
		}
	}
	if kills < 5 {
		t.Errorf("only %d kills: the test tests nothing", kills)
	}
	s.account(readers, 2*connections*kills)
	t.Logf("%d kills", kills)
}

// account compares the ledger with what the relay accepted: every reader got
// the mail or is unknown and named in the report; at most doubtful deliveries
// are unknown, and at most so many copies are extra.
func (s *site) account(readers, doubtful int) {
	s.t.Helper()
	ledger, copies, report := s.deliveries(), s.copies(), s.must("report")
	double, unknown := 0, 0
	for i := 1; i <= readers; i++ {
		email := fmt.Sprintf("r%d@readers.example", i)
		d := ledger[email]
		switch {
		case d.State == "unknown":
			unknown++
			if !strings.Contains(report, email) {
				s.t.Errorf("%s is unknown and the report does not say so", email)
			}
		case d.State != "sent":
			s.t.Errorf("%s: ledger says %q, want sent", email, d.State)
		case copies[email] == 0:
			s.t.Errorf("%s was missed: the ledger says %+v", email, d)
		}
		if copies[email] > 1 && !strings.Contains(report, email) {
			s.t.Errorf("%s has %d copies and the report does not say so", email, copies[email])
		}
		double += max(0, copies[email]-1)
	}
	if double > doubtful || unknown > doubtful {
		s.t.Errorf("%d extra copies and %d unknown, at most %d are allowed", double, unknown, doubtful)
	}
	if len(ledger) != readers {
		s.t.Errorf("the ledger has %d readers, want %d", len(ledger), readers)
	}
	if v := s.mta.Violations(); len(v) > 0 {
		s.t.Errorf("the dialogue broke the standards: %q", v)
	}
	s.t.Logf("%d extra copies, %d unknown, of at most %d", double, unknown, doubtful)
}

// killedRun starts a run and kills it when the relay has kept a few mails more,
// unless it ends before.
func (s *site) killedRun(r *rand.Rand, args []string) (code int, killed bool) {
	s.t.Helper()
	cmd := s.command(args...)
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	enough := make(chan struct{})
	go func() {
		if s.mta.WaitMails(ctx, s.mta.Kept()+1+r.IntN(25)) == nil {
			close(enough)
		}
	}()
	select {
	case <-enough:
		_ = cmd.Process.Kill() // it may have ended this very moment
		err := <-ended
		if cmd.ProcessState.Exited() {
			return cmd.ProcessState.ExitCode(), false
		}
		return 0, err != nil
	case <-ended:
		return cmd.ProcessState.ExitCode(), false
	}
}
