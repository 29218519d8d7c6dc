package readers

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"roundup/delivery"
	"roundup/subscribers"
)

const (
	// leaveFor is how long an unsubscription is tried: much longer than another
	// program keeps the database locked, and than a thousand at once take after that.
	leaveFor = 2 * time.Minute
	// answerWithin is how long the client waits for it, less than an answer may take.
	answerWithin = 25 * time.Second
)

// errSlow is the answer while an unsubscription goes on.
var errSlow = errors.New("the unsubscription takes long, and goes on")

// leavings are the unsubscriptions under way.
type leavings struct {
	list          Subscribers
	limit, answer time.Duration
	log           *slog.Logger

	under sync.RWMutex // read-locked by each
}

// leave unsubscribes a reader. It goes on when the request ends: who pressed the
// button has left, whether their program waits for the answer or not. With
// errSlow it goes on too.
func (l *leavings) leave(ctx context.Context, id subscribers.PublicID, through string) error {
	done := make(chan error, 1)
	l.under.RLock()
	go func() {
		defer l.under.RUnlock()
		done <- l.try(context.WithoutCancel(ctx), id, through)
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(l.answer):
	}
	go func() {
		if err := <-done; err != nil {
			l.log.Error("a reader could not be unsubscribed", "error", err)
		}
	}()
	return errSlow
}

// try unsubscribes, again and again where that is worth it, such as while another
// program keeps the database locked.
func (l *leavings) try(ctx context.Context, id subscribers.PublicID, through string) error {
	ctx, cancel := context.WithTimeout(ctx, l.limit)
	defer cancel()
	const longest = 2 * time.Second
	for pause := 50 * time.Millisecond; ; pause = min(2*pause, longest) {
		_, err := l.list.Unsubscribe(ctx, id, through)
		if !errors.Is(err, delivery.ErrLedgerAway) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
		}
	}
}

// wait returns when none is under way any more, or ctx ends.
func (l *leavings) wait(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		l.under.Lock()
		defer l.under.Unlock()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}
