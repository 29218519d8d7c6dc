package list

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"roundup/subscribers/listfile"
)

// mostRejects is how many files of rejects of one name may stand side by side.
const mostRejects = 9

// RejectsFile holds the lines that an import did not take; it is made with the
// first of them. It never replaces a file: what is there may hold an hour of
// somebody's mending. A second import of the same file finds its rejects written
// already, and leaves it at that.
type RejectsFile struct {
	wanted  string   // where it goes if nothing is there
	columns []string // of the file that is read
	path    string   // where it is; "" before the first line
	earlier []string // the files that were in the way
	f       *os.File
	w       *listfile.RejectWriter
}

// NewRejectsFile makes no file yet. wanted is where it goes if nothing is there,
// columns are those of the file that is read (subscribers.Format).
func NewRejectsFile(wanted string, columns []string) *RejectsFile {
	return &RejectsFile{wanted: wanted, columns: columns}
}

// Path is where the file is; "" for none.
func (r *RejectsFile) Path() string { return r.path }

// RejectsError says that the file of rejects can't be made.
type RejectsError struct{ Err error }

// Error says what could not be done, and why.
func (e *RejectsError) Error() string { return fmt.Sprintf("write what was refused: %v", e.Err) }

// Unwrap returns why.
func (e *RejectsError) Unwrap() error { return e.Err }

// Write adds a line. Its error is a *RejectsError where there can be no file.
func (r *RejectsFile) Write(reject listfile.Reject) error {
	if r.f == nil {
		if err := r.create(); err != nil {
			return &RejectsError{err}
		}
	}
	return r.w.Write(reject)
}

// create makes the file under the first free name.
func (r *RejectsFile) create() error {
	path := r.wanted
	for n := 2; ; n++ {
		// It holds addresses: for the operator's eyes only.
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		switch {
		case err == nil:
			r.path, r.f, r.w = path, f, listfile.NewRejectWriter(f, r.columns)
			return nil
		case !errors.Is(err, fs.ErrExist):
			return err
		case n > mostRejects:
			return fmt.Errorf("%s exists, and so do %d more of that name", r.wanted, mostRejects-1)
		}
		r.earlier = append(r.earlier, path)
		ext := filepath.Ext(r.wanted)
		path = strings.TrimSuffix(r.wanted, ext) + "-" + strconv.Itoa(n) + ext
	}
}

// Close ends the file. Where an earlier one says the very same, that one stands.
func (r *RejectsFile) Close() error {
	if r.f == nil {
		return nil
	}
	if err := errors.Join(r.w.Flush(), r.f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", r.path, err)
	}
	for _, earlier := range r.earlier {
		if sameFile(earlier, r.path) {
			err := os.Remove(r.path)
			r.path = earlier
			return err
		}
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
