package sqlite_test

import (
	"context"
	"os"
	osexec "os/exec"
	"path/filepath"
	"testing"
	"time"

	"roundup/store/sqlite"
)

// A database that another process has open is told of, also while that does nothing.
func TestOpenedBy(t *testing.T) {
	t.Parallel()
	if path := os.Getenv("OPENED_BY"); path != "" { // the other process
		st, err := sqlite.Open(context.Background(), path, sqlite.Options{Now: time.Now})
		if err == nil {
			_, err = os.Stdout.WriteString("open\n")
		}
		if err != nil {
			t.Fatal(err)
		}
		_, _ = os.Stdin.Read(make([]byte, 1)) // until it is closed
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "roundup.db")
	if pid, open, err := sqlite.OpenedBy(path); pid != 0 || open || err != nil {
		t.Errorf("no database: got %d, %v, %v", pid, open, err)
	}
	st, _, err := sqlite.Create(t.Context(), path, sqlite.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	other := osexec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestOpenedBy$")
	other.Env = append(os.Environ(), "OPENED_BY="+path)
	in, err := other.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := other.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	if pid, open, err := sqlite.OpenedBy(path); pid != other.Process.Pid || !open || err != nil {
		t.Errorf("open in %d: got %d, %v, %v", other.Process.Pid, pid, open, err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if err := other.Wait(); err != nil {
		t.Fatal(err)
	}
	if pid, open, err := sqlite.OpenedBy(path); pid != 0 || open || err != nil {
		t.Errorf("closed: got %d, %v, %v", pid, open, err)
	}
}
