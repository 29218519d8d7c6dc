package list

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"roundup/subscribers/listfile"
)

// mostRejects is how many files of rejects of one name may stand side by side.
const mostRejects = 9

// RejectsFile holds the lines that an import did not take; it is begun with the
// first of them, and is in its place once it is closed. It never replaces a file: what is there may hold an hour of
// somebody's mending. A second import of the same file finds its rejects written
// already, and leaves it at that. A device or a pipe (/dev/null, /dev/stderr, a FIFO) is
// written to as it is, and is no file.
type RejectsFile struct {
	wanted  string   // where it goes if nothing is there
	columns []string // of the file that is read
	path    string   // where it is; "" before it is closed
	f       *Part    // nil before the first line, and for a stream
	stream  *os.File // that it goes to instead; nil before the first line
	w       *listfile.RejectWriter
}

// NewRejectsFile makes no file yet. wanted is where it goes if nothing is there,
// columns are those of the file that is read (subscribers.Format).
func NewRejectsFile(wanted string, columns []string) *RejectsFile {
	return &RejectsFile{wanted: wanted, columns: columns}
}

// Path is where the file is, once it is closed; "" for none, and for a stream.
func (r *RejectsFile) Path() string { return r.path }

// RejectsError says that the file of rejects can't be made.
type RejectsError struct{ Err error }

// Error says what could not be done, and why.
func (e *RejectsError) Error() string { return fmt.Sprintf("write what was refused: %v", e.Err) }

// Unwrap returns why.
func (e *RejectsError) Unwrap() error { return e.Err }

// Write adds a line. Its error is a *RejectsError where there can be no file.
func (r *RejectsFile) Write(reject listfile.Reject) error {
	if r.w == nil {
		if err := r.create(); err != nil {
			return &RejectsError{err}
		}
	}
	if err := r.w.Write(reject); err != nil {
		return &RejectsError{plain(err)}
	}
	return nil
}

// plain is why a stream takes no more, but not as an error of our own output's: that nobody
// reads on ends a list quietly, and must not end an import so.
func plain(err error) error {
	if where := (*fs.PathError)(nil); errors.As(err, &where) {
		return fmt.Errorf("%s: %w", where.Path, where.Err)
	}
	return err
}

// create begins the file, where there is a name for it.
func (r *RejectsFile) create() (err error) {
	if r.stream, err = openStream(r.wanted); err != nil {
		return err
	}
	if r.stream != nil {
		r.w = listfile.NewRejectWriter(r.stream, r.columns)
		return nil
	}
	_, _, err = r.free()
	if err != nil {
		return err
	}
	// It holds addresses: for the operator's eyes only.
	if r.f, err = NewPart(r.wanted); err != nil {
		return err
	}
	r.w = listfile.NewRejectWriter(r.f, r.columns)
	return nil
}

// openStream opens what is no regular file, and a standard stream whatever it leads to; nil for
// a file, a folder and where nothing is.
func openStream(path string) (*os.File, error) {
	for standard, names := range map[*os.File][]string{
		os.Stdout: {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"},
		os.Stderr: {"/dev/stderr", "/dev/fd/2", "/proc/self/fd/2"},
	} {
		if slices.Contains(names, path) { // opened again, a file would be written from its beginning
			fd, err := syscall.Dup(int(standard.Fd()))
			if err != nil {
				return nil, err
			}
			return os.NewFile(uintptr(fd), path), nil
		}
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		return os.OpenFile(path, os.O_WRONLY, 0)
	}
	return nil, nil //nolint:nilnil // no stream
}

// free is the first name that is free, and those that are not.
func (r *RejectsFile) free() (path string, earlier []string, err error) {
	path = r.wanted
	for n := 2; ; n++ {
		switch _, err := os.Lstat(path); {
		case errors.Is(err, fs.ErrNotExist):
			return path, earlier, nil
		case err != nil:
			return "", nil, err
		case n > mostRejects:
			return "", nil, fmt.Errorf("%s exists, and so do %d more of that name", r.wanted, mostRejects-1)
		}
		earlier = append(earlier, path)
		ext := filepath.Ext(r.wanted)
		path = strings.TrimSuffix(r.wanted, ext) + "-" + strconv.Itoa(n) + ext
	}
}

// Close ends the file and puts it in its place. Where an earlier one says the very same,
// that one stands.
func (r *RejectsFile) Close() error {
	if r.w == nil {
		return nil
	}
	if r.stream != nil {
		err := errors.Join(r.w.Flush(), r.stream.Close())
		if err != nil {
			err = &RejectsError{plain(err)}
		}
		return err
	}
	if err := r.w.Flush(); err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", r.wanted, err), r.f.Drop())
	}
	for {
		path, earlier, err := r.free()
		for _, e := range earlier {
			if sameFile(e, r.f.Name()) {
				r.path = e
				return r.f.Drop()
			}
		}
		if err == nil {
			err = r.f.Put(path)
		}
		switch {
		case err == nil:
			r.path = path
			return nil
		case !errors.Is(err, fs.ErrExist):
			r.path = r.f.Name()
			return fmt.Errorf("write %s: %w; what was refused is in %s", r.wanted, err, r.path)
		}
	}
}

// Drop takes the file away, as one that is not whole: whoever imports again gets it then.
func (r *RejectsFile) Drop() error {
	switch {
	case r.f != nil:
		return r.f.Drop()
	case r.stream != nil:
		return r.stream.Close()
	}
	return nil
}

// sameFile reports whether two files hold the same; false where one can't be read.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA != nil || errB != nil || !infoA.Mode().IsRegular() || infoA.Size() != infoB.Size() {
		return false
	}
	f, err := os.Open(a)
	if err != nil {
		return false
	}
	defer f.Close()
	g, err := os.Open(b)
	if err != nil {
		return false
	}
	defer g.Close()
	bufA, bufB := make([]byte, 32<<10), make([]byte, 32<<10)
	for {
		n, errA := io.ReadFull(f, bufA)
		m, errB := io.ReadFull(g, bufB)
		if !bytes.Equal(bufA[:n], bufB[:m]) {
			return false
		}
		if errA != nil || errB != nil {
			return ended(errA) && ended(errB)
		}
	}
}

func ended(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
