package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"roundup/store/engine"
	"roundup/subscribers"
)

// A record of who left says itself where it goes on: a move writes into that of the database
// it leaves behind where the other's is, and into the other's that it is kept there. What is
// restored in the old place, by whatever means, finds who left at the new one.
const (
	keptHere = "kept-here"
	keptIn   = "kept-in " // and the file, to the end of the line
)

// ErrNoRecord is returned for a file that is no record of who left, and where a move is to
// be made up for also for one that ends before it.
var ErrNoRecord = errors.New("it is no record of who left since")

// RecordError says which record of who left can't be read: they would be mailed again.
type RecordError struct {
	File string // "" where nothing says which it is
	Err  error
}

// Error implements error.
func (e *RecordError) Error() string {
	switch {
	case e.File == "":
		return "nothing here says where it is on record who left since the move"
	case errors.Is(e.Err, ErrNoRecord):
		return fmt.Sprintf("%s: %v", e.File, e.Err)
	}
	return fmt.Sprintf("who left since is on record in %s: %v", e.File, e.Err)
}

// Unwrap is why it can't be read.
func (e *RecordError) Unwrap() error { return e.Err }

// records are what is on record of who left, here and elsewhere.
type records struct {
	files    []string
	leavings []leaving // in the order of the record; of several in that of their time, too
	known    map[string]bool
	missing  *RecordError // of the one that is said to be lost; nil for none, and once a copy was named
	away     bool         // the one beside the database doesn't say that it goes on here
}

// Records are the files that Adopt would read who left from, that beside the database first.
// It fails with a *RecordError as Adopt does.
func (s *Store) Records(ctx context.Context, o AdoptOptions) ([]string, error) {
	r, err := s.records(ctx, o)
	return r.files, err
}

func (s *Store) records(ctx context.Context, o AdoptOptions) (r records, err error) {
	_, err = s.Standing(ctx)
	moved := errors.As(err, new(*engine.MovedError))
	if err != nil && !(moved && o.Moved) {
		return r, err
	}
	own, err := s.db.Left()
	if err != nil {
		return r, err
	}
	file, _ := s.db.LeftFile()
	r.add(file, own)
	next, said := goesOn(own)
	if moved && !said && file != "" {
		r.missing = &RecordError{}
	}
	r.away = next != "" || r.missing != nil
	for next != "" && !slices.Contains(r.files, next) {
		there, err := engine.ReadLeft(next)
		if err != nil {
			r.missing = &RecordError{File: next, Err: err}
			break
		}
		r.add(next, there)
		file := next
		if next, said = goesOn(there); !said { // no move wrote it: another database was made there
			r.missing = &RecordError{File: file, Err: ErrNoRecord}
		}
	}
	if r.missing != nil && len(o.Records) == 0 && !o.RecordLost {
		return r, r.missing
	}
	for _, file := range o.Records {
		there, err := engine.ReadLeft(file)
		if err == nil && !r.add(file, there) {
			err = ErrNoRecord
		}
		if err != nil {
			return r, &RecordError{File: file, Err: err}
		}
		if next, said := goesOn(there); said && next == "" {
			r.missing = nil
		}
	}
	if r.missing != nil && !o.RecordLost {
		return r, &RecordError{File: o.Records[0], Err: ErrNoRecord}
	}
	if len(r.files) > 1 {
		slices.SortStableFunc(r.leavings, func(a, b leaving) int { return a.placed.Compare(b.placed) })
	}
	return r, nil
}

// add takes in a record but for the lines of those before it, and reports whether it is one.
// A line that can't be read is passed over.
func (r *records) add(file string, lines []string) bool {
	before := maps.Clone(r.known)
	if before == nil {
		r.known = map[string]bool{}
	}
	_, isOne := goesOn(lines)
	var latest time.Time
	for _, line := range lines {
		l, ok := parseLeaving(line)
		isOne = isOne || ok
		if !ok {
			continue
		}
		if l.at.After(latest) {
			latest = l.at
		}
		if before[line] {
			continue
		}
		if l.placed = latest; before != nil {
			l.elsewhere = line
		}
		r.known[line] = true
		r.leavings = append(r.leavings, l)
	}
	r.files = append(r.files, file)
	return isOne || len(lines) == 0
}

// goesOn is the file in which a record goes on, as it said last; "" for here. said reports
// whether it says that at all.
func goesOn(lines []string) (file string, said bool) {
	for _, line := range slices.Backward(lines) {
		if line == keptHere {
			return "", true
		}
		if file, said = strings.CutPrefix(line, keptIn); said {
			return file, true
		}
	}
	return "", false
}

// playedAtOnce is how many are made to leave again in one transaction, and playedPause for how
// long others are let between: nobody waits for it long.
const (
	playedAtOnce = 50
	playedPause  = 25 * time.Millisecond
)

// PlayBack makes those leave again who left by records from elsewhere, in a database that is
// in charge. It fails with a *RecordError. With another error it may have done some of it, and
// done again does the rest.
func (s *Store) PlayBack(ctx context.Context, files []string, by subscribers.Actor) (done Replayed, err error) {
	r, err := s.records(ctx, AdoptOptions{Records: files})
	if err != nil {
		return done, err
	}
	last := lastLines(r.leavings)
	done.Lines = len(last.lines)
	due, err := s.due(ctx, last)
	if err != nil {
		return done, err
	}
	s.db.NoteLeft(last.fresh()) // before the commits, as what leaves in the usual way
	err = s.db.WipeOnce(ctx, func(ctx context.Context) error {
		for some := range slices.Chunk(due, playedAtOnce) {
			var now Replayed
			err := s.write(ctx, func(tx *Tx) error {
				now = done
				return tx.replay(ctx, last, some, by.Via(subscribers.ThroughAdopt), &now)
			})
			if err != nil {
				return err
			}
			done = now
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-time.After(playedPause):
			}
		}
		return nil
	})
	return done, err
}
