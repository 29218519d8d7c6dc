package list

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Part is a file that gets its name when it is whole: a process may be killed while it writes. Until
// then it lies beside its place, named NAME.….part.
type Part struct{ *os.File }

// NewPart begins a file that is to be put at a path, readable for its owner alone.
func NewPart(path string) (*Part, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if named := (*fs.PathError)(nil); errors.As(err, &named) {
		named.Path = path // whoever reads the error named that one
	}
	if err != nil {
		return nil, err
	}
	return &Part{f}, nil
}

// Put gives the file its name at a path, and ends it. It replaces nothing: where something is there, a
// link too, it fails with fs.ErrExist, and may be put elsewhere.
func (p *Part) Put(path string) error {
	if err := p.Sync(); err != nil {
		return err
	}
	err := os.Link(p.Name(), path)
	switch {
	case err == nil:
		err = os.Remove(p.Name())
	case errors.Is(err, fs.ErrExist):
		return err
	default: // some file systems have no links
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return errors.Join(fs.ErrExist, err)
		}
		err = os.Rename(p.Name(), path)
	}
	return errors.Join(err, p.Close())
}

// Drop ends the file and takes it away.
func (p *Part) Drop() error {
	_ = p.Close()
	return os.Remove(p.Name())
}
