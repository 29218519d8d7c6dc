package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"roundup/store/engine"
)

// ProcessLock is the right of one process on this machine to send or to
// migrate. The kernel frees it when the process ends, however it ends.
type ProcessLock struct{ file *os.File }

// Lock takes the lock of the database at path, or fails at once with
// ErrLocked. The lock is on a file of its own, path + ".lock", which stays: to
// remove it would let two processes lock two files of the same name. It holds
// the holder's number, for those who are turned away to name (LockHolder), and
// the mark of the database in charge (mark.go).
func Lock(path string) (*ProcessLock, error) {
	file, err := openLockFile(path)
	if err != nil {
		return nil, fmt.Errorf("lock database: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(engine.ErrLocked, file.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %q: %w", file.Name(), err), file.Close())
	}
	lock := &ProcessLock{file: file}
	lock.name(os.Getpid())
	return lock, nil
}

// name writes who holds the lock; 0 for nobody. On a full disk it may not be
// written, and the lock holds all the same.
func (l *ProcessLock) name(pid int) {
	_, _ = l.file.WriteAt(fmt.Appendf(nil, processLine, pid), 0)
}

// Lock implements engine.Engine.
func (e *database) Lock(context.Context) (engine.Lock, error) {
	lock, err := Lock(e.path)
	if err != nil {
		return nil, err
	}
	return lock, nil
}

// LockHolder implements engine.Engine.
func (e *database) LockHolder(context.Context) string {
	if pid := LockHolder(e.path); pid != 0 {
		return engine.ProcessName(pid)
	}
	return ""
}

func openLockFile(path string) (*os.File, error) {
	return os.OpenFile(lockFile(path), os.O_CREATE|os.O_RDWR, 0o600)
}

// lockFile is where the lock of a database is: two names of one database share one.
func lockFile(path string) string { return realPath(path) + ".lock" }

// realPath is where a database is, whatever link leads to it.
func realPath(path string) string {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		return target
	}
	return path
}

// LockHolder is the process that took the lock last, if it is alive; 0 where
// nobody is known to hold it, as in the moment between taking it and saying so.
func LockHolder(path string) int {
	text, err := os.ReadFile(lockFile(path))
	if err != nil {
		return 0
	}
	var pid int
	if _, err := fmt.Sscanf(string(text), processLine, &pid); err != nil || pid <= 0 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return 0
	}
	return pid
}

// Unlock gives the lock back. It may be called more than once.
func (l *ProcessLock) Unlock() error {
	if l.file == nil {
		return nil
	}
	l.name(0) // else the next holder could be taken for us, for a moment
	// Closing alone would leave it held by a child process between fork and exec,
	// which has a copy of the descriptor for that moment.
	err := errors.Join(syscall.Flock(int(l.file.Fd()), syscall.LOCK_UN), l.file.Close())
	l.file = nil
	return err
}
