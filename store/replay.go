package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/subscribers"
)

// Replayed is how many left again when their leaving was played back.
type Replayed struct {
	Lines      int // that were on record beside the database; 0 also for no record at all
	Left       int // subscriptions that ended
	Forgotten  int // people erased
	Suppressed int // addresses not to be mailed
}

// replay makes those leave again who left, by the record, after the database was
// copied. What the database knows is newer than a line before its last change of
// that subscription. Coming back undoes an earlier line and nothing else: it
// makes nobody a reader.
func (tx *Tx) replay(ctx context.Context, lines []leaving, by subscribers.Actor) (done Replayed, err error) {
	done.Lines = len(lines)
	last := lastLines(lines)
	seen := map[int64]bool{}
	for _, l := range lines {
		if l.what != leftWord && l.what != string(subscribers.Erased) {
			continue
		}
		sub, err := tx.leaver(ctx, l)
		if errors.Is(err, ErrNotFound) || err == nil && seen[sub.ID] {
			continue
		}
		if err != nil {
			return done, err
		}
		seen[sub.ID] = true
		if err := tx.leaveAgain(ctx, sub, last, by, &done); err != nil {
			return done, err
		}
	}
	for hash, i := range last.suppressed {
		added, err := tx.suppressAgain(ctx, []byte(hash), lines[i], by)
		if err != nil {
			return done, err
		}
		if added {
			done.Suppressed++
		}
	}
	tx.left, tx.rejoined = nil, nil // they are on record
	return done, nil
}

// recorded is the last that the record says, by public id and by hash.
type recorded struct {
	lines      []leaving
	byID       map[subscribers.PublicID]int
	byHash     map[string]int // of leaving, coming back and being forgotten
	suppressed map[string]int // of hashes whose suppression was not lifted
}

func lastLines(lines []leaving) recorded {
	r := recorded{
		lines: lines, byID: map[subscribers.PublicID]int{}, byHash: map[string]int{}, suppressed: map[string]int{},
	}
	for i, l := range lines {
		hash := string(l.hash)
		switch {
		case l.suppresses() && hash != "":
			r.suppressed[hash] = i
		case l.what == liftedWord:
			delete(r.suppressed, hash)
		}
		if l.what != leftWord && l.what != joinedWord && l.what != string(subscribers.Erased) {
			continue
		}
		if !l.id.IsZero() {
			r.byID[l.id] = i
		}
		if hash != "" {
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

// reader is a subscriber with the hash of the address.
type reader struct {
	subscribers.Subscriber
	hash string
}

// leaver finds whom a line is about, by public id or else by address.
func (tx *Tx) leaver(ctx context.Context, l leaving) (r reader, err error) {
	err = ErrNotFound
	if !l.id.IsZero() {
		r.Subscriber, err = queryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.newsletter, l.id[:])
	}
	if errors.Is(err, ErrNotFound) && len(l.hash) > 0 {
		r.Subscriber, err = queryOne(ctx, tx, scanSubscriber, subscriberByHash, tx.newsletter, l.hash)
	}
	if err != nil {
		return r, err
	}
	hash, err := tx.hashOf(ctx, r.ID)
	r.hash = string(hash)
	return r, err
}

func (tx *Tx) leaveAgain(ctx context.Context, sub reader, last recorded, by subscribers.Actor, done *Replayed) error {
	l, found := last.of(sub.PublicID, sub.hash)
	if !found || !l.at.After(sub.Changed) {
		return nil
	}
	switch l.what {
	case leftWord:
		changed, err := tx.setStatus(ctx, sub.Subscriber, subscribers.Unsubscribed, by.Via(leftBefore(l.at)))
		if changed {
			done.Left++
		}
		return err
	case string(subscribers.Erased):
		done.Forgotten++
		return tx.erase(ctx, sub.Subscriber, by)
	}
	return nil
}

// leftBefore is through what a leaving played back happened.
func leftBefore(at time.Time) string {
	return fmt.Sprintf("adopt: left on %s, after the database was copied", at.Format(time.DateOnly))
}

// suppressAgain suppresses an address as it was, and reports whether it was not.
func (tx *Tx) suppressAgain(ctx context.Context, hash []byte, l leaving, by subscribers.Actor) (bool, error) {
	reason := subscribers.Reason(l.what)
	before, err := tx.suppression(ctx, hash)
	switch {
	case err == nil && (before.Reason == reason || reason != subscribers.Erased):
		return false, nil
	case err != nil && !errors.Is(err, ErrNotFound):
		return false, err
	case reason == subscribers.Erased:
		return tx.suppressErased(ctx, hash)
	}
	return tx.suppress(ctx, subscribers.Suppression{Hash: hash, Reason: reason, At: l.at}, by.Via(leftBefore(l.at)))
}
