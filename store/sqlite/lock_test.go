package sqlite_test

import (
	"errors"
	"os"
	osexec "os/exec"
	"path/filepath"
	"testing"

	"roundup/store/engine"
	"roundup/store/sqlite"
)

func TestLockIsOnePerDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, other := filepath.Join(dir, "roundup.db"), filepath.Join(dir, "alias.db")
	check(t, os.WriteFile(path, []byte("x"), 0o600))
	check(t, os.Symlink(path, other))

	lock, err := sqlite.Lock(path)
	check(t, err)
	for _, name := range []string{path, other} {
		if _, err := sqlite.Lock(name); !errors.Is(err, engine.ErrLocked) {
			t.Errorf("second Lock(%s) = %v, want %v", filepath.Base(name), err, engine.ErrLocked)
		}
		if got := sqlite.LockHolder(name); got != os.Getpid() {
			t.Errorf("holder of %s = %d, want %d", filepath.Base(name), got, os.Getpid())
		}
	}
	check(t, lock.Unlock())
	check(t, lock.Unlock())
	if got := sqlite.LockHolder(path); got != 0 {
		t.Errorf("holder of a free lock = %d, want 0", got)
	}
	again, err := sqlite.Lock(other)
	check(t, err)
	check(t, again.Unlock())
}

// The lock is the kernel's: whoever dies holding it, however, gives it up.
func TestLockIsFreedByDeath(t *testing.T) {
	if path := os.Getenv("STORE_TEST_LOCK"); path != "" {
		_, err := sqlite.Lock(path)
		check(t, err)
		_, _ = os.Stdout.WriteString("locked")
		select {} // until killed
	}
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roundup.db")
	child := osexec.Command(os.Args[0], "-test.run=^TestLockIsFreedByDeath$")
	child.Env = append(os.Environ(), "STORE_TEST_LOCK="+path)
	out, err := child.StdoutPipe()
	check(t, err)
	check(t, child.Start())
	buf := make([]byte, len("locked"))
	if _, err := out.Read(buf); err != nil || string(buf) != "locked" {
		t.Fatalf("child said %q, %v", buf, err)
	}
	if _, err := sqlite.Lock(path); !errors.Is(err, engine.ErrLocked) {
		t.Errorf("Lock beside a living holder = %v, want %v", err, engine.ErrLocked)
	}
	check(t, child.Process.Kill())
	_ = child.Wait()
	if got := sqlite.LockHolder(path); got != 0 {
		t.Errorf("holder after its death = %d, want 0", got)
	}
	lock, err := sqlite.Lock(path)
	if err != nil {
		t.Fatalf("Lock after the holder's death = %v", err)
	}
	check(t, lock.Unlock())
}
