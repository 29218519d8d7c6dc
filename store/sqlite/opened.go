package sqlite

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// The bytes of a database file that SQLite locks (its os_unix.c): the pending byte, the
// reserved one and those that readers share.
const (
	firstLocked = 0x40000000
	allLocked   = 512
)

// OpenedBy reports whether another process has the database at path open, and which: 0
// where that is not known. A connection in WAL mode keeps a lock on the file for as long as
// it is open, idle or not; ProcessLock is held only while somebody sends. This process's own
// connections are not seen, and must be closed: the kernel frees their locks with this look.
func OpenedBy(path string) (pid int, open bool, err error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("look who has the database open: %w", err)
	}
	defer func() { _ = file.Close() }()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: firstLocked, Len: allLocked}
	if err := syscall.FcntlFlock(file.Fd(), syscall.F_GETLK, &lock); err != nil {
		return 0, false, fmt.Errorf("look who has %q open: %w", path, err)
	}
	return max(int(lock.Pid), 0), lock.Type != syscall.F_UNLCK, nil
}
