package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"roundup/store"
	"roundup/subscribers"
)

// importBatch is how many rows go into one transaction: a few milliseconds, so
// that a sender or the web never waits long.
const importBatch = 500

func newSubscribersImport(a *app) *cobra.Command {
	var status, rejects string
	c := &cobra.Command{
		Use:   "import <file>",
		Short: "take readers from a CSV file or a plain list of addresses; - for standard input",
		Long: `Take readers from a CSV file with a header (comma, semicolon or tab; UTF-8,
UTF-16 or Windows-1252), the exports of other newsletter tools among them, or from
a plain list of addresses.

Importing the same file again changes nothing. An import can make people leave,
never return: who unsubscribed stays unsubscribed. Lines that are refused go to a
file of their own, with line number and reason.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			want, err := oneOf("--status", status, []subscribers.Status{subscribers.Active, subscribers.Pending})
			if err != nil {
				return err
			}
			return a.importFile(cmd.Context(), args[0], want, rejects)
		},
	}
	c.Flags().StringVar(&status, "status", string(subscribers.Active), "`STATUS` of new readers: active or pending")
	c.Flags().StringVar(&rejects, "rejects", "", "`FILE` for refused lines (default FILE.rejects.csv beside the import)")
	return c
}

// imported is what `subscribers import --json` prints.
type imported struct {
	Added       int    `json:"added"`
	Updated     int    `json:"updated"`
	Unchanged   int    `json:"unchanged"`
	Skipped     int    `json:"skipped"`
	Rejected    int    `json:"rejected"`
	RejectsFile string `json:"rejects_file"`
}

func (a *app) importFile(ctx context.Context, file string, status subscribers.Status, rejects string) error {
	st, err := a.store(ctx)
	if err != nil {
		return err
	}
	in, name, err := a.openImport(ctx, file)
	if err != nil {
		return err
	}
	defer in.Close()
	im := &importer{
		store:   st,
		options: store.ImportOptions{Policy: subscribers.ImportPolicy{Status: status}, Through: "import of " + name},
		refused: rejectsFile{wanted: cmp.Or(rejects, defaultRejects(file))},
	}
	err = im.read(ctx, in, name, func(w string) { a.warn("%s: %s", name, w) })
	if cerr := im.refused.close(); err == nil {
		err = cerr
	}
	if err != nil {
		return im.brokenOff(ctx, err)
	}
	return a.printImported(im, name)
}

// brokenOff adds to an error what was done before it, and how to go on.
func (im *importer) brokenOff(ctx context.Context, err error) error {
	var hinted *hintedError
	done := im.counts.Added + im.counts.Updated + im.counts.Unchanged
	switch {
	case ctx.Err() != nil:
		return &hintedError{err: errInterrupted, hint: fmt.Sprintf(
			"%s in; import the file again to go on: nothing is taken twice", rowsAre(done))}
	case errors.As(err, &hinted) || done == 0:
		return err
	}
	return &hintedError{err: err, hint: fmt.Sprintf(
		"%s in; mend the file and import it again: nothing is taken twice", rowsAre(done))}
}

func rowsAre(rows int) string {
	if rows == 1 {
		return "1 row is"
	}
	return count(rows, "row") + " are"
}

func (a *app) openImport(ctx context.Context, file string) (io.ReadCloser, string, error) {
	if file == "-" {
		return io.NopCloser(patient{ctx, a.std.In}), "standard input", nil
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, "", err
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = &usageError{msg: file + " is a folder, not a file"}
	}
	if err != nil {
		return nil, "", errors.Join(err, f.Close())
	}
	return f, filepath.Base(file), nil
}

// importer feeds a file to the store, batch by batch.
type importer struct {
	store   *store.Store
	options store.ImportOptions
	refused rejectsFile
	counts  imported
	batch   []subscribers.Row
	lines   int
}

func (im *importer) read(ctx context.Context, in io.Reader, name string, warn func(string)) error {
	options := subscribers.ReadOptions{Name: name, Format: func(f subscribers.Format) {
		im.refused.columns = f.Columns
		for _, w := range f.Warnings {
			warn(w)
		}
	}}
	for row, reject := range subscribers.ReadCSV(in, options) {
		if ctx.Err() != nil {
			return errInterrupted
		}
		im.lines++
		if err := im.take(ctx, name, row, reject); err != nil {
			return err
		}
	}
	return im.flush(ctx)
}

func (im *importer) take(ctx context.Context, name string, row subscribers.Row, reject *subscribers.Reject) error {
	switch {
	case reject == nil:
		im.batch = append(im.batch, row)
		if len(im.batch) < importBatch {
			return nil
		}
		return im.flush(ctx)
	case reject.Err != nil:
		if err := im.flush(ctx); err != nil {
			return err
		}
		return fmt.Errorf("%s: %w", name, reject.Err)
	}
	im.counts.Rejected++
	return im.refused.write(*reject)
}

func (im *importer) flush(ctx context.Context) error {
	if len(im.batch) == 0 {
		return nil
	}
	got, err := im.store.ImportBatch(ctx, im.batch, im.options)
	im.batch = im.batch[:0]
	im.counts.Added += got.Added
	im.counts.Updated += got.Updated
	im.counts.Unchanged += got.Unchanged
	im.counts.Skipped += len(got.Skipped)
	if err != nil {
		return err
	}
	for _, row := range got.Skipped {
		if err := im.refused.left(row); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printImported(im *importer, name string) error {
	im.counts.RejectsFile = im.refused.path
	if a.json {
		return a.printJSON(im.counts)
	}
	c := im.counts
	if im.lines == 0 {
		a.printf("%s holds no addresses: nothing to import.\n", name)
		return nil
	}
	a.printf("%s: %d added, %d updated, %d unchanged, %d left as they were, %d refused.\n",
		count(im.lines, "line"), c.Added, c.Updated, c.Unchanged, c.Skipped, c.Rejected)
	if c.RejectsFile != "" {
		a.printf("Which and why: %s. Mended, that file can be imported itself.\n", c.RejectsFile)
	}
	return nil
}

func newSubscribersExport(a *app) *cobra.Command {
	var status string
	c := &cobra.Command{
		Use:   "export [<file>]",
		Short: "write the list as CSV; to standard output without a file",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			only, err := oneOf("--status", status, subscribers.Statuses())
			if err != nil {
				return err
			}
			f := store.SubscriberFilter{Status: only}
			if len(args) == 0 || args[0] == "-" {
				_, err := a.export(cmd.Context(), a.std.Out, f)
				return err
			}
			return a.exportFile(cmd.Context(), args[0], f)
		},
	}
	c.Flags().StringVar(&status, "status", "", "only those of this `STATUS`: pending, active or unsubscribed")
	return c
}

// exportFile writes the list to a new file, whole or not at all.
func (a *app) exportFile(ctx context.Context, path string, f store.SubscriberFilter) error {
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &hintedError{err: fmt.Errorf("export: %s exists already", path), hint: "name a new file: an export replaces nothing"}
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	n, err := a.export(ctx, out, f)
	if cerr := out.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(path) // half a list is worse than none
		return fmt.Errorf("export to %s: %w", path, err)
	}
	a.printf("%s written to %s.\n", count(n, "reader"), path)
	return nil
}

func (a *app) export(ctx context.Context, w io.Writer, f store.SubscriberFilter) (int, error) {
	st, err := a.store(ctx)
	if err != nil {
		return 0, err
	}
	out := subscribers.NewCSVWriter(w)
	n := 0
	for s, err := range st.Listed(ctx, f) {
		if err != nil {
			return n, err
		}
		if err := out.Write(s.Subscriber, s.Suppressed); err != nil {
			return n, err
		}
		n++
	}
	return n, out.Flush()
}
