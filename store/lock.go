package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ErrLocked is returned while another process holds the lock.
var ErrLocked = errors.New("another Roundup is at work on this database")

// ProcessLock is the right of one process on this machine to send or to
// migrate. The kernel frees it when the process ends, however it ends.
type ProcessLock struct{ file *os.File }

// Lock takes the lock of the database at path, or fails at once with
// ErrLocked. The lock is on a file of its own, path + ".lock", which stays: to
// remove it would let two processes lock two files of the same name.
func Lock(path string) (*ProcessLock, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // two names of one database share one lock
	}
	file, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock database: %w", err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(ErrLocked, file.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %q: %w", file.Name(), err), file.Close())
	}
	return &ProcessLock{file: file}, nil
}

// Unlock gives the lock back. It may be called more than once.
func (l *ProcessLock) Unlock() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close() // frees the lock: no other descriptor shares it
	l.file = nil
	return err
}
