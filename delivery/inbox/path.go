package inbox

import (
	"context"
	"io"
	"os"
	"path/filepath"
)

// EachMailAt runs do for every mail at a path, as EachMail does, with the name of its file: a file
// of one mail or an mbox file, a pipe too, a maildir, or a folder of files. When ctx
// ends it stops between two files.
func EachMailAt(ctx context.Context, path string, do func(mail io.Reader, envelope Envelope, file string) error) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case !info.IsDir():
		return eachMailIn(path, do)
	}
	for _, folder := range mailFolders(path) {
		err := filepath.WalkDir(folder, func(name string, entry os.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case ctx.Err() != nil:
				return context.Cause(ctx)
			case !entry.Type().IsRegular():
				return nil
			}
			return eachMailIn(name, do)
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

func eachMailIn(name string, do func(mail io.Reader, envelope Envelope, file string) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return EachMail(f, func(mail io.Reader, envelope Envelope) error { return do(mail, envelope, name) })
}
