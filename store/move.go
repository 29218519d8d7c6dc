package store

import (
	"context"
	"errors"
	"fmt"

	"roundup/store/content"
	"roundup/store/engine"
	"roundup/subscribers"
)

// movedTables are all tables of the memory, those that others name first.
func movedTables() []string {
	return []string{
		"newsletters", "keys", "meta", "sources", "articles", "article_aliases", "slots",
		"issues", "issue_articles", "issue_variants", "issue_pictures", "article_states", "issue_edits", "article_edits",
		"subscribers", "subscriptions", "suppressions", "sign_ups", "address_changes", "addresses_left",
		"audience", "ranges", "deliveries", "attempts", "leases", "workers", "refusals", "relays", "relay_hours",
		"outbox", "notices", "bounces", "mailboxes", "events",
	}
}

var (
	// ErrNotFresh is returned for a move to a database in which something happened already.
	ErrNotFresh = errors.New("the database holds something already")
	// ErrUnderWay is returned for a move in the middle of an issue.
	ErrUnderWay = errors.New("an issue is under way")
	// ErrNotInCharge is returned for a move of a database that is not the one that sends.
	ErrNotInCharge = errors.New("the database is not the one that sends")
	// ErrNotOnRecord is returned for a move that can't put on record where who left is on
	// record from then on: an adoption later would mail them.
	ErrNotOnRecord = errors.New("who left can't be put on record")
)

// Moved is what a move copied of a table.
type Moved struct {
	Table string
	Rows  int  // so far
	All   int  // that it has
	Done  bool // it is copied, and the rows were counted on both sides
}

// Move copies the whole memory to a database that was just created, puts that in charge
// and marks this one as moved there: it takes no changes any more. Both are locked by the caller. All of it is written
// in one transaction of to's, in one of ours that lets nobody else write: who wants to
// leave meanwhile waits. Interrupted anywhere, one of the two is in charge or neither, never
// both: where neither is, the same move done again hands over what was copied. said is told of each table as it is copied.
func (s *Store) Move(ctx context.Context, to *Store, by subscribers.Actor, said func(Moved)) error {
	switch copied, err := s.mayMove(ctx, to); {
	case err != nil:
		return err
	case copied:
		return s.handOver(ctx, to, by)
	}
	err := s.writeUncounted(ctx, func(from *Tx) error {
		// The last results of an issue that was cancelled may still come.
		if err := from.Alone(ctx); err != nil {
			return fmt.Errorf("wait for the senders: %w", err)
		}
		err := to.writeUncounted(ctx, func(into *Tx) error {
			if err := into.fresh(ctx); err != nil {
				return err
			}
			if err := into.clear(ctx); err != nil {
				return err
			}
			for _, table := range movedTables() {
				n, err := from.CopyTable(ctx, into.Tx.Tx.Tx, table, func(n, all int) {
					said(Moved{Table: table, Rows: n, All: all})
				})
				if err != nil {
					return fmt.Errorf("move %s: %w", table, err)
				}
				said(Moved{Table: table, Rows: n, All: n, Done: true})
			}
			return into.SetMeta(ctx, metaCopyOf, s.Path()) // until it is handed over
		})
		if err != nil {
			return err
		}
		return errors.Join(
			from.SetMeta(ctx, engine.MetaMovedTo, to.Path()),
			from.SetMeta(ctx, metaCopyOf, to.Path())) // an older program knows no other mark
	})
	if err != nil {
		return err
	}
	return s.handOver(ctx, to, by)
}

// ForeseeMove is what Move would copy, and fails where that would; to is nil for a database
// that is not there yet. copied reports that a move was interrupted once all was copied: then
// the other would only be put in charge. Nothing is changed.
func (s *Store) ForeseeMove(ctx context.Context, to *Store) (tables []Moved, copied bool, err error) {
	if copied, err = s.mayMove(ctx, to); err != nil || copied {
		return nil, copied, err
	}
	if to != nil {
		if err := to.read(ctx, func(tx *Tx) error { return tx.fresh(ctx) }); err != nil {
			return nil, false, err
		}
	}
	err = s.read(ctx, func(tx *Tx) error {
		for _, table := range movedTables() {
			n, err := tx.RowsOf(ctx, table)
			if err != nil {
				return err
			}
			tables = append(tables, Moved{Table: table, All: n})
		}
		return nil
	})
	return tables, false, err
}

// mayMove fails where a move can't begin; copied: see ForeseeMove.
func (s *Store) mayMove(ctx context.Context, to *Store) (copied bool, err error) {
	st, err := s.Standing(ctx)
	if moved := new(engine.MovedError); errors.As(err, &moved) && to != nil && moved.To == to.Path() {
		_, theirs, other := to.standing(ctx)
		if other != nil || theirs.original == s.Path() { // it was interrupted once all was copied
			return other == nil, other
		}
	}
	if err != nil {
		return false, err
	}
	if !st.Sends() {
		return false, fmt.Errorf("%w: %s", ErrNotInCharge, st.Detail)
	}
	underWay, err := s.UnderWay(ctx)
	if err == nil && len(underWay) > 0 {
		err = fmt.Errorf("%w: issue %d is %s", ErrUnderWay, underWay[0].Number, underWay[0].Status)
	}
	for _, side := range []*Store{s, to} {
		if err == nil && side != nil {
			err = side.mayNote()
		}
	}
	return false, err
}

func (s *Store) mayNote() error {
	if _, err := s.db.LeftFile(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotOnRecord, err)
	}
	return nil
}

// noteWhere puts lines on record that say where it goes on, and reads them back: an adoption
// goes by them, and NoteLeft doesn't say whether they were written.
func (s *Store) noteWhere(lines []string) error {
	file, _ := s.db.LeftFile()
	if file == "" {
		return nil
	}
	s.db.NoteLeft(lines)
	kept, err := s.db.Left()
	if err != nil {
		return err
	}
	want, _ := goesOn(lines)
	if got, said := goesOn(kept); !said || got != want {
		return fmt.Errorf("%w in %s", ErrNotOnRecord, file)
	}
	return nil
}

// writeUncounted is a write that is no change of the database's own.
func (s *Store) writeUncounted(ctx context.Context, work func(*Tx) error) error {
	return s.db.WriteUncounted(ctx, func(under *engine.Tx) error { return work(&Tx{Tx: content.In(under)}) })
}

// handOver puts a database in charge to which all was copied.
func (s *Store) handOver(ctx context.Context, to *Store, by subscribers.Actor) error {
	lines, err := s.db.Left()
	if err != nil {
		return err
	}
	ours, _ := s.db.LeftFile()
	theirs, _ := to.db.LeftFile()
	if theirs == ours {
		lines = nil
	}
	if err := to.noteWhere(append(lines, keptHere)); err != nil {
		return err
	}
	if theirs != ours {
		if err := s.noteWhere([]string{keptIn + theirs}); err != nil {
			return err
		}
	}
	if err := to.load(ctx); err != nil {
		return err
	}
	// The mark first: what is no copy any more, and not in charge, no move would end.
	if err := to.TakeCharge(ctx); err != nil {
		return err
	}
	err = to.writeUncounted(ctx, func(tx *Tx) error {
		return errors.Join(
			tx.SetMeta(ctx, metaCopyOf, ""),
			tx.Record(ctx, engine.Entry{What: "database moved", By: by, Detail: s.Path()}))
	})
	if err != nil {
		return err
	}
	_, err = to.Standing(ctx)
	return err
}

// fresh fails with ErrNotFresh unless nothing has happened in a database yet.
func (tx *Tx) fresh(ctx context.Context) error {
	for _, table := range movedTables() {
		if table == "newsletters" || table == "keys" || table == "meta" {
			continue
		}
		n, err := tx.RowsOf(ctx, table)
		if err != nil {
			return err
		}
		if n > 0 {
			return fmt.Errorf("%w: %s in its table %s", ErrNotFresh, count(n), table)
		}
	}
	return nil
}

// clear takes away what every database begins with.
func (tx *Tx) clear(ctx context.Context) error {
	for _, table := range []string{"keys", "meta", "newsletters"} {
		if _, err := tx.Exec(ctx, `DELETE FROM `+table); err != nil {
			return fmt.Errorf("empty %s: %w", table, err)
		}
	}
	return nil
}

func count(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}
