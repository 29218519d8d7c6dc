package main

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

	"roundup/store"
	"roundup/subscribers"
)

// mostRejects is how many files of rejects of one name may stand side by side.
const mostRejects = 9

// rejectsFile holds the lines that were refused, or left as they were; it is
// made with the first of them. It never replaces a file: what is there may hold
// an hour of somebody's mending. A second import of the same file finds its
// rejects written already, and leaves it at that.
type rejectsFile struct {
	wanted  string   // where it goes if nothing is there
	columns []string // of the file that is read
	path    string   // where it is; "" before the first line
	earlier []string // the files that were in the way
	f       *os.File
	w       *subscribers.RejectWriter
}

// defaultRejects is where the person is, not beside the file that is read: that
// may lie in a folder of the system's, or of somebody else.
func defaultRejects(list *listFile) string {
	name := strings.TrimSuffix(list.name, filepath.Ext(list.name))
	if list.stream {
		name = "import"
	}
	return name + ".rejects.csv"
}

func (r *rejectsFile) write(reject subscribers.Reject) error {
	if r.f == nil {
		if err := r.create(); err != nil {
			return &hintedError{err: fmt.Errorf("write what was refused: %w", err), hint: "name another place for it with --rejects"}
		}
	}
	return r.w.Write(reject)
}

// create makes the file under the first free name.
func (r *rejectsFile) create() error {
	path := r.wanted
	for n := 2; ; n++ {
		// It holds addresses: for the operator's eyes only.
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		switch {
		case err == nil:
			r.path, r.f, r.w = path, f, subscribers.NewRejectWriter(f, r.columns)
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

// left is the reject for a row that was left as it was, its address under the
// file's own column.
func (r *rejectsFile) left(row store.SkippedRow) subscribers.Reject {
	column := slices.IndexFunc(r.columns, func(c string) bool { return strings.Contains(strings.ToLower(c), "mail") })
	cells := make([]string, max(column, 0)+1)
	cells[len(cells)-1] = row.Email
	return subscribers.Reject{Line: row.Line, Raw: cells, Reason: subscribers.LeftAsItWas + row.Why}
}

// close ends the file. Where an earlier one says the very same, that one stands.
func (r *rejectsFile) close() error {
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
