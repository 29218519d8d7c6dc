package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-message/mail"
)

// required reports whether a tool may not be missing here (CI says so).
func required(tool string) bool {
	return strings.Contains(os.Getenv("ROUNDUP_REQUIRE"), tool)
}

// lack skips a test for want of a tool, or fails it where the tool is required.
func lack(t *testing.T, tool, why string) {
	t.Helper()
	if required(tool) {
		t.Fatalf("%s is required here: %s", tool, why)
	}
	t.Skipf("no %s to test against: %s", tool, why)
}

// postfix is a Postfix of the test's own, on a port of loopback, that delivers
// everything for readers.example to maildirs.
type postfix struct {
	port  int
	boxes string
}

const postfixMain = `compatibility_level = 3.6
queue_directory = %[1]s/spool
data_directory = %[1]s/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mta.test
mydestination =
inet_interfaces = 127.0.0.1
mynetworks = 127.0.0.0/8
maillog_file = /dev/stdout
maillog_file_prefixes = /dev
virtual_mailbox_domains = readers.example
virtual_mailbox_base = %[1]s/boxes
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:%[2]s
virtual_gid_maps = static:%[3]s
smtpd_relay_restrictions = permit_mynetworks, reject
smtputf8_enable = yes
`

const postfixMaster = `127.0.0.1:%d inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`

// startPostfix starts it; more is what main.cf has besides, then what master.cf has.
func startPostfix(t *testing.T, more ...string) *postfix {
	t.Helper()
	more = append(more, "", "")
	if os.Getuid() != 0 {
		lack(t, "postfix", "it must be started as root")
	}
	binary, err := exec.LookPath("postfix")
	if err != nil {
		lack(t, "postfix", "apt-get install postfix")
	}
	dir, err := os.MkdirTemp("", "roundup-postfix") // t.TempDir is private; Postfix's own user must reach it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	p := &postfix{port: freePort(t), boxes: filepath.Join(dir, "boxes")}
	for _, sub := range []string{"conf", "spool", "data", "boxes"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	uid, gid := idOf(t, "-u"), idOf(t, "-g")
	for _, sub := range []string{"data", "boxes"} {
		if out, err := exec.CommandContext(t.Context(), "chown", uid+":"+gid, filepath.Join(dir, sub)).CombinedOutput(); err != nil {
			t.Fatalf("chown: %v: %s", err, out)
		}
	}
	conf := filepath.Join(dir, "conf")
	for name, text := range map[string]string{
		"main.cf":   overridden(fmt.Sprintf(postfixMain, dir, uid, gid), more[0]),
		"master.cf": fmt.Sprintf(postfixMaster, p.port) + more[1],
	} {
		if err := os.WriteFile(filepath.Join(conf, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p.start(t, binary, conf)
	return p
}

// overridden is settings with more, which take the place of those of their names.
func overridden(settings, more string) string {
	for line := range strings.Lines(more) {
		name, _, _ := strings.Cut(line, "=")
		settings = regexp.MustCompile(`(?m)^`+regexp.QuoteMeta(strings.TrimSpace(name))+` =.*\n`).ReplaceAllString(settings, "")
	}
	return settings + more
}

// start runs Postfix in the foreground until the test ends.
func (p *postfix) start(t *testing.T, binary, conf string) {
	t.Helper()
	var log bytes.Buffer
	cmd := exec.Command(binary, "-c", conf, "start-fg")
	cmd.Stdout, cmd.Stderr = &log, &log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = exec.Command(binary, "-c", conf, "stop").Run()
		select {
		case <-ended:
		case <-time.After(time.Minute): // one that never got ready is not told to stop
			_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
			<-ended
		}
		if t.Failed() {
			lines := strings.Split(log.String(), "\n")
			t.Logf("postfix, the end of its log: %s", strings.Join(lines[max(0, len(lines)-30):], "\n"))
		}
	})
	for deadline := time.Now().Add(3 * time.Minute); ; {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", p.port))
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("postfix ended: %v: %s", err, log.String())
		case <-time.After(50 * time.Millisecond): // a poll for another process, bounded
		}
		if time.Now().After(deadline) {
			t.Fatalf("postfix does not answer: %s", log.String())
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func idOf(t *testing.T, flag string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "id", flag, "postfix").Output()
	if err != nil {
		lack(t, "postfix", "there is no user postfix")
	}
	return strings.TrimSpace(string(out))
}

// arrived returns the mails in the maildir once there are n.
func (p *postfix) arrived(t *testing.T, n int) []string {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Minute); ; {
		files, err := filepath.Glob(filepath.Join(p.boxes, "all", "new", "*"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) >= n {
			return files
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d mails arrived, want %d", len(files), n)
		}
		time.Sleep(50 * time.Millisecond) // a poll for another process, bounded
	}
}

// TestThroughPostfix sends an issue to Debian's Postfix, which delivers it to a
// maildir, and compares what arrived, read by another parser, with the preview
// each reader had.
func TestThroughPostfix(t *testing.T) {
	t.Parallel()
	p := startPostfix(t)
	s := &site{t: t, dir: t.TempDir(), port: p.port}
	const readers = 5
	s.fill(readers)
	want := map[string][2]string{}
	for i := 1; i <= readers; i++ {
		email := fmt.Sprintf("r%d@readers.example", i)
		out := filepath.Join(s.dir, email)
		s.must("preview", "--as", email, "--at", time.Now().Format(time.RFC3339), "--out", out)
		want[email] = [2]string{read(t, filepath.Join(out, "issue.txt")), read(t, filepath.Join(out, "issue.html"))}
	}
	s.must("send", "--now", "--yes")
	for _, file := range p.arrived(t, readers) {
		compare(t, file, want)
	}
	if len(want) > 0 {
		t.Errorf("no mail arrived for %d readers", len(want))
	}
}

// leaveToken is the link to leave by: a preview's only says that it is a test.
var leaveToken = regexp.MustCompile(`/u/[0-9A-Za-z_-]+`)

// compare checks one mail as it arrived and takes its reader off want.
func compare(t *testing.T, file string, want map[string][2]string) {
	t.Helper()
	raw := read(t, file)
	m, err := mail.CreateReader(strings.NewReader(raw))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	to := m.Header.Get("Delivered-To")
	expected, ok := want[to]
	if !ok {
		t.Errorf("%s: a mail nobody waits for, or a second one", to)
		return
	}
	delete(want, to)
	var got []string
	for {
		part, err := m.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", to, err)
		}
		body, err := io.ReadAll(part.Body)
		if err != nil {
			t.Fatalf("%s: %v", to, err)
		}
		got = append(got, string(body))
	}
	if len(got) != 2 {
		t.Fatalf("%s: %d parts, want text and HTML", to, len(got))
	}
	for i, name := range []string{"text", "HTML"} {
		g := leaveToken.ReplaceAllString(unixLines(got[i]), "/u/TOKEN")
		if w := leaveToken.ReplaceAllString(unixLines(expected[i]), "/u/TOKEN"); g != w {
			t.Errorf("%s: the %s that arrived differs from the preview:\n%s\n---\n%s", to, name, g, w)
		}
	}
	for header, wanted := range map[string]string{
		"Return-Path":           "<bounces@magazine.example>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
		"List-Id":               "magazine.example>",
		"List-Unsubscribe":      "<https://127.0.0.1:",
	} {
		if g := m.Header.Get(header); !strings.Contains(g, wanted) {
			t.Errorf("%s: %s is %q, want %q in it", to, header, g, wanted)
		}
	}
	for i, line := range strings.Split(raw, "\n") {
		if len(line) > 998 {
			t.Errorf("%s: line %d has %d octets", to, i+1, len(line))
		}
	}
}

func unixLines(s string) string {
	return strings.TrimRight(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
