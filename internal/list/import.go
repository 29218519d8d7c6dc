package list

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// importBatch is how many rows one transaction takes: some ten milliseconds' worth,
// so that neither a sender nor the web waits long for its turn.
const importBatch = 250

// importPause leaves the write lock to others after a full batch. SQLite has no
// queue for it: a process that waits looks again every few milliseconds, and
// against an import without pauses would look in vain for seconds.
const importPause = 10 * time.Millisecond

// Import is a file of readers that is to be taken in.
type Import struct {
	File     *subscribers.CSV
	Name     string // the file's, for the record
	By       subscribers.Actor
	Most     subscribers.Status // what readers become at most: Active (also when ""), Pending or Unsubscribed
	Rehearse bool               // count what would change, and change nothing
	Rejects  Rejects            // is given the lines that were not taken; nil for nobody
}

// Rejects takes the lines of a file that were refused, or left as they were.
type Rejects interface {
	Write(subscribers.Reject) error
}

// Imported is what an import did, or would do.
type Imported struct {
	Lines     int                 // that hold something
	Added     int                 // new readers
	Updated   int                 // known ones of whom something changed
	Unchanged int                 // known ones as before
	Skipped   int                 // left as they were, against what the file asks
	Silent    int                 // of the skipped: they say nothing of their readers' standing
	Rejected  int                 // not readable as a reader
	First     *subscribers.Reject // the first of the rejected; nil for none
}

// Taken is how many lines are in the list now.
func (i Imported) Taken() int { return i.Added + i.Updated + i.Unchanged }

// Import takes readers in from a file. An import can make people leave, never
// return (see subscribers.Merge), and importing a file again changes nothing. With
// an error, a broken file or the end of ctx, what is counted is in.
func (l *List) Import(ctx context.Context, in Import) (Imported, error) {
	im := &importer{
		Import: in, store: l.store,
		options: store.ImportOptions{
			Policy: subscribers.ImportPolicy{Status: in.Most}, By: in.By.Via("import of " + in.Name),
		},
	}
	if in.Rehearse {
		im.options.Rehearsal = store.NewRehearsal()
	}
	err := im.read(ctx)
	return im.done, err
}

// importer feeds a file to the store, batch by batch.
type importer struct {
	Import
	store   *store.Store
	options store.ImportOptions
	batch   []subscribers.Row
	done    Imported
}

func (im *importer) read(ctx context.Context) error {
	for row, reject := range im.File.Rows() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		im.done.Lines++
		if err := im.take(ctx, row, reject); err != nil {
			return err
		}
	}
	return im.flush(ctx)
}

func (im *importer) take(ctx context.Context, row subscribers.Row, reject *subscribers.Reject) error {
	switch {
	case reject == nil:
		im.batch = append(im.batch, row)
		if len(im.batch) < importBatch {
			return nil
		}
		if err := im.flush(ctx); err != nil || im.Rehearse {
			return err
		}
		pause(ctx, importPause)
		return nil
	case reject.Err != nil:
		if err := im.flush(ctx); err != nil {
			return err
		}
		return fmt.Errorf("%s: %w", im.Name, reject.Err)
	}
	im.done.Rejected++
	if im.done.First == nil {
		im.done.First = reject
	}
	return im.refuse(*reject)
}

// pause waits, or until ctx is done.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (im *importer) refuse(reject subscribers.Reject) error {
	if im.Rejects == nil {
		return nil
	}
	return im.Rejects.Write(reject)
}

func (im *importer) flush(ctx context.Context) error {
	if len(im.batch) == 0 {
		return nil
	}
	got, err := im.store.ImportBatch(ctx, im.batch, im.options)
	im.batch = im.batch[:0]
	im.done.Added += got.Added
	im.done.Updated += got.Updated
	im.done.Unchanged += got.Unchanged
	im.done.Skipped += len(got.Skipped)
	if err != nil {
		return err
	}
	for _, row := range got.Skipped {
		if row.Why == subscribers.NoWord {
			im.done.Silent++
		}
		if err := im.refuse(im.left(row)); err != nil {
			return err
		}
	}
	return nil
}

// left is the reject for a row that was left as it was, its address under the
// file's own column.
func (im *importer) left(row store.SkippedRow) subscribers.Reject {
	column := slices.IndexFunc(im.File.Format.Columns, func(c string) bool { return strings.Contains(strings.ToLower(c), "mail") })
	cells := make([]string, max(column, 0)+1)
	cells[len(cells)-1] = row.Email
	return subscribers.Reject{Line: row.Line, Raw: cells, Reason: subscribers.LeftAsItWas + row.Why}
}
