package list

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"roundup/store"
	"roundup/store/engine"
	"roundup/subscribers"
	"roundup/subscribers/listfile"
)

// firstBatch is how many lines the first transaction takes.
const firstBatch = 2000

// Import is a file of readers that is to be taken in.
type Import struct {
	File     *listfile.CSV
	Name     string // the file's, for the record
	By       subscribers.Actor
	Most     subscribers.Status // what readers become at most: Active (also when ""), Pending or Unsubscribed
	Rehearse bool               // count what would change, and change nothing
	Rejects  Rejects            // is given the lines that were not taken; nil for nobody
	Progress func(Imported)     // is told, batch after batch, what is done; nil for nobody
}

// Rejects takes the lines of a file that were refused, or left as they were.
type Rejects interface {
	Write(listfile.Reject) error
}

// Imported is what an import did, or would do.
type Imported struct {
	Lines     int                  // that hold something
	Added     int                  // new readers
	Mailable  int                  // of those: active, at an address that is not suppressed
	Updated   int                  // known ones of whom something changed
	Unchanged int                  // known ones as before
	Skipped   int                  // left as they were, against what the file asks
	Silent    int                  // of the skipped: they say nothing of their readers' standing
	Rejected  int                  // not readable as a reader
	First     *listfile.Reject     // the first of the rejected; nil for none
	Roles     int                  // taken lines of a role address (see subscribers.Address.IsRole) that may be mailed
	RoleLines []RoleLine           // some of them
	Unread    listfile.UnreadDates // left out; known at the end
}

// RoleLine is a line with a role address.
type RoleLine struct {
	Line    int
	Address string // as given
}

// roleLinesShown is how many lines with role addresses are named.
const roleLinesShown = 5

// Taken is how many lines are in the list now.
func (i Imported) Taken() int { return i.Added + i.Updated + i.Unchanged }

// Import takes readers in from a file. An import can make people leave, never
// return (see subscribers.Merge), and importing a file again changes nothing. Some 40,000
// lines at a time are taken in the order of their readers' hashes, which is what makes it quick; of
// a rehearsal all lines, so that all of a reader's come together. With an error, a broken file
// or the end of ctx, what is counted is in.
func (l *List) Import(ctx context.Context, in Import) (Imported, error) {
	im := &importer{
		Import: in, store: l.store, keys: l.keys, turns: l.turns(firstBatch),
		options: store.ImportOptions{
			Policy: subscribers.ImportPolicy{Status: in.Most}, By: in.By.Via("import of " + in.Name), Rehearse: in.Rehearse,
		},
		portions: make(chan portion), used: make(chan *aside, 1),
	}
	defer im.skipped.close()
	err := im.all(ctx)
	return im.done, err
}

// importer feeds a file to the store, batch by batch.
type importer struct {
	Import
	store    *store.Store
	keys     *subscribers.Keyring
	options  store.ImportOptions
	portions chan portion
	used     chan *aside // by a portion that was taken, for another one
	skipped  aside       // lines left as they were: line, why, cells
	turns    turns
	done     Imported
}

// portion is a part of the file, read.
type portion struct {
	rows     *aside // hash, line, cells, row
	lines    int
	rejected int
	rejects  []listfile.Reject // of them; for a rehearsal the first few
	err      error             // why it is the last, but for the end
}

// all reads on while what is read is taken.
func (im *importer) all(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go im.read(ctx)
	var err error
	for h := range im.portions {
		if err == nil {
			if err = im.takePortion(ctx, h); err != nil {
				stop(err)
			}
		}
		h.rows.close()
		select {
		case im.used <- h.rows:
		default:
		}
	}
	im.done.Unread = im.File.UnreadDates()
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return im.tellSkipped()
}

func (im *importer) takePortion(ctx context.Context, h portion) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	im.done.Lines += h.lines
	im.done.Rejected += h.rejected
	for _, reject := range h.rejects {
		if im.done.First == nil {
			im.done.First = &reject
		}
		if err := im.refuse(reject); err != nil {
			return err
		}
	}
	return errors.Join(im.take(ctx, h.rows), h.err)
}

// mostRejected is how many refused lines are kept before they are told.
const mostRejected = 1000

// read puts the lines aside, a portion at a time, until the end or that of ctx.
func (im *importer) read(ctx context.Context) {
	defer close(im.portions)
	h := portion{rows: &aside{}}
	pass := func() bool {
		select {
		case im.portions <- h:
			h = portion{}
			select {
			case h.rows = <-im.used:
			default:
				h.rows = &aside{}
			}
			return true
		case <-ctx.Done():
			return false
		}
	}
	var record []byte
	for row, reject := range im.File.Rows() {
		if ctx.Err() != nil {
			return
		}
		h.lines++
		switch {
		case reject != nil && reject.Err != nil:
			h.err = fmt.Errorf("%s: %w", im.Name, reject.Err)
		case reject != nil:
			h.rejected++
			if len(h.rejects) < mostRejected {
				h.rejects = append(h.rejects, *reject)
			}
			if len(h.rejects) == mostRejected && !im.Rehearse && !pass() {
				return
			}
			continue
		default:
			record, h.err = im.record(record[:0], row)
		}
		if h.err == nil && h.rows.full(record) && !im.Rehearse {
			h.lines-- // this line is of the next
			if !pass() {
				return
			}
			h.lines++
		}
		if h.err == nil {
			h.err = h.rows.add(record)
		}
		if h.err != nil {
			break
		}
	}
	pass()
}

// record is a row as it is put aside.
func (im *importer) record(record []byte, row subscribers.Row) ([]byte, error) {
	record = append(record, im.keys.AddressHash(row.Address.Key)...)
	record = binary.BigEndian.AppendUint64(record, uint64(row.Line))
	size := len(record)
	record = append(record, 0, 0, 0, 0)
	if im.Rejects != nil && !im.Rehearse { // a rehearsal shows line and reason
		for _, cell := range im.File.Raw() {
			record = append(append(record, cell...), cellEnd...)
		}
	}
	binary.BigEndian.PutUint32(record[size:], uint32(len(record)-size-4))
	return row.AppendBinary(record)
}

// cellEnd ends each cell of a line that is put aside. No line with one in it is taken.
const cellEnd = "\x00"

// take gives the lines of a portion to the store. All of one address are in the same batch,
// unless they are more than any batch takes.
func (im *importer) take(ctx context.Context, rows *aside) error {
	var batch []subscribers.Row
	cells := map[int]string{} // by line
	var last [hashSize]byte
	whole := true // the batch is the whole portion
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		if whole { // the order of the file is that of the list
			slices.SortFunc(batch, func(a, b subscribers.Row) int { return a.Line - b.Line })
		}
		err := im.flush(ctx, batch, cells)
		batch = batch[:0]
		clear(cells)
		if im.Progress != nil {
			im.Progress(im.done)
		}
		return err
	}
	for one, err := range lines(rows) {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if len(batch) >= im.turns.size && one.hash != last || len(batch) >= 2*mostTurn {
			whole = false
			if err := flush(); err != nil {
				return err
			}
		}
		last = one.hash
		batch = append(batch, one.row)
		if one.cells != "" {
			cells[one.row.Line] = one.cells
		}
	}
	return flush()
}

// line is one that was put aside.
type line struct {
	hash  [hashSize]byte
	cells string
	row   subscribers.Row
}

// lines reads what was put aside, in order, some of it while what came before is taken.
func lines(rows *aside) iter.Seq2[line, error] {
	const ahead = 500
	return func(yield func(line, error) bool) {
		next, stop := iter.Pull2(rows.sorted())
		defer stop()
		engine.Pages(ahead, func(line) (page []line, _ error) {
			page = make([]line, 0, ahead)
			for len(page) < ahead {
				record, err, ok := next()
				if !ok || err != nil {
					return page, err
				}
				const begin = hashSize + 8 + 4
				end := begin + binary.BigEndian.Uint32(record[begin-4:])
				one := line{hash: [hashSize]byte(record), cells: string(record[begin:end])}
				if err := one.row.UnmarshalBinary(record[end:]); err != nil {
					return page, err
				}
				page = append(page, one)
			}
			return page, nil
		})(yield)
	}
}

// hashSize is that of Keyring.AddressHash.
const hashSize = 32

// flush gives a batch to the store, after leaving the lock to others for a while. cells are those of its lines.
func (im *importer) flush(ctx context.Context, batch []subscribers.Row, cells map[int]string) error {
	return im.turns.take(ctx, len(batch), !im.Rehearse, func() error {
		got, err := im.store.ImportBatch(ctx, batch, im.options)
		im.done.Added += got.Added
		im.done.Mailable += got.Mailable
		im.done.Updated += got.Updated
		im.done.Unchanged += got.Unchanged
		im.done.Skipped += len(got.Skipped)
		if err != nil {
			return err
		}
		im.noteRoles(batch, got.Skipped)
		for _, row := range got.Skipped {
			if row.Why == listfile.NoWord {
				im.done.Silent++
			}
			record := binary.BigEndian.AppendUint64(nil, uint64(row.Line))
			record = append(record, row.Why+cellEnd+cells[row.Line]...)
			if err := im.skipped.add(record); err != nil {
				return err
			}
		}
		return nil
	})
}

// noteRoles counts the lines with role addresses that were taken and may be mailed.
func (im *importer) noteRoles(batch []subscribers.Row, skipped []store.SkippedRow) {
	for _, row := range batch {
		if !row.Address.IsRole() || row.Status == subscribers.Unsubscribed || im.Most == subscribers.Unsubscribed || row.Suppress != "" ||
			slices.ContainsFunc(skipped, func(s store.SkippedRow) bool { return s.Line == row.Line }) {
			continue
		}
		im.done.Roles++
		if len(im.done.RoleLines) < roleLinesShown {
			im.done.RoleLines = append(im.done.RoleLines, RoleLine{row.Line, row.Address.Given})
		}
	}
}

func (im *importer) refuse(reject listfile.Reject) error {
	if im.Rejects == nil {
		return nil
	}
	return im.Rejects.Write(reject)
}

// tellSkipped refuses the lines that were left as they were, in the order of the file.
func (im *importer) tellSkipped() error {
	for record, err := range im.skipped.sorted() {
		if err != nil {
			return err
		}
		why, cells, _ := strings.Cut(string(record[8:]), cellEnd)
		raw := strings.Split(strings.TrimSuffix(cells, cellEnd), cellEnd)
		if err := im.refuse(listfile.Reject{Line: int(binary.BigEndian.Uint64(record)), Raw: raw, Reason: listfile.LeftAsItWas + why}); err != nil {
			return err
		}
	}
	return nil
}
