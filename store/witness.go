package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// mark is the record that stays beside the database when its file alone is
// replaced: which database was in charge here, and how far it had come.
type mark struct {
	id      string // of the database in charge
	changes int64  // it had made at least so many
	issue   int    // the highest number it gave out; 0 for none
	inode   uint64 // of the file the record is in: a copy of that file has another
	born    int64  // when that file was made, in Unix nanoseconds; 0 where the file system doesn't say

	file  string // the name of the file it was read from
	state markState
}

// markState is what reading a mark gave.
type markState int

const (
	markGood    markState = iota
	markMissing           // there is no lock file, or it holds no mark
	markCopied            // the mark was not written into this file: it was copied, with its folder
)

// A record is text of a fixed size, so that its numbers are written in place: a
// file that never shrinks or grows takes a write on a full disk too.
const (
	processLine  = "process %010d\n" // the lock's own (lock.go); the mark follows
	markLines    = "database %32s\nchanges %019d\nissue %010d\nfile %020d %020d\n"
	markAt       = int64(len("process 0000000000\n"))
	idSize       = 32
	changesAt    = markAt + int64(len("database \n")+idSize+len("changes "))
	issueAt      = changesAt + int64(len("0000000000000000000\n")+len("issue "))
	lockFileSize = issueAt + int64(len("0000000000\n")+len("file 00000000000000000000 00000000000000000000\n"))
)

// readMark reads the mark beside the database at path.
func readMark(path string) (mark, error) {
	m := mark{file: filepath.Base(lockFile(path)), state: markMissing}
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
	_, err = fmt.Sscanf(string(text), markLines, &m.id, &m.changes, &m.issue, &m.inode, &m.born)
	switch {
	case err != nil || len(m.id) != idSize:
		return m, nil // what can't be read is no mark
	case m.inode != inode, m.born != born && m.born != 0 && born != 0:
		m.state = markCopied
	default:
		m.state = markGood
	}
	return m, nil
}

// witness keeps the mark up to date. It is told after each commit and not in it,
// so that what it says is true whatever becomes of the process in between: the
// database is never behind its own mark.
type witness struct {
	path string // of the database
	mu   sync.Mutex
	file *os.File // nil until it is needed
}

// set writes the whole mark, and waits for the disk.
func (w *witness) set(m mark) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop()
	file, err := openLockFile(w.path)
	if err != nil {
		return fmt.Errorf("mark database: %w", err)
	}
	if m.inode, m.born, err = identity(file); err == nil {
		_, err = file.WriteAt(fmt.Appendf(nil, markLines, m.id, m.changes, m.issue, m.inode, m.born), markAt)
	}
	if err == nil {
		err = errors.Join(file.Sync(), syncFolder(file.Name()))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("mark database: %w", err), file.Close())
	}
	w.file = file
	return nil
}

// advance records how far the database has come; issue is 0 where no issue
// started. What can't be written is caught up by the next: the mark may lag.
func (w *witness) advance(changes int64, issue int) {
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
func (w *witness) drop() {
	if w.file != nil {
		_ = w.file.Close()
		w.file = nil
	}
}

func (w *witness) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop()
}
