// Package list owns what happens to a reader: joining, confirming, leaving, pausing,
// changing, being imported, suppressed or forgotten. The commands and the
// readers' pages go through it, so that there is one path for whoever asks.
//
// It must not print, ask, or word anything for people (that is cmd/roundup and
// web). What a line of a file makes of a reader is decided by subscribers, every
// statement is store's; when a reader is not mailed any more is decided in policy.go.
//
// Start reading here; each thing that can happen has a file named after it.
package list

import (
	"context"
	"time"

	"roundup/store"
	"roundup/subscribers"
)

// List is the readers of one newsletter.
type List struct {
	store *store.Store
	keys  *subscribers.Keyring
	now   func() time.Time

	policy  Policy
	writer  Writer // nil where nobody can be asked to confirm
	perHour int

	welcomeIssue bool // the latest issue goes to whoever confirms
}

// New returns the list in a database, which stops mailing readers by a policy. Its error is
// that the database's keys can't be read.
func New(ctx context.Context, st *store.Store, p Policy, now func() time.Time) (*List, error) {
	keys, err := st.Keyring(ctx)
	if err != nil {
		return nil, err
	}
	return &List{store: st, keys: keys, now: now, policy: p}, nil
}
