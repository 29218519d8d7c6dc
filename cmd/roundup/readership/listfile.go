package readership

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
	"roundup/subscribers/unpack"
)

// listFile is a list of readers, opened.
type listFile struct {
	*listfile.CSV
	io.Closer
	name   string // without its folder
	stream bool   // can be read only once: standard input, a pipe
	read   listfile.ReadOptions
	octets *counted // that were read of it
	size   int64    // of the file; 0 where it is not known
}

// counted counts what is read, from any goroutine.
type counted struct {
	io.Reader
	n atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// listSource is where a list comes from.
type listSource struct {
	name   string
	stream bool
	size   int64 // 0 where it is not known
	open   func() (io.ReadCloser, error)
}

// findLists finds the lists that a file holds: itself, the files of a ZIP archive, the
// sheet of an Excel workbook. Close the last result once they are read.
func findLists(ctx context.Context, a *app.App, file string) ([]listSource, io.Closer, error) {
	if file == "-" {
		in := func() (io.ReadCloser, error) { return io.NopCloser(terminal.Patient(ctx, a.In)), nil }
		return []listSource{{"standard input", true, 0, in}}, io.NopCloser(nil), nil
	}
	f, size, err := openRegular(file)
	if err != nil {
		return nil, nil, err
	}
	name := filepath.Base(file)
	if size < 0 {
		return []listSource{{name, true, 0, func() (io.ReadCloser, error) { return f, nil }}}, f, nil
	}
	content, err := unpack.Open(f, size)
	if err != nil {
		return nil, nil, errors.Join(words.Unreadable(name, err), f.Close())
	}
	if len(content.Parts) == 0 {
		again := func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(f, 0, size)), nil }
		return []listSource{{name, false, size, again}}, f, nil
	}
	var all []listSource
	for _, part := range content.Parts {
		source := listSource{path.Base(part.Name), false, part.Size, part.Open}
		if content.Workbook {
			source.name = name
		}
		all = append(all, source)
	}
	if len(content.Unread) > 0 {
		a.Warn("%s: what else is in it is not read: %s", name, strings.Join(content.Unread, ", "))
	}
	return all, f, nil
}

// openLists opens all lists of a file, and makes sure that somebody has said who of
// them may be mailed, where a list does not.
func openLists(ctx context.Context, a *app.App, file string, o ImportOptions) (lists []*listFile, closer func(), err error) {
	sources, f, err := findLists(ctx, a, file)
	if err != nil {
		return nil, nil, err
	}
	closer = func() {
		for _, list := range lists {
			_ = list.Close()
		}
		_ = f.Close()
	}
	for _, source := range sources {
		list, err := openList(ctx, a, source, o)
		if err != nil {
			closer()
			return nil, nil, err
		}
		lists = append(lists, list)
	}
	return lists, closer, nil
}

func openList(ctx context.Context, a *app.App, source listSource, o ImportOptions) (*listFile, error) {
	list, err := openSource(source, o.read)
	if err != nil || list.Format.Says || o.read.Silent != "" {
		return list, err
	}
	s := list.Survey() // reads the list to its end
	if err := list.Close(); err != nil {
		return nil, err
	}
	switch {
	case ctx.Err() != nil:
		return nil, terminal.ErrInterrupted
	case s.Broken != nil:
		return nil, fmt.Errorf("%s: %w", list.name, s.Broken)
	case s.Addresses == 0 && list.stream && s.First == nil:
		return nil, fmt.Errorf("%s holds no addresses: nothing to import", oneline.Plain(list.name))
	case s.Addresses == 0 && list.stream:
		return nil, nothingTaken(s.First)
	case s.Addresses == 0: // nobody to ask about; the import says why
	case !a.Interactive() || o.dryRun || list.stream:
		if o.dryRun {
			words.WriteImportPlan(a.People(), list.name, list.Format, list.read)
		}
		return nil, words.Undecided(list.name, s)
	default:
		if err := askStanding(ctx, a, list.name, s, &o.read); err != nil {
			return nil, err
		}
	}
	return openSource(source, o.read)
}

func openSource(source listSource, o listfile.ReadOptions) (*listFile, error) {
	in, err := source.open()
	if err != nil {
		return nil, words.Unreadable(source.name, err)
	}
	o.Name = source.name
	list := &listFile{Closer: in, name: source.name, stream: source.stream, read: o, octets: &counted{Reader: in}, size: source.size}
	if list.CSV, err = listfile.OpenCSV(list.octets, o); err != nil {
		return nil, errors.Join(words.Unreadable(list.name, err), in.Close())
	}
	return list, nil
}

// openRegular opens a file that is no folder; its size is -1 where it can't be read twice.
func openRegular(file string) (f *os.File, size int64, err error) {
	if f, err = os.Open(file); err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &words.UsageError{Msg: file + " is a folder, not a file"}
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	if !info.Mode().IsRegular() {
		return f, -1, nil
	}
	return f, info.Size(), nil
}

// errSaidNo is that a person, asked, wants nothing to be done.
var errSaidNo = errors.New("you said no")

// askStanding asks who of a file may be mailed, and writes the answer into o.
func askStanding(ctx context.Context, a *app.App, name string, s listfile.Survey, o *listfile.ReadOptions) error {
	q := terminal.NewAsker(ctx, a.In, a.Err)
	q.Sayf("%s: %s, and no column is known to say who left.\n", oneline.Plain(name), wording.Count(s.Addresses, "address"))
	question := "If all of them agreed to get this newsletter, and none has left: take them as active? [y/N] "
	if len(s.Columns) > 0 {
		q.Sayf("These columns may tell:\n")
		for _, c := range s.Columns[:min(len(s.Columns), words.ShownColumns)] {
			q.Sayf("  %s: %s\n", oneline.Plain(c.Column), oneline.Plain(words.Values(c)))
		}
		first := s.Columns[0]
		question = fmt.Sprintf("Who may be mailed? (%s for those alone, all for everybody, Enter for nobody) ",
			oneline.Plain(first.Column+"="+first.Values[0].Value))
	}
	for {
		answer, err := q.Ask(question)
		if errors.Is(err, terminal.ErrNoAnswer) {
			return errSaidNo
		}
		if err != nil {
			return err
		}
		switch word := strings.ToLower(answer); {
		case word == "" || word == "n" || word == "no":
			return errSaidNo
		case word == "all", len(s.Columns) == 0 && (word == "y" || word == "yes"): // yes to "who?" is no answer
			o.Silent = subscribers.Active
			return nil
		}
		if when, ok := listfile.ParseActiveWhen(answer); ok && s.Has(when) {
			o.ActiveWhen = when
			return nil
		}
		if len(s.Columns) == 0 {
			q.Sayf("  That can't be: %q is neither y nor n\n", oneline.Plain(answer))
			continue
		}
		q.Sayf("  That can't be: %q is neither a column with values of it, nor all\n", oneline.Plain(answer))
	}
}
