package main

import (
	"fmt"
	"net/smtp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"roundup/internal/testing/imaptest"
)

// Two readers' mails are taken and come back: there is no such user. What comes back, and
// what else is sent to the return path, goes a way of its own in each test.
const bouncingMain = `recipient_delimiter = +
minimal_backoff_time = 3s
maximal_backoff_time = 3s
queue_run_delay = 1s
smtpd_reject_unlisted_recipient = no
transport_maps = inline:{ { nobody@readers.example = virtual: } %s }
virtual_mailbox_domains = readers.example, magazine.example
virtual_mailbox_maps = inline:{ { r1@readers.example = all/ }, { @magazine.example = bounces/ } }
`

// bouncing is a site whose issue went out through Postfix, to a reader who reads it and to
// two who do not exist.
type bouncing struct {
	*site
	p   *postfix
	run func(args ...string) string // a command, which must end well
}

// setUp starts Postfix with a way for what comes back, and writes the site.
func setUp(t *testing.T, route, master string) *bouncing {
	t.Helper()
	p := startPostfix(t, fmt.Sprintf(bouncingMain, route), master)
	b := &bouncing{site: &site{t: t, dir: t.TempDir(), port: p.port}, p: p}
	b.fill(1)
	b.write("more.txt", "gone@readers.example\nlost@readers.example\n")
	b.must("subscribers", "import", "--status", "active", "more.txt")
	b.run = b.must
	return b
}

// send sends the issue, and a vacation mail to the return path.
func (b *bouncing) send() {
	b.t.Helper()
	b.run("send", "--now", "--yes")
	vacation := "From: r1@readers.example\r\nTo: bounces@magazine.example\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
	if err := smtp.SendMail(fmt.Sprintf("127.0.0.1:%d", b.p.port), nil, "r1@readers.example", []string{"bounces@magazine.example"}, []byte(vacation)); err != nil {
		b.t.Fatal(err)
	}
}

// arrives waits until n mails came for the return path.
func (b *bouncing) arrives(n int) string {
	b.t.Helper()
	box := filepath.Join(b.p.boxes, "bounces")
	b.until(fmt.Sprintf("%d mails for the return path", n), func() bool {
		files, err := filepath.Glob(filepath.Join(box, "new", "*"))
		return err == nil && len(files) >= n
	})
	return box
}

func (b *bouncing) until(what string, so func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(60 * time.Second); !so(); {
		if time.Now().After(deadline) {
			b.t.Fatalf("there are not %s", what)
		}
		time.Sleep(100 * time.Millisecond) // a poll for other processes, bounded
	}
}

func (b *bouncing) suppressed(n int) bool {
	return strings.Count(b.run("suppressions", "list", "--json"), "\n") == n
}

// judge holds what follows: who does not exist is suppressed, once, and the report says so;
// who is away is not.
func (b *bouncing) judge() {
	b.t.Helper()
	list := b.run("suppressions", "list", "--json")
	for _, want := range []string{`"email":"gone@readers.example","reason":"hard_bounce"`, `"email":"lost@readers.example","reason":"hard_bounce"`} {
		if strings.Count(list, want) != 1 {
			b.t.Errorf("suppressed: %s, want %s once", list, want)
		}
	}
	if strings.Contains(list, "r1@") {
		b.t.Errorf("who is away is suppressed: %s", list)
	}
	if history := b.run("history", "gone@readers.example"); strings.Count(history, "bounced: hard: user_unknown") != 1 {
		b.t.Errorf("history: %s", history)
	}
	if report := b.run("report", "1"); !strings.Contains(report, "What came back:") || !strings.Contains(report, "  2        hard") {
		b.t.Errorf("report: %s", report)
	}
}

func TestBouncesOfPostfix(t *testing.T) {
	t.Parallel()
	t.Run("maildir", func(t *testing.T) {
		t.Parallel()
		b := setUp(t, "", "")
		b.send()
		box := b.arrives(3)
		b.run("bounces", "read", box)
		b.run("bounces", "read", box)
		b.judge()
	})
	t.Run("pipe", func(t *testing.T) {
		t.Parallel()
		folder := outside(t)
		script := filepath.Join(folder, "read")
		b := setUp(t, ", { magazine.example = roundup: }", "roundup unix - n n - 1 pipe flags=DRhu user=nobody argv="+script+"\n")
		const nobody = 65534
		program := b.lend(nobody, false)
		text := fmt.Sprintf("#!/bin/sh\n%s --config %s/piped.yaml --quiet bounces read -\ncode=$?\necho $code >>%s/codes\nexit $code\n", program, b.dir, folder)
		if err := os.WriteFile(filepath.Join(folder, "codes"), nil, 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(folder, "codes"), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(script, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		b.run = func(args ...string) string {
			t.Helper()
			cmd := exec.CommandContext(t.Context(), program, args...)
			cmd.Dir, cmd.Env = b.dir, b.environ()
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
			var stderr strings.Builder
			cmd.Stderr = &stderr // apart: a binary built for coverage warns there
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("%q: %v: %s%s", args, err, out, &stderr)
			}
			return string(out)
		}
		b.send()
		// Until the configuration can be read, Postfix keeps what came back.
		b.until("three tries", func() bool {
			codes, err := os.ReadFile(filepath.Join(folder, "codes"))
			return err == nil && strings.Count(string(codes), "75\n") >= 3
		})
		if err := os.WriteFile(filepath.Join(b.dir, "piped.yaml"), []byte(b.read("roundup.yaml")), 0o644); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if codes, err := os.ReadFile(filepath.Join(folder, "codes")); t.Failed() {
				t.Logf("ended with %q %v", codes, err)
			}
		})
		b.until("two suppressions", func() bool { return b.suppressed(2) })
		b.judge()
	})
	t.Run("LMTP", func(t *testing.T) {
		t.Parallel()
		socket := filepath.Join(outside(t), "s")
		b := setUp(t, ", { magazine.example = lmtp:unix:"+socket+" }", "lmtp unix - - n - - lmtp\n")
		config := strings.Replace(b.read("roundup.yaml"), "mail:\n", "mail:\n  verp: true\n", 1)
		b.write("roundup.yaml", fmt.Sprintf("%sbounces:\n  listen: lmtp:%s\nweb:\n  listen: 127.0.0.1:0\n", config, socket))
		stop := b.serve()
		b.until("a listener", func() bool { _, err := os.Stat(socket); return err == nil })
		b.send()
		b.until("two suppressions", func() bool { return b.suppressed(2) })
		stop()
		b.judge()
	})
	t.Run("IMAP", func(t *testing.T) {
		t.Parallel()
		b := setUp(t, "", "")
		box := filepath.Join(b.p.boxes, "bounces")
		d := imaptest.Start(t, box, "postfix")
		b.write("roundup.yaml", b.read("roundup.yaml")+fmt.Sprintf(
			"bounces:\n  imap: {host: 127.0.0.1, port: %d, tls: none, username: %s, password: %s, interval: 1s}\nweb:\n  listen: 127.0.0.1:0\n",
			d.Port, imaptest.User, imaptest.Password))
		b.send()
		b.arrives(3)
		if out := b.run("bounces", "fetch"); !strings.Contains(out, "3 mails: 3 understood, to Processed, 0 not understood, to Unknown.") {
			t.Errorf("fetch: %s", out)
		}
		if out := b.run("bounces", "fetch"); !strings.Contains(out, "0 mails") {
			t.Errorf("again: %s", out)
		}
		b.judge()
		if out := b.run("check", "--offline"); !strings.Contains(out, "can be read: 0 mails in it") {
			t.Errorf("check: %s", out)
		}
		// The daemon reads it, too; ordinary mail is for a person.
		stop := b.serve()
		if err := smtp.SendMail(fmt.Sprintf("127.0.0.1:%d", b.p.port), nil, "r1@readers.example", []string{"bounces@magazine.example"}, []byte("Subject: I like it\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		b.until("a mail in Unknown", func() bool {
			files, err := filepath.Glob(filepath.Join(box, ".Unknown", "*", "*.*,*"))
			return err == nil && len(files) == 1
		})
		stop()
	})
}

// serve runs the daemon until it is told to stop.
func (b *bouncing) serve() (stop func()) {
	b.t.Helper()
	serve := b.command("serve", "--quiet")
	var said strings.Builder
	serve.Stdout, serve.Stderr = &said, &said
	if err := serve.Start(); err != nil {
		b.t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		_ = serve.Process.Signal(os.Interrupt)
		if err := serve.Wait(); err != nil {
			b.t.Errorf("serve: %v: %s", err, said.String())
		}
	}
	b.t.Cleanup(stop)
	return stop
}

// outside is a folder that other users reach.
func outside(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "roundup-bounces")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	return folder
}
