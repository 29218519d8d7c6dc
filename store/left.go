package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"roundup/store/engine"
	"roundup/subscribers"
)

// leaving is a line of the record beside the database of who left, and of who
// came back. It names nobody: a reader's public id and the keyed hash of the
// address are in the database and in every copy of it, and tell nothing without.
type leaving struct {
	at   time.Time
	what string               // leftWord, joinedWord, liftedWord, or a subscribers.Reason
	id   subscribers.PublicID // zero for an address that was on no list
	hash []byte               // of the address; empty where it is not known any more

	placed    time.Time // where it comes among those of other records: a clock may have been put back
	elsewhere string    // itself, where it is of another record alone
}

// What a line says. A reason of a suppression is the fourth kind, "erased" with
// an id that the reader was forgotten.
const (
	leftWord   = "left"
	joinedWord = "joined" // confirmed or, after leaving, taken in by a person
	liftedWord = "lifted" // a suppression
)

// suppresses reports whether the line says that an address is not to be mailed.
func (l leaving) suppresses() bool {
	return l.what != leftWord && l.what != joinedWord && l.what != liftedWord
}

// String is the line: time, what, public id and hash ("-" for none).
func (l leaving) String() string {
	id, hash := "-", "-"
	if !l.id.IsZero() {
		id = l.id.String()
	}
	if len(l.hash) > 0 {
		hash = base64.RawURLEncoding.EncodeToString(l.hash)
	}
	return strings.Join([]string{engine.TimeText(l.at), l.what, id, hash}, " ")
}

// parseLeaving reads a line; false for one that was cut short or is no such line.
func parseLeaving(line string) (l leaving, ok bool) {
	fields := strings.Fields(line)
	if len(fields) != 4 {
		return l, false
	}
	var errs [3]error
	l.what = fields[1]
	l.at, errs[0] = time.Parse(engine.TimeLayout, fields[0])
	if fields[2] != "-" {
		l.id, errs[1] = subscribers.ParsePublicID(fields[2])
	}
	if fields[3] != "-" {
		l.hash, errs[2] = base64.RawURLEncoding.DecodeString(fields[3])
	}
	known := !l.suppresses() || subscribers.Reason(l.what).Known()
	whole := len(l.hash) == 32 || len(l.hash) == 0 && !l.id.IsZero()
	return l, known && whole && errors.Join(errs[:]...) == nil
}

// noteLeft puts leavings on record beside the database. A leaving is never refused
// because that can't be done: the engine logs it, and roundup check says so.
func (s *Store) noteLeft(all []leaving) {
	if len(all) == 0 {
		return
	}
	lines := make([]string, len(all))
	for i, l := range all {
		lines[i] = l.String()
	}
	s.db.NoteLeft(lines)
}

// LeavingsFile is where it is on record who left (see Adopt). The error is why
// it can't be written.
func (s *Store) LeavingsFile() (string, error) { return s.db.LeftFile() }

// Replayed is how many left again when their leaving was played back.
type Replayed struct {
	Lines      int // that were on record beside the database; 0 also for no record at all
	Left       int // subscriptions that ended
	Forgotten  int // people erased
	Suppressed int // addresses not to be mailed
}

// replay makes those leave again of whom some lines of the record say so, after the database
// was copied. What the database knows is newer than a line before its last change of
// that subscription. Coming back undoes an earlier line and nothing else: it
// makes nobody a reader.
func (tx *Tx) replay(ctx context.Context, last recorded, some []int, by subscribers.Actor, done *Replayed) error {
	for _, i := range some {
		l := last.lines[i]
		switch sub, err := tx.leaver(ctx, l); {
		case err == nil:
			if err := tx.leaveAgain(ctx, sub, last, by, done); err != nil {
				return err
			}
		case !errors.Is(err, ErrNotFound):
			return err
		}
		if !last.suppresses(i) {
			continue
		}
		added, err := tx.suppressAgain(ctx, l, by)
		if err != nil {
			return err
		}
		if added {
			done.Suppressed++
		}
	}
	tx.left, tx.rejoined = nil, nil // they are on record
	return nil
}

// changes reports whether a line makes somebody leave again, or an address not be mailed.
func (tx *Tx) changes(ctx context.Context, last recorded, i int) (bool, error) {
	l := last.lines[i]
	sub, err := tx.leaver(ctx, l)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return false, err
	}
	if _, leaves := last.leaves(sub); err == nil && leaves {
		return true, nil
	}
	if !last.suppresses(i) {
		return false, nil
	}
	stays, err := tx.staysSuppressed(ctx, l)
	return !stays, err
}

// due are the lines of the record that change something. They are looked for beside whoever
// writes: a record has a line of everybody who ever left.
func (s *Store) due(ctx context.Context, last recorded) (due []int, err error) {
	for first := 0; first < len(last.lines) && err == nil; first += listPage {
		err = s.read(ctx, func(tx *Tx) error {
			for i := first; i < min(first+listPage, len(last.lines)); i++ {
				changes, err := tx.changes(ctx, last, i)
				if err != nil {
					return err
				}
				if changes {
					due = append(due, i)
				}
			}
			return nil
		})
	}
	return due, err
}

// recorded is the last that the record says, by public id and by hash.
type recorded struct {
	lines      []leaving
	byID       map[subscribers.PublicID]int
	byHash     map[string]int // of leaving, coming back and being forgotten
	suppressed map[string]int // of hashes whose suppression was not lifted
}

// lastLines finds it. The order is that of the record, but for what lets an address be
// mailed again: that is written after its commit, and so may come after a later leaving.
func lastLines(lines []leaving) recorded {
	r := recorded{
		lines: lines, byID: map[subscribers.PublicID]int{}, byHash: map[string]int{}, suppressed: map[string]int{},
	}
	for i, l := range lines {
		hash := string(l.hash)
		late := func(before int, some bool) bool {
			return some && (l.what == joinedWord || l.what == liftedWord) && l.at.Before(lines[before].at)
		}
		before, some := r.suppressed[hash]
		switch {
		case l.suppresses() && hash != "":
			r.suppressed[hash] = i
		case l.what == liftedWord && !late(before, some):
			delete(r.suppressed, hash)
		}
		if l.what != leftWord && l.what != joinedWord && l.what != string(subscribers.Erased) {
			continue
		}
		if before, some := r.byID[l.id]; !l.id.IsZero() && !late(before, some) {
			r.byID[l.id] = i
		}
		if before, some := r.byHash[hash]; hash != "" && !late(before, some) {
			r.byHash[hash] = i
		}
	}
	return r
}

// of returns the line that decides about a reader; false for none.
func (r recorded) of(id subscribers.PublicID, hash string) (leaving, bool) {
	byID, known := r.byID[id]
	if known && r.lines[byID].what == string(subscribers.Erased) {
		return r.lines[byID], true // for ever: the address may be somebody's anew, under another id
	}
	byHash, same := r.byHash[hash]
	switch {
	case known && (!same || byID > byHash):
		return r.lines[byID], true
	case same:
		return r.lines[byHash], true
	}
	return leaving{}, false
}

// decides reports whether a line is the last about a reader, an address or a suppression.
func (r recorded) decides(i int) bool {
	byID, known := r.byID[r.lines[i].id]
	byHash, same := r.byHash[string(r.lines[i].hash)]
	return known && byID == i || same && byHash == i || r.suppresses(i)
}

// suppresses reports whether a line is the last about a suppression, which was not lifted.
func (r recorded) suppresses(i int) bool {
	last, some := r.suppressed[string(r.lines[i].hash)]
	return some && last == i
}

// leaves is the line by which a reader leaves again; false for none.
func (r recorded) leaves(sub reader) (leaving, bool) {
	l, found := r.of(sub.PublicID, sub.hash)
	left := l.what == leftWord && sub.Status != subscribers.Unsubscribed
	return l, found && (left || l.what == string(subscribers.Erased)) && l.at.After(sub.Changed)
}

// fresh are the lines that the record beside the database lacks, and that decide about somebody.
// One that was outdone since stays out: written behind what outdid it, it would outdo that.
func (r recorded) fresh() (lines []string) {
	for i, l := range r.lines {
		if l.elsewhere != "" && r.decides(i) {
			lines = append(lines, l.elsewhere)
		}
	}
	return lines
}

// reader is a subscriber with the hash of the address.
type reader struct {
	subscribers.Subscriber
	hash string
}

// leaver finds who leaves by a line, by public id or else by address.
func (tx *Tx) leaver(ctx context.Context, l leaving) (r reader, err error) {
	err = ErrNotFound
	if l.what != leftWord && l.what != string(subscribers.Erased) {
		return r, err
	}
	if !l.id.IsZero() {
		r.Subscriber, err = engine.QueryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.Newsletter, l.id[:])
	}
	if errors.Is(err, ErrNotFound) && len(l.hash) > 0 {
		r.Subscriber, err = engine.QueryOne(ctx, tx, scanSubscriber, subscriberByHash, tx.Newsletter, l.hash)
	}
	if err != nil {
		return r, err
	}
	hash, err := tx.hashOf(ctx, r.ID)
	r.hash = string(hash)
	return r, err
}

func (tx *Tx) leaveAgain(ctx context.Context, sub reader, last recorded, by subscribers.Actor, done *Replayed) error {
	l, leaves := last.leaves(sub)
	switch {
	case !leaves:
		return nil
	case l.what == leftWord:
		done.Left++
		_, err := tx.setStatus(ctx, sub.Subscriber, subscribers.Unsubscribed, by.Via(leftBefore(l.at)))
		return err
	}
	done.Forgotten++
	return tx.erase(ctx, sub.Subscriber, by)
}

// leftBefore is through what a leaving played back happened.
func leftBefore(at time.Time) string {
	return fmt.Sprintf("adopt: left on %s, after the database was copied", at.Format(time.DateOnly))
}

// suppressAgain suppresses an address as it was, and reports whether it was not.
func (tx *Tx) suppressAgain(ctx context.Context, l leaving, by subscribers.Actor) (bool, error) {
	reason := subscribers.Reason(l.what)
	switch stays, err := tx.staysSuppressed(ctx, l); {
	case err != nil || stays:
		return false, err
	case reason == subscribers.Erased:
		return tx.suppressErased(ctx, l.hash)
	}
	return tx.suppress(ctx, subscribers.Suppression{Hash: l.hash, Reason: reason, At: l.at}, by.Via(leftBefore(l.at)))
}

// staysSuppressed reports whether a line changes nothing of a suppression: it is there, if not
// for the erasure that the line says.
func (tx *Tx) staysSuppressed(ctx context.Context, l leaving) (bool, error) {
	before, err := tx.suppression(ctx, l.hash)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	reason := subscribers.Reason(l.what)
	return before.Reason == reason || reason != subscribers.Erased, err
}
