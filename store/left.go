package store

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"roundup/subscribers"
)

// leaving is a line of the record beside the database of who left, and of who
// came back. It names nobody: a reader's public id and the keyed hash of the
// address are in the database and in every copy of it, and tell nothing without.
type leaving struct {
	at   time.Time
	what string               // leftWord, joinedWord, liftedWord, or a subscribers.Reason
	id   subscribers.PublicID // zero for an address that was on no list
	hash []byte               // of the address; empty where it is not known any more
}

// What a line says. A reason of a suppression is the fourth kind, "erased" with
// an id that the reader was forgotten.
const (
	leftWord   = "left"
	joinedWord = "joined" // confirmed or, after leaving, taken in by a person
	liftedWord = "lifted" // a suppression
)

// suppresses reports whether the line says that an address is not to be mailed.
func (l leaving) suppresses() bool {
	return l.what != leftWord && l.what != joinedWord && l.what != liftedWord
}

// String is the line: time, what, public id and hash ("-" for none).
func (l leaving) String() string {
	id, hash := "-", "-"
	if !l.id.IsZero() {
		id = l.id.String()
	}
	if len(l.hash) > 0 {
		hash = base64.RawURLEncoding.EncodeToString(l.hash)
	}
	return strings.Join([]string{timeText(l.at), l.what, id, hash}, " ") + "\n"
}

// parseLeaving reads a line; false for one that was cut short or is no such line.
func parseLeaving(line string) (l leaving, ok bool) {
	fields := strings.Fields(line)
	if len(fields) != 4 {
		return l, false
	}
	var errs [3]error
	l.what = fields[1]
	l.at, errs[0] = time.Parse(timeLayout, fields[0])
	if fields[2] != "-" {
		l.id, errs[1] = subscribers.ParsePublicID(fields[2])
	}
	if fields[3] != "-" {
		l.hash, errs[2] = base64.RawURLEncoding.DecodeString(fields[3])
	}
	whole := len(l.hash) == 32 || len(l.hash) == 0 && !l.id.IsZero()
	return l, whole && errors.Join(errs[:]...) == nil
}

// journal is the record of who left, beside the database: it stays when the
// database is replaced by an older copy, and adopt makes those leave again that
// it names. All of it is kept, some 110 bytes a leaving, since nobody knows how
// old a copy will be.
type journal struct {
	path    string
	mu      sync.Mutex
	waiting []leaving // not written yet
}

// leftFile is where the record of a database is: roundup.left beside roundup.db.
func leftFile(path string) string { return strings.TrimSuffix(realPath(path), ".db") + ".left" }

// add writes lines to the end and waits for the disk. A leaving is never refused
// because it can't be written here: it waits for the next, and roundup check
// says that the file can't be written.
func (j *journal) add(lines []leaving) {
	if len(lines) == 0 {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = append(j.waiting, lines...)
	if err := j.write(j.waiting); err == nil {
		j.waiting = nil
	}
}

func (j *journal) write(lines []leaving) error {
	file, err := j.open()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if torn(file) {
		text.WriteByte('\n')
	}
	for _, l := range lines {
		text.WriteString(l.String())
	}
	_, err = file.Write(text.Bytes())
	return errors.Join(err, file.Sync(), file.Close())
}

func (j *journal) open() (*os.File, error) {
	_, missing := os.Stat(j.path)
	file, err := os.OpenFile(j.path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err == nil && missing != nil {
		err = syncFolder(j.path)
	}
	return file, err
}

// torn reports whether the last line was cut short, by a crash or a full disk.
func torn(file *os.File) bool {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	last := make([]byte, 1)
	_, err = file.ReadAt(last, info.Size()-1)
	return err == nil && last[0] != '\n'
}

// read returns all lines, in their order; fs.ErrNotExist is none.
func (j *journal) read() ([]leaving, error) {
	file, err := os.Open(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read who left: %w", err)
	}
	defer func() { _ = file.Close() }()
	var all []leaving
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if l, ok := parseLeaving(lines.Text()); ok {
			all = append(all, l)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read who left: %w", err)
	}
	return all, nil
}

// LeavingsFile is where it is on record who left (see Adopt). The error is why
// it can't be written.
func (s *Store) LeavingsFile() (string, error) {
	file, err := os.OpenFile(s.leavings.path, os.O_WRONLY|os.O_APPEND, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return s.leavings.path, nil
	}
	if err != nil {
		return s.leavings.path, err
	}
	return s.leavings.path, file.Close()
}
