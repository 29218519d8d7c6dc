package engine

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// Journal is the record of who left, in a file that is no part of the database: it stays
// when the database is replaced by an older copy, and adopt makes those leave again that
// it names. All of it is kept, some 110 bytes a leaving, since nobody knows how
// old a copy will be.
type Journal struct {
	path    string
	log     *slog.Logger
	mu      sync.Mutex
	waiting []string // not written yet
}

// NewJournal is the record in a file, which is made with the first line. Without a file
// nothing is kept. What can't be written is logged; log may be nil.
func NewJournal(path string, log *slog.Logger) *Journal {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Journal{path: path, log: log}
}

// NoteLeft implements Beside: it waits for the disk.
func (j *Journal) NoteLeft(lines []string) {
	if j.path == "" {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.waiting = append(j.waiting, lines...)
	if err := j.write(j.waiting); err != nil {
		j.log.Error("who left is not on record: a backup that is restored would mail them",
			"file", j.path, "lines", len(j.waiting), "error", err)
		return
	}
	j.waiting = nil
}

func (j *Journal) write(lines []string) error {
	file, err := j.open()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if torn(file) {
		text.WriteByte('\n')
	}
	for _, l := range lines {
		text.WriteString(l + "\n")
	}
	_, err = file.Write(text.Bytes())
	return errors.Join(err, file.Sync(), file.Close())
}

func (j *Journal) open() (*os.File, error) {
	_, missing := os.Stat(j.path)
	file, err := os.OpenFile(j.path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err == nil && missing != nil {
		err = SyncFolder(j.path)
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

// Left implements Beside.
func (j *Journal) Left() (all []string, err error) {
	if j.path == "" {
		return nil, nil
	}
	all, err = ReadLeft(j.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read who left: %w", err)
	}
	return all, nil
}

// maxLeft is how long a line of a record is at most, in octets: one may hold a path.
const maxLeft = 8 << 10

// ReadLeft returns the lines of a record, in their order, but for what is too long for one. It
// fails with fs.ErrNotExist where there is none.
func ReadLeft(path string) (all []string, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	in := bufio.NewReaderSize(file, maxLeft)
	for within := false; ; {
		line, more, err := in.ReadLine()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return all, err
		case !within && !more:
			all = append(all, string(line))
		}
		within = more
	}
}

// LeftFile implements Beside.
func (j *Journal) LeftFile() (string, error) {
	if j.path == "" {
		return "", nil
	}
	file, err := os.OpenFile(j.path, os.O_WRONLY|os.O_APPEND, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return j.path, writable(filepath.Dir(j.path))
	}
	if err != nil {
		return j.path, err
	}
	return j.path, file.Close()
}

// writable says why no file can be made in a folder; nil where it can.
func writable(folder string) error {
	const write = 2 // W_OK of access(2)
	if err := syscall.Access(folder, write); err != nil {
		return fmt.Errorf("make it in %s: %w", folder, err)
	}
	return nil
}

// SyncFolder makes durable that a file is in its folder.
func SyncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
