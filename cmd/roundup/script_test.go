package main

import (
	"context"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"roundup/internal/testing/dnstest"
	"roundup/internal/testing/pgtest"
	"roundup/internal/testing/smtptest"
)

func TestMain(m *testing.M) {
	testscript.Main(pgtest.Tests{M: m, Server: &server}, map[string]func(){
		"roundup": func() { os.Exit(int(start())) },
	})
}

// server is the PostgreSQL that scripts share; each has a schema of its own.
var server pgtest.Server

// TestScripts runs the real program as a person would, one script for each
// promise and command. Each script has a relay of its own at $SMTP_PORT and a
// web server for the files below $WORK/www at $WWW; `ready` writes a working
// configuration, database and list, of a newsletter whose readers' pages answer at $PAGES.
func TestScripts(t *testing.T) {
	t.Parallel()
	runScripts(t, nil, scripts(t, false)...)
}

// TestScriptsAtOnce runs those scripts in which something goes on beside something else: the race
// detector, with which a script takes three times as long, sees these alone (see the Makefile).
func TestScriptsAtOnce(t *testing.T) {
	t.Parallel()
	runScripts(t, nil, scripts(t, true)...)
}

var atOnce = regexp.MustCompile(`^(send|serve|unsubscribe|work)`)

// scripts names those that are, or are not, of things at once.
func scripts(t *testing.T, ofAtOnce bool) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "script", "*.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".txtar"); atOnce.MatchString(name) == ofAtOnce {
			names = append(names, name)
		}
	}
	return names
}

// everyScript has TestScriptsOnPostgres run all scripts, and not only those where several
// processes, or the server, matter.
var everyScript = flag.Bool("every-script", false, "run all scripts on PostgreSQL, too")

// TestScriptsOnPostgres runs the same scripts on a server's database, but for those that
// begin with [postgres] skip.
func TestScriptsOnPostgres(t *testing.T) {
	t.Parallel()
	server.Need(t)
	some := []string{"move", "postgres-away", "postgres-init", "send-interrupted", "serve-works-later", "unsubscribe-mid-send", "workers"}
	if *everyScript {
		some = nil
	}
	runScripts(t, server.Fresh, some...)
}

// runScripts runs some scripts, or all, each on a database of its own whose URL is at
// $ROUNDUP_DATABASE; without databases each makes a file.
func runScripts(t *testing.T, database func() string, some ...string) {
	t.Helper()
	dir, files := filepath.Join("testdata", "script"), []string(nil)
	for _, name := range some {
		files = append(files, filepath.Join(dir, name+".txtar"))
	}
	if len(files) > 0 {
		dir = ""
	}
	testscript.Run(t, testscript.Params{
		Dir:                 dir,
		Files:               files,
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			if database != nil {
				env.Setenv("ROUNDUP_DATABASE", database())
				env.Setenv("SPARE", database()) // where nothing is yet
			}
			return setupScript(env)
		},
		Condition: func(condition string) (bool, error) {
			if condition == "postgres" {
				return database != nil, nil
			}
			return scriptCondition(condition)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready":   cmdReady,
			"mta":     cmdMTA,
			"mails":   cmdMails,
			"mail":    cmdMail,
			"mailto":  cmdMailTo,
			"parts":   cmdParts,
			"picture": cmdPicture,
			"sizeof":  cmdSizeOf,
			"zip":     cmdZip,
			"http":    cmdHTTP,
			"waitfor": cmdWaitFor,
			"opens":   cmdOpens,
			"replace": cmdReplace,
			"feed":    cmdFeed,

			"leave":     cmdLeave,
			"ownpage":   cmdOwnPage,
			"post":      cmdPost,
			"writemail": cmdWriteMail,
			"mbox":      cmdMbox,
			"answer":    cmdAnswer,
			"bounce":    cmdBounce,
			"hook":      cmdHook,
			"handover":  cmdHandOver,
			"longfile":  cmdLongFile,
			"exits":     cmdExits,
			"signal":    cmdSignal,
			"ended":     cmdEnded,
			"dump":      cmdDump,
			"damage":    cmdDamage,
			"answers":   cmdAnswers,

			"postgres":    cmdPostgres,
			"dns":         cmdDNS,
			"verified":    cmdVerified,
			"returnpaths": cmdReturnPaths,
		},
	})
}

// scriptCondition answers [root]: the tests run as root.
func scriptCondition(condition string) (bool, error) {
	if condition == "root" {
		return os.Geteuid() == 0, nil
	}
	return false, fmt.Errorf("unknown condition %q", condition)
}

// scene is what a script has at its side.
type scene struct {
	mta       *smtptest.Server
	rules     *rules
	dns       *dnstest.Server // nil until something is published
	client    http.Client     // of the command http: a browser, with its cookies
	wire      *wire           // to the database's server; nil where it is reached directly
	signalled *exec.Cmd       // the program in the background that got a signal last
}

type sceneKey struct{}

func setupScript(env *testscript.Env) error {
	s := &scene{rules: &rules{}}
	var err error
	if s.client.Jar, err = cookiejar.New(nil); err != nil {
		return err
	}
	if s.mta, err = smtptest.New(relayOptions(s.rules)); err != nil {
		return err
	}
	env.Defer(func() {
		s.rules.clear() // who waits at a step goes on
		_ = s.mta.Close()
	})
	www := filepath.Join(env.WorkDir, "www")
	if err := os.MkdirAll(www, 0o755); err != nil {
		return err
	}
	pages := http.NewServeMux()
	pages.Handle("GET /", http.FileServer(http.Dir(www)))
	pages.Handle("POST /hook", hook(filepath.Join(env.WorkDir, "posted.jsonl")))
	server := httptest.NewServer(pages)
	env.Defer(server.Close)
	env.Values[sceneKey{}] = s
	answering, trust, err := startPages(env.WorkDir)
	if err != nil {
		return err
	}
	env.Defer(answering.Close)
	env.Vars = append(env.Vars, trust)
	env.Setenv("PAGES", answering.URL)
	env.Setenv("SMTP_PORT", strconv.Itoa(s.mta.Port()))
	env.Setenv("WWW", server.URL)
	for _, name := range []string{"WEB_PORT", "METRICS_PORT"} { // for `roundup serve`
		port, err := webPort()
		if err != nil {
			return err
		}
		env.Setenv(name, port)
	}
	env.Setenv("HOME", env.WorkDir)
	env.Setenv("TZ", "UTC")
	env.Setenv("GORACE", os.Getenv("GORACE"))
	return nil
}

// startPages answers, at an https address, as the readers' pages do to whom a mail leads
// there. The program trusts their certificate, which is written to a folder, by a variable of the environment.
func startPages(dir string) (server *httptest.Server, trust string, err error) {
	server = httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	file := filepath.Join(dir, "pages.pem")
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return server, "SSL_CERT_FILE=" + file, os.WriteFile(file, cert, 0o644)
}

// webPort is a port nobody listened on a moment ago.
func webPort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func sceneOf(ts *testscript.TestScript) *scene { return ts.Value(sceneKey{}).(*scene) }

// readyConfig is the configuration `ready` writes: for an address of the readers' pages and a relay's port.
const readyConfig = `newsletter:
  name: The Weekly
  site_url: https://magazine.example
  base_url: %s
  timezone: America/New_York
  postal_address: "The Weekly, 1 Main St, Springfield"
mail:
  from: "The Weekly <weekly@magazine.example>"
  return_path: bounces@magazine.example
  unsubscribe: leave@magazine.example
sources:
  - path: feed.xml
digest:
  subject: "{{ .Lead.Title }}"
  sections:
    - {title: Analysis, labels: [analysis], max: 3}
    - {title: Opinion, labels: [opinion], max: 2, overflow: next}
    - {title: Also this week, rest: true, max: 10}
  min_articles: 2
schedule:
  cron: "0 7 * * FRI"
delivery:
  wait: 0s
smtp:
  host: 127.0.0.1
  port: %s
  tls: none
  connections: 2
fetch:
  allow_private: true
`

// cmdReady writes roundup.yaml and a feed, creates the database and adds n
// readers (3 without an argument): r1@readers.example and so on. The calendar is
// at ROUNDUP_CLOCK, so the feed's dates are before it.
func cmdReady(ts *testscript.TestScript, _ bool, args []string) {
	n := 3
	if len(args) > 0 {
		var err error
		n, err = strconv.Atoi(args[0])
		ts.Check(err)
	}
	write(ts, "roundup.yaml", fmt.Sprintf(readyConfig, ts.Getenv("PAGES"), ts.Getenv("SMTP_PORT")))
	writeFeed(ts, "feed.xml", clockOf(ts), 4)
	ts.Check(ts.Exec("roundup", "init"))
	var list strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&list, "r%d@readers.example\n", i)
	}
	write(ts, "readers.txt", list.String())
	ts.Check(ts.Exec("roundup", "subscribers", "import", "--status", "active", "readers.txt"))
}

func clockOf(ts *testscript.TestScript) time.Time {
	if c := ts.Getenv("ROUNDUP_CLOCK"); c != "" {
		t, err := time.Parse(time.RFC3339, c)
		ts.Check(err)
		return t
	}
	return time.Now()
}

func write(ts *testscript.TestScript, name, text string) {
	ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
}

// cmdFeed is `feed FILE N [FROM]`: a feed of N articles numbered from FROM,
// dated in the hours before the script's clock, alternately Analysis and Opinion.
func cmdFeed(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: feed FILE N [FROM]")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	from := 1
	if len(args) > 2 {
		from, err = strconv.Atoi(args[2])
		ts.Check(err)
	}
	writeFeedFrom(ts, args[0], clockOf(ts), from, n)
}

func writeFeed(ts *testscript.TestScript, name string, now time.Time, n int) {
	writeFeedFrom(ts, name, now, 1, n)
}

func writeFeedFrom(ts *testscript.TestScript, name string, now time.Time, from, n int) {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Magazine</title><link>https://magazine.example/</link>\n")
	for i := from; i < from+n; i++ {
		label := []string{"Opinion", "Analysis"}[i%2]
		fmt.Fprintf(&b, "<item><title>Article %d</title><link>https://magazine.example/a/%d</link><guid>a-%d</guid>"+
			"<description>The dek of article %d.</description><category>%s</category><pubDate>%s</pubDate></item>\n",
			i, i, i, i, label, now.Add(-time.Duration(from+n-i)*time.Hour).Format(time.RFC1123Z))
	}
	b.WriteString("</channel></rss>\n")
	write(ts, name, b.String())
}

// cmdHTTP is `http METHOD URL STATUS [FILE]`: the answer has this status; its
// body is written to FILE.
func cmdHTTP(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: http METHOD URL STATUS [FILE]")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	var body io.Reader
	if args[0] == http.MethodPost {
		body = strings.NewReader("List-Unsubscribe=One-Click")
	}
	req, err := http.NewRequestWithContext(ctx, args[0], args[1], body)
	ts.Check(err)
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := sceneOf(ts).client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	ts.Check(err)
	if strconv.Itoa(res.StatusCode) != args[2] {
		ts.Fatalf("%s %s: got %d, want %s: %s", args[0], args[1], res.StatusCode, args[2], got)
	}
	if len(args) > 3 {
		write(ts, args[3], string(got))
	}
}

// cmdWaitFor is `waitfor URL`, which answers at all, `waitfor mails N`, or
// `waitfor file NAME`, which is there.
func cmdWaitFor(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if len(args) == 2 && args[0] == "mails" {
		n, err := strconv.Atoi(args[1])
		ts.Check(err)
		ts.Check(sceneOf(ts).mta.WaitMails(ctx, n))
		return
	}
	there := func() error {
		if len(args) == 2 && args[0] == "file" {
			_, err := os.Stat(ts.MkAbs(args[1]))
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, args[0], nil)
		ts.Check(err)
		res, err := http.DefaultClient.Do(req)
		if err == nil {
			_ = res.Body.Close()
		}
		return err
	}
	for {
		err := there()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s never answered: %v", args[0], err)
		case <-time.After(20 * time.Millisecond): // a poll for another process, bounded by ctx
		}
	}
}

// cmdOpens is `opens FILE`: it waits until a preview has printed its address into
// FILE, opens it, and sets $PREVIEW to where the page then is, without a slash.
func cmdOpens(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: opens FILE")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	address := ""
	for address == "" {
		text, err := os.ReadFile(ts.MkAbs(args[0]))
		if _, rest, ok := strings.Cut(string(text), "Preview at "); err == nil && ok {
			address, _, _ = strings.Cut(rest, " ")
			continue
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s holds no address: %s", args[0], text)
		case <-time.After(20 * time.Millisecond): // a poll for another process, bounded by ctx
		}
	}
	cmdHTTP(ts, false, []string{http.MethodGet, address, "200"})
	page, _, _ := strings.Cut(address, "?")
	ts.Setenv("PREVIEW", strings.TrimSuffix(page, "/"))
}

// cmdReplace is `replace FILE OLD NEW`; OLD must be there.
func cmdReplace(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	unquote := strings.NewReplacer(`\n`, "\n")
	if !strings.Contains(text, unquote.Replace(args[1])) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	write(ts, args[0], strings.ReplaceAll(text, unquote.Replace(args[1]), unquote.Replace(args[2])))
}
