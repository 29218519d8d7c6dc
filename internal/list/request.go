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

// NotSentError says that a reader is not sent the latest issue: they are not to be mailed, as
// Reader says, or were in its audience, or there is none.
type NotSentError struct {
	Reader store.Listed
	Issue  int // whose audience the reader was in; 0 for none
}

// Error says to whom.
func (e *NotSentError) Error() string { return "no issue is sent to " + e.Reader.Email }

// SendIssue has the latest issue sent to a reader who asked somebody for it and was not in
// its audience: once, however often it is asked for. It returns the issue and what became of
// the copy, or fails with a *NotSentError, of a reader who pauses, too: they said so themselves.
func (l *List) SendIssue(ctx context.Context, r store.Listed, by subscribers.Actor) (digest.Issue, delivery.State, error) {
	if r.Paused.After(l.now()) {
		return digest.Issue{}, "", &NotSentError{Reader: r}
	}
	r.Paused = time.Time{} // it is over, and keeps nobody from anything
	issue, copied, err := l.store.RequestIssue(ctx, r.PublicID, by)
	var in *store.InAudienceError
	switch {
	case errors.As(err, &in):
		err = &NotSentError{Reader: r, Issue: in.Issue}
	case errors.Is(err, store.ErrNotFound):
		err = &NotSentError{Reader: r}
	}
	return issue, copied, err
}
