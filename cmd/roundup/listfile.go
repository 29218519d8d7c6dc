package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"roundup/cmd/roundup/terminal"
	"roundup/subscribers"
)

// listFile is a file of readers, opened.
type listFile struct {
	*subscribers.CSV
	io.Closer
	name   string // without its folder
	stream bool   // can be read only once: standard input, a pipe
}

// openList opens a file of readers and makes sure that somebody has said who of
// them may be mailed, where the file does not.
func (a *app) openList(ctx context.Context, file string, o *importOptions) (*listFile, error) {
	list, err := a.listFile(ctx, file, o.read)
	if err != nil || list.Format.Says || o.read.Silent != "" {
		return list, err
	}
	s := list.Survey() // reads the file to its end
	if err := list.Close(); err != nil {
		return nil, err
	}
	switch {
	case ctx.Err() != nil:
		return nil, terminal.ErrInterrupted
	case s.Broken != nil:
		return nil, fmt.Errorf("%s: %w", list.name, s.Broken)
	case s.Addresses == 0 && list.stream:
		return nil, nothingTaken(s.First)
	case s.Addresses == 0: // nobody to ask about; the import says why
	case !a.interactive() || o.dryRun || list.stream:
		if o.dryRun {
			a.showPlan(list, *o)
		}
		return nil, undecided(list.name, s)
	default:
		if err := a.askStanding(ctx, list.name, s, &o.read); err != nil {
			return nil, err
		}
	}
	return a.listFile(ctx, file, o.read)
}

func (a *app) listFile(ctx context.Context, file string, o subscribers.ReadOptions) (*listFile, error) {
	list := &listFile{name: "standard input", stream: true}
	in := io.NopCloser(terminal.Patient(ctx, a.std.In))
	if file != "-" {
		f, regular, err := openRegular(file)
		if err != nil {
			return nil, err
		}
		in, list.name, list.stream = f, filepath.Base(file), !regular
	}
	o.Name = list.name
	list.Closer = in
	var err error
	if list.CSV, err = subscribers.OpenCSV(in, o); err != nil {
		return nil, errors.Join(unreadable(list.name, err), in.Close())
	}
	return list, nil
}

// unreadable says why a file can't be read as a list, and what to do.
func unreadable(name string, err error) error {
	var (
		header *subscribers.HeaderError
		column *subscribers.NoColumnError
		kind   *subscribers.FileKindError
	)
	msg := name + ": " + oneLine(err.Error())
	switch {
	case errors.As(err, &column):
		option := "--map " + column.Option
		if column.Option == subscribers.ActiveWhenOption {
			option = "--active-when"
		}
		return &usageError{msg: option + ": " + msg}
	case errors.As(err, &header) && header.Column() != "":
		return &usageError{msg: msg, hint: "if that is the one: --map " + terminal.ShellWord("email="+header.Column())}
	case errors.As(err, &header):
		return &usageError{msg: msg, hint: "a list needs a column named email, or one address a line; --map email=COLUMN names the column by hand"}
	case errors.As(err, &kind) && kind.Advice != "":
		return &hintedError{err: errors.New(msg), hint: kind.Advice}
	}
	return errors.New(msg)
}

// openRegular opens a file that is no folder, and tells whether it can be read twice.
func openRegular(file string) (f *os.File, regular bool, err error) {
	if f, err = os.Open(file); err != nil {
		return nil, false, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &usageError{msg: file + " is a folder, not a file"}
	}
	if err != nil {
		return nil, false, errors.Join(err, f.Close())
	}
	return f, info.Mode().IsRegular(), nil
}
