package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"roundup/store/engine"
)

// The mark is text of a fixed size, so that its numbers are written in place: a
// file that never shrinks or grows takes a write on a full disk too. Its last line
// says which file it was written into, by inode and time of birth (identity): a copy
// of that file has others.
const (
	processLine  = "process %010d\n" // the lock's own (lock.go); the mark follows
	markLines    = "database %32s\nchanges %019d\nissue %010d\nfile %020d %020d\n"
	markAt       = int64(len("process 0000000000\n"))
	changesAt    = markAt + int64(len("database \n")+engine.IDSize+len("changes "))
	issueAt      = changesAt + int64(len("0000000000000000000\n")+len("issue "))
	lockFileSize = issueAt + int64(len("0000000000\n")+len("file 00000000000000000000 00000000000000000000\n"))
)

// Mark implements engine.Beside.
func (e *database) Mark(context.Context) (engine.Mark, error) {
	if err := e.inPlace(); err != nil {
		return engine.Mark{}, err
	}
	return readMark(e.path)
}

// readMark reads the mark beside the database at path.
func readMark(path string) (engine.Mark, error) {
	m := engine.Mark{File: filepath.Base(lockFile(path)), State: engine.MarkMissing}
	file, err := os.Open(lockFile(path))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("read the lock file: %w", err)
	}
	defer func() { _ = file.Close() }()
	inode, born, err := identity(file)
	if err != nil {
		return m, fmt.Errorf("read the lock file: %w", err)
	}
	text := make([]byte, lockFileSize-markAt)
	if n, err := file.ReadAt(text, markAt); n < len(text) {
		if errors.Is(err, io.EOF) {
			err = nil // nothing but the lock's own line yet, or cut to nothing
		}
		return m, err
	}
	var wroteTo uint64 // the file it was written into
	var bornThen int64
	_, err = fmt.Sscanf(string(text), markLines, &m.ID, &m.Changes, &m.Issue, &wroteTo, &bornThen)
	switch {
	case err != nil || len(m.ID) != engine.IDSize:
		return m, nil // what can't be read is no mark
	case wroteTo != inode, bornThen != born && bornThen != 0 && born != 0:
		m.State = engine.MarkCopied
	default:
		m.State = engine.MarkGood
	}
	return m, nil
}

// marker keeps the mark up to date. It is told after each commit and not in it,
// so that what it says is true whatever becomes of the process in between: the
// database is never behind its own mark.
type marker struct {
	path string // of the database
	mu   sync.Mutex
	file *os.File // nil until it is needed
}

// SetMark implements engine.Beside.
func (w *marker) SetMark(_ context.Context, m engine.Mark) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop()
	file, err := openLockFile(w.path)
	if err != nil {
		return fmt.Errorf("mark database: %w", err)
	}
	inode, born, err := identity(file)
	if err == nil {
		_, err = file.WriteAt(fmt.Appendf(nil, markLines, m.ID, m.Changes, m.Issue, inode, born), markAt)
	}
	if err == nil {
		err = errors.Join(file.Sync(), engine.SyncFolder(file.Name()))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("mark database: %w", err), file.Close())
	}
	w.file = file
	return nil
}

// Advance implements engine.Beside.
func (w *marker) Advance(changes int64, issue int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		file, err := os.OpenFile(lockFile(w.path), os.O_RDWR, 0)
		if err != nil {
			return
		}
		w.file = file
	}
	_, _ = w.file.WriteAt(fmt.Appendf(nil, "%019d", changes), changesAt)
	if issue > 0 {
		_, _ = w.file.WriteAt(fmt.Appendf(nil, "%010d", issue), issueAt)
	}
}

// drop closes the file.
func (w *marker) drop() {
	if w.file != nil {
		_ = w.file.Close()
		w.file = nil
	}
}

func (w *marker) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop()
}
