package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"

	"roundup/store/engine"
)

// Case is whether a database may be in charge of the newsletter, or why not.
type Case int

const (
	InCharge  Case = iota // created or adopted here, and nothing newer was here
	Copy                  // a backup that was not adopted
	Behind                // older than what was here: a copy, or without its write-ahead log
	Other                 // another database was here before it
	NeverHere             // nothing beside it shows that it was in charge here
)

// Standing says whether the database may be in charge of the newsletter.
type Standing struct {
	Case      Case
	Detail    string // in words; "" when all is well
	Missing   int64  // how many changes it lacks of those made here; 0 where that is not known
	LastIssue int    // the highest number this newsletter's issues had here, known or not to it; 0 where that is not known
}

// Sends reports whether the database may send.
func (st Standing) Sends() bool { return st.Case == InCharge }

// facts are what a database says of itself.
type facts struct {
	id, original string
	changes      int64
	lastIssue    int
}

func (tx *Tx) facts(ctx context.Context) (f facts, err error) {
	var errs [4]error
	f.id, errs[0] = tx.Meta(ctx, metaID)
	f.original, errs[1] = tx.Meta(ctx, metaCopyOf)
	f.lastIssue, errs[2] = tx.LastNumber(ctx)
	f.changes, errs[3] = engine.QueryOne(ctx, tx, engine.ScanValue[int64], `SELECT CAST(value AS BIGINT) FROM meta WHERE key = ?`, metaChanges)
	return f, errors.Join(errs[:]...)
}

// Standing compares the database with the mark beside it. It fails with ErrMoved where
// another file is in the database's place, and with an *engine.MovedError where the database
// was moved.
func (s *Store) Standing(ctx context.Context) (Standing, error) {
	st, _, err := s.standing(ctx)
	return st, err
}

func (s *Store) standing(ctx context.Context) (st Standing, f facts, err error) {
	// The mark first: the database, read later, can only have come further.
	m, err := s.db.Mark(ctx)
	if err != nil {
		return st, f, err
	}
	err = s.read(ctx, func(tx *Tx) error {
		if err = tx.Stays(ctx); err != nil {
			return err
		}
		f, err = tx.facts(ctx)
		return err
	})
	if err != nil {
		return st, f, err // what was in charge stays so: its writes are counted, or refused
	}
	st = f.compare(m)
	s.db.SetInCharge(st.Sends())
	return st, f, nil
}

// compare judges a database by the mark beside it.
func (f facts) compare(m engine.Mark) (st Standing) {
	if m.State == engine.MarkGood && lineage(m.ID) == lineage(f.id) {
		st.LastIssue = m.Issue
	}
	switch {
	case f.original != "":
		st.Case, st.Detail = Copy, "it is a copy of "+f.original
	case m.State == engine.MarkMissing:
		st.Case = NeverHere
		st.Detail = fmt.Sprintf("it was put here from elsewhere, or %s was removed, which says what was in charge here", m.File)
	case m.State == engine.MarkCopied:
		st.Case = NeverHere
		st.Detail = fmt.Sprintf("it was put here from elsewhere, together with %s", m.File)
	case lineage(m.ID) != lineage(f.id):
		st.Case, st.Detail = Other, "another database was in charge here"
	case m.ID != f.id:
		st.Case, st.Detail = Behind, "it is older than the database that was here: from before the last adoption"
	case m.Changes > f.changes:
		st.Case, st.Missing = Behind, m.Changes-f.changes
		st.Detail = fmt.Sprintf("it is older than the database that was here: the last %s missing", changesAre(st.Missing))
	}
	if st.Case == Behind && m.Issue > f.lastIssue {
		st.Detail += fmt.Sprintf(", and issue %d has started since", m.Issue)
	}
	return st
}

func changesAre(n int64) string {
	if n == 1 {
		return "change is"
	}
	return fmt.Sprintf("%d changes are", n)
}

// newID makes the id of a database.
func newID() string { return randomHex(engine.IDSize/2) + randomHex(engine.IDSize/2) }

// lineage is the part of an id that an adoption keeps.
func lineage(id string) string { return id[:min(len(id), engine.IDSize/2)] }

func randomHex(digits int) string {
	b := make([]byte, digits/2)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return hex.EncodeToString(b)
}

// settle finds out at the opening whether the database is in charge. One that
// nothing has happened in yet is from here on. One that was moved can still be read.
func (s *Store) settle(ctx context.Context) error {
	st, f, err := s.standing(ctx)
	if errors.As(err, new(*engine.MovedError)) {
		return nil
	}
	if err != nil || st.Case != NeverHere || f.changes > 0 {
		return err
	}
	return s.mark(ctx, f)
}

// TakeCharge makes this the database in charge here, whatever was before. Engines
// call it for one that was just created.
func (s *Store) TakeCharge(ctx context.Context) error {
	_, f, err := s.standing(ctx)
	if err != nil {
		return err
	}
	return s.mark(ctx, f)
}

// mark writes beside a database what it says of itself, which puts it in charge.
func (s *Store) mark(ctx context.Context, f facts) error {
	if err := s.db.SetMark(ctx, engine.Mark{ID: f.id, Changes: f.changes, Issue: f.lastIssue}); err != nil {
		return err
	}
	_, err := s.Standing(ctx)
	return err
}
