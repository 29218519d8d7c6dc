package inbox

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// EachMailAt runs do for every mail at a path, as EachMail does, with the name of its file: a file
// of one mail or an mbox file, a pipe too, a maildir, or a folder of files. What can't be read is
// handed to unread, and the rest is read unless that returns an error. When ctx ends it stops
// between two files.
func EachMailAt(ctx context.Context, path string, do func(mail io.Reader, envelope Envelope, file string) error, unread func(error) error) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return unread(err)
	case !info.IsDir():
		return eachMailIn(path, do, unread)
	}
	for _, folder := range mailFolders(path) {
		err := filepath.WalkDir(folder, func(name string, entry os.DirEntry, err error) error {
			switch {
			case ctx.Err() != nil:
				return context.Cause(ctx)
			case err != nil:
				return unread(err)
			case !entry.Type().IsRegular():
				return nil
			}
			return eachMailIn(name, do, unread)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mailFolders are those of a folder that hold mail: of a maildir not tmp, with
// mails not yet whole, nor what servers keep beside them.
func mailFolders(path string) []string {
	maildir := []string{filepath.Join(path, "new"), filepath.Join(path, "cur")}
	for _, folder := range maildir {
		if info, err := os.Stat(folder); err != nil || !info.IsDir() {
			return []string{path + string(filepath.Separator)} // a link is followed
		}
	}
	return maildir
}

func eachMailIn(name string, do func(mail io.Reader, envelope Envelope, file string) error, unread func(error) error) error {
	f, err := os.Open(name)
	if err != nil {
		return unread(err)
	}
	defer f.Close()
	in := &file{in: f}
	err = EachMail(in, func(mail io.Reader, envelope Envelope) error { return do(mail, envelope, name) })
	if in.err != nil {
		return unread(in.err)
	}
	return err
}

// file keeps why it could not be read, which is no failure of what is done with its mails.
type file struct {
	in  io.Reader
	err error
}

func (f *file) Read(p []byte) (int, error) {
	n, err := f.in.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}
