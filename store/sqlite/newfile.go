package sqlite

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"syscall"
)

// newFile is a database being made beside the place it is meant for. Its maker
// holds a lock on it, which ends with the maker: one without is dead.
type newFile struct {
	path string
	file *os.File
}

// makeNewFile makes an empty one for a place, readable by its owner only, and takes
// away those that a killed program left there.
func makeNewFile(place string) (*newFile, error) {
	if err := removeDead(place); err != nil {
		return nil, err
	}
	for {
		path := place + ".new-" + rand.Text()
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return nil, err
		}
		d := &newFile{path: path, file: file}
		switch err := d.lock(); {
		case err == nil:
			return d, nil
		case !errors.Is(err, fs.ErrNotExist):
			d.remove()
			return nil, err
		}
		// Somebody took it for dead before it was locked.
		_ = file.Close()
	}
}

// lock fails with fs.ErrNotExist where the file is no longer there.
func (d *newFile) lock() error {
	if err := syscall.Flock(int(d.file.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %q: %w", d.path, err)
	}
	_, err := os.Lstat(d.path)
	return err
}

// remove takes the file away, with what SQLite kept beside it; what was
// published stays.
func (d *newFile) remove() {
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		_ = os.Remove(d.path + suffix)
	}
	// Not before: closing a file gives up the locks SQLite has on it.
	_ = d.file.Close()
}

var newFileEnding = regexp.MustCompile(`\.new-[A-Z2-7]{26}$`)

// removeDead takes away the files for a place whose makers are gone. One that
// can't be opened is somebody else's.
func removeDead(place string) error {
	entries, err := os.ReadDir(filepath.Dir(place))
	if err != nil {
		return err
	}
	for _, e := range entries {
		ending := newFileEnding.FindString(e.Name())
		if ending == "" || e.Name() != filepath.Base(place)+ending || !e.Type().IsRegular() {
			continue
		}
		path := place + ending
		file, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			continue
		}
		dead := &newFile{path: path, file: file}
		if syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			dead.remove()
			continue
		}
		_ = file.Close()
	}
	return nil
}
