// Package pgtest gives tests a PostgreSQL server of their own: Debian's, on a socket in
// a temporary folder, gone with the tests that started it. It must not be used outside
// tests. Start reading in Server.
package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// errMissing says that there is no PostgreSQL to start.
var errMissing = errors.New("PostgreSQL is not installed (apt-get install postgresql)")

// Server is a server that starts when the first test asks for a database. The zero value
// is ready; Tests stop it at the end.
type Server struct {
	// Settings are in place of the server's own, as "fsync=on": it is quick, and not safe.
	Settings []string

	once   sync.Once
	err    error
	folder string

	programs string    // the folder of PostgreSQL's own
	alive    io.Closer // closing it, or dying, ends the server
	ended    chan struct{}
	end      error        // why, once it has ended
	said     bytes.Buffer // by it; to be read then
	given    atomic.Int64
}

// Tests are those of a package that share a server, which ends with them: TestMain runs
// them, and none of them stops it.
type Tests struct {
	*testing.M
	Server *Server
}

// Run runs the tests, stops the server, and returns their exit code.
func (t Tests) Run() int {
	defer t.Server.Stop()
	return t.M.Run()
}

// URL is the address of a schema of the test's own, which does not exist yet. The test
// is skipped where there is no PostgreSQL, and fails where ROUNDUP_REQUIRE asks for it.
func (s *Server) URL(t testing.TB) string {
	t.Helper()
	s.Need(t)
	return s.Fresh()
}

// Fresh is the address of another such schema, once the server has started.
func (s *Server) Fresh() string {
	query := url.Values{"host": {s.folder}, "search_path": {fmt.Sprintf("test_%d", s.given.Add(1))}}
	return "postgres://roundup@/postgres?" + query.Encode()
}

// Tool is where one of PostgreSQL's own programs is, once the server has started.
func (s *Server) Tool(name string) string { return filepath.Join(s.programs, name) }

// Need starts the server, or skips the test as URL does.
func (s *Server) Need(t testing.TB) {
	t.Helper()
	s.once.Do(func() { s.err = s.start() })
	if errors.Is(s.err, errMissing) && !strings.Contains(os.Getenv("ROUNDUP_REQUIRE"), "postgresql") {
		t.Skip(s.err)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
}

// Stop ends the server, if it was started, and takes its folder away. It may be called
// more than once.
func (s *Server) Stop() {
	if s.alive != nil {
		_ = s.alive.Close()
		<-s.ended
		s.alive = nil
	}
	if s.folder != "" {
		_ = os.RemoveAll(s.folder)
	}
}

// server runs until its input ends, which happens too when the tests are killed.
const server = `"$0/postgres" "$@" & pid=$!; cat >/dev/null; kill -QUIT $pid; wait $pid`

func (s *Server) start() error {
	var err error
	if s.programs, err = newest(); err != nil {
		return err
	}
	// The path of a socket has 107 octets at most, which t.TempDir may leave no room for.
	if s.folder, err = os.MkdirTemp("", "pgtest"); err != nil {
		return err
	}
	owner, err := notRoot()
	if err != nil {
		return err
	}
	if owner != nil {
		if err := os.Chown(s.folder, int(owner.Uid), int(owner.Gid)); err != nil {
			return err
		}
	}
	data := filepath.Join(s.folder, "data")
	// A collation that is not that of octets shows what depends on one.
	initdb := s.command(owner, filepath.Join(s.programs, "initdb"), "-D", data, "-U", "roundup", "-A", "trust", "-E", "UTF8",
		"--locale-provider=icu", "--icu-locale=en", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
	if err := initdb.Run(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, s.said.Bytes())
	}
	return s.run(owner)
}

// Crash ends the server in the middle of everything, as a fault of it does, and starts it
// again: what was committed is there, and every connection is lost.
func (s *Server) Crash() error {
	_ = s.alive.Close()
	<-s.ended
	owner, err := notRoot()
	if err != nil {
		return err
	}
	return s.run(owner)
}

// run starts the server over its data.
func (s *Server) run(owner *syscall.Credential) (err error) {
	args := []string{"-c", server, s.programs, "-D", filepath.Join(s.folder, "data"), "-k", s.folder}
	quick := []string{"listen_addresses=", "fsync=off", "full_page_writes=off", "max_connections=300", "shared_buffers=32MB"}
	for _, setting := range slices.Concat(quick, s.Settings) {
		args = append(args, "-c", setting)
	}
	run := s.command(owner, "/bin/sh", args...)
	if s.alive, err = run.StdinPipe(); err != nil {
		return err
	}
	if err := run.Start(); err != nil {
		return err
	}
	s.ended = make(chan struct{})
	go func() {
		s.end = run.Wait()
		close(s.ended)
	}()
	return s.wait(owner, filepath.Join(s.programs, "pg_isready"))
}

// wait returns once the server answers.
func (s *Server) wait(owner *syscall.Credential, ready string) error {
	for range 300 {
		look := exec.Command(ready, "-q", "-h", s.folder)
		look.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
		if look.Run() == nil {
			return nil
		}
		select {
		case <-s.ended:
			return fmt.Errorf("the server ended: %w: %s", s.end, s.said.Bytes())
		case <-time.After(100 * time.Millisecond):
		}
	}
	return errors.New("the server did not answer within 30 s")
}

func (s *Server) command(owner *syscall.Credential, name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.Dir = s.folder
	c.Stdout, c.Stderr = &s.said, &s.said
	c.SysProcAttr = &syscall.SysProcAttr{Credential: owner}
	return c
}

// newest is where the programs of the newest PostgreSQL are.
func newest() (string, error) {
	all, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(all) == 0 {
		return "", errMissing
	}
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	slices.SortFunc(all, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(all[len(all)-1]), nil
}

// notRoot is whom the server runs as, which refuses to be root's; nil for whoever runs
// the tests.
func notRoot() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if errUID == nil && errGID == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}
