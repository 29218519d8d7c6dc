package list

import (
	"context"
	"errors"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store"
	"roundup/subscribers"
)

// NotSentError says that a reader is not sent the latest issue: they are not to be mailed, or were
// in its audience, or there is none.
type NotSentError struct {
	Reader   store.Listed
	Unmailed Unmailed // why they are not to be mailed
	Issue    int      // whose audience the reader was in; 0 for none
}

// Error says to whom.
func (e *NotSentError) Error() string { return "no issue is sent to " + e.Reader.Email }

// SendIssue has the latest issue sent to a reader who asked somebody for it and was not in
// its audience: once, however often it is asked for. It returns the issue and what became of
// the copy, or fails with a *NotSentError, of a reader who pauses, too: they said so themselves.
func (l *List) SendIssue(ctx context.Context, r store.Listed, by subscribers.Actor) (digest.Issue, delivery.State, error) {
	unmailed := l.Unmailed(r, time.Time{})
	if unmailed.Why == IsPaused {
		return digest.Issue{}, "", &NotSentError{Reader: r, Unmailed: unmailed}
	}
	issue, copied, err := l.store.RequestIssue(ctx, r.PublicID, by)
	var in *store.InAudienceError
	switch {
	case errors.As(err, &in):
		err = &NotSentError{Reader: r, Issue: in.Issue}
	case errors.Is(err, store.ErrNotFound):
		err = &NotSentError{Reader: r, Unmailed: unmailed}
	}
	return issue, copied, err
}
