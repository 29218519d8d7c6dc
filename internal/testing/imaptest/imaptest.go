// Package imaptest gives tests an IMAP server of their own: Debian's Dovecot, on a port of
// loopback, over a maildir in a temporary folder, gone with the test that started it. It must
// not be used outside tests. Start reading in Start.
package imaptest

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// User and Password are the login of the one mailbox there is.
const (
	User     = "bounces"
	Password = "hunter2"
)

// Server is a Dovecot with one user.
type Server struct {
	Port    int
	Maildir string // the user's INBOX; its other mailboxes are in it, as ".Processed"
}

const settings = `base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = %[2]s
default_internal_group = %[3]s
default_login_user = %[2]s
mail_location = maildir:%[4]s
first_valid_uid = 1
first_valid_gid = 1
service imap-login {
  chroot =
  inet_listener imap {
    address = 127.0.0.1
    port = %[5]d
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
namespace inbox {
  inbox = yes
  prefix = %[9]s
}
passdb {
  driver = static
  args = password=%[6]s
}
userdb {
  driver = static
  args = uid=%[7]s gid=%[8]s home=%[1]s/home allow_all_users=yes
}
`

// Start starts Dovecot over a maildir, which a user owns; "" is a new maildir, of whoever
// Dovecot may run as. The test is skipped where there is no Dovecot, and fails where
// ROUNDUP_REQUIRE asks for it.
func Start(t testing.TB, maildir, owner string) *Server {
	t.Helper()
	return StartBelow(t, "", maildir, owner)
}

// StartBelow is Start with a prefix, such as "INBOX.", of the names of all mailboxes.
func StartBelow(t testing.TB, prefix, maildir, owner string) *Server {
	t.Helper()
	program, err := exec.LookPath("dovecot")
	switch {
	case err != nil:
		lack(t, "dovecot is not installed (apt-get install dovecot-imapd)")
	case os.Getuid() != 0:
		lack(t, "dovecot must be started as root")
	}
	if owner == "" {
		owner = "dovecot"
	}
	as, err := user.Lookup(owner)
	if err != nil {
		lack(t, err.Error())
	}
	folder, err := os.MkdirTemp("", "imaptest") // others than root must reach it
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	s := &Server{Port: freePort(t), Maildir: maildir}
	if s.Maildir == "" {
		s.Maildir = filepath.Join(folder, "mail")
	}
	for _, sub := range []string{filepath.Join(folder, "home"), s.Maildir} {
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command("chown", "-R", as.Uid+":"+as.Gid, sub).CombinedOutput(); err != nil {
			t.Fatalf("chown: %v: %s", err, out)
		}
	}
	group, err := user.LookupGroupId(lookup(t, "dovecot").Gid)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(settings, folder, "dovecot", group.Name, s.Maildir, s.Port, Password, as.Uid, as.Gid, prefix)
	file := filepath.Join(folder, "dovecot.conf")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s.run(t, program, file)
	return s
}

func lookup(t testing.TB, name string) *user.User {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		lack(t, err.Error())
	}
	return u
}

func lack(t testing.TB, why string) {
	t.Helper()
	if strings.Contains(os.Getenv("ROUNDUP_REQUIRE"), "dovecot") {
		t.Fatalf("dovecot is required here: %s", why)
	}
	t.Skip(why)
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// run runs Dovecot in the foreground until the test ends.
func (s *Server) run(t testing.TB, program, file string) {
	t.Helper()
	var said bytes.Buffer
	cmd := exec.Command(program, "-F", "-c", file)
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is told to end
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		<-ended
		if t.Failed() {
			t.Logf("dovecot: %s", said.String())
		}
	})
	for deadline := time.Now().Add(30 * time.Second); ; {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.Port))
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-ended:
			t.Fatalf("dovecot ended: %v: %s", cmd.ProcessState, said.String())
		case <-time.After(50 * time.Millisecond): // a poll for another process, bounded
		}
		if time.Now().After(deadline) {
			t.Fatal("dovecot does not answer")
		}
	}
}
