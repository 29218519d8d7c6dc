package planner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"roundup/digest"
	"roundup/digest/letter"
)

// maxNoteFile is how much of digest.note_file is read, in bytes.
const maxNoteFile = 64 << 10

// noteFile reads digest.note_file for the issue at hand. A file that an issue
// printed and that is the same since is left out; so is one that can't be
// printed, since a note is not worth an issue. The remark says so.
func (pl *Planner) noteFile(ctx context.Context, edits digest.Edits) (letter.NoteFile, []Remark, error) {
	path := pl.cfg.Digest.NoteFile
	if path == "" {
		return letter.NoteFile{}, nil, nil
	}
	remark := func(warning bool, format string, args ...any) []Remark {
		return []Remark{{What: "note", Text: "digest.note_file " + path + " " + fmt.Sprintf(format, args...), Warning: warning}}
	}
	content, err := readNote(path)
	var file letter.NoteFile
	if err == nil {
		file, err = letter.NewNoteFile(content)
	}
	switch {
	case err != nil && edits.Note != "":
		return letter.NoteFile{}, remark(false, "%v: the note set by hand is printed", err), nil
	case err != nil:
		return letter.NoteFile{}, remark(true, "%v: the issue goes without it", err), nil
	}
	last, number, err := pl.store.LastNoteFile(ctx)
	switch {
	case err != nil:
		return letter.NoteFile{}, nil, err
	case file.Text == "":
		return file, remark(false, "is empty: the issue has no note of it"), nil
	case file.Digest == last:
		return letter.NoteFile{}, remark(false, "is as issue %d printed it: left out", number), nil
	case edits.Note != "":
		return letter.NoteFile{}, remark(false, "is new and waits: this issue has a note of its own"), nil
	}
	return file, nil, nil
}

// readNote reads a file that is not too large. Its errors are in words that
// follow the file's name.
func readNote(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("is not there")
	case err != nil:
		return nil, unreadable(err)
	case !info.Mode().IsRegular():
		return nil, errors.New("is not a file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(err)
	}
	content, err := io.ReadAll(io.LimitReader(f, maxNoteFile+1))
	if err = cmp.Or(err, f.Close()); err != nil {
		return nil, unreadable(err)
	}
	if len(content) > maxNoteFile {
		return nil, fmt.Errorf("has more than %d kB", maxNoteFile>>10)
	}
	return content, nil
}

// unreadable is an error without the file's name, which stands before it.
func unreadable(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fmt.Errorf("can't be read (%w)", err)
}
