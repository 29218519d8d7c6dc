// Package asjson owns what Roundup says to programs: the shape of each line that a
// command prints with --json, and how it is made of what the rooms know.
//
// It must not ask a room for anything, print, or word what people read. A key that
// is there stays, and means what it did: others read these lines.
//
// Start reading with Summary; one file a noun.
package asjson

import "time"

// NotDone is a command whose question was answered with no.
type NotDone struct {
	Done bool   `json:"done"`
	Why  string `json:"why"`
}

// stamp is a time in RFC 3339, in UTC; "" for none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// notNil is a list that is [] where it is empty, and not null.
func notNil[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}
