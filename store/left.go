package store

import (
	"encoding/base64"
	"errors"
	"strings"
	"time"

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
	return strings.Join([]string{timeText(l.at), l.what, id, hash}, " ")
}

// parseLeaving reads a line; false for one that was cut short or is no such line.
func parseLeaving(line string) (l leaving, ok bool) {
	fields := strings.Fields(line)
	if len(fields) != 4 {
		return l, false
	}
	var errs [3]error
	l.what = fields[1]
	l.at, errs[0] = time.Parse(timeLayout, fields[0])
	if fields[2] != "-" {
		l.id, errs[1] = subscribers.ParsePublicID(fields[2])
	}
	if fields[3] != "-" {
		l.hash, errs[2] = base64.RawURLEncoding.DecodeString(fields[3])
	}
	whole := len(l.hash) == 32 || len(l.hash) == 0 && !l.id.IsZero()
	return l, whole && errors.Join(errs[:]...) == nil
}

// noteLeft puts leavings on record beside the database. A leaving is never refused
// because that can't be done, and roundup check says so.
func (s *Store) noteLeft(all []leaving) {
	if len(all) == 0 {
		return
	}
	lines := make([]string, len(all))
	for i, l := range all {
		lines[i] = l.String()
	}
	s.engine.NoteLeft(lines)
}

// leftOnRecord is who left, in the order of the record. A line that can't be read is passed over.
func (s *Store) leftOnRecord() (all []leaving, err error) {
	lines, err := s.engine.Left()
	if err != nil {
		return nil, err
	}
	for _, line := range lines {
		if l, ok := parseLeaving(line); ok {
			all = append(all, l)
		}
	}
	return all, nil
}

// LeavingsFile is where it is on record who left (see Adopt). The error is why
// it can't be written.
func (s *Store) LeavingsFile() (string, error) { return s.engine.LeftFile() }
