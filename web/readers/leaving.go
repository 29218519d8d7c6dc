package readers

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"roundup/subscribers"
)

// answerWithin is how long a client waits for its unsubscription, less than an
// answer may take.
const answerWithin = 25 * time.Second

// errSlow is the answer while an unsubscription goes on.
var errSlow = errors.New("the unsubscription takes long, and goes on")

// leavings are the unsubscriptions under way.
type leavings struct {
	list   Subscribers
	answer time.Duration
	log    *slog.Logger

	under sync.RWMutex // read-locked by each
}

// leave unsubscribes a reader. It goes on when the request ends: who pressed the
// button has left, whether their program waits for the answer or not. With
// errSlow it goes on too.
func (l *leavings) leave(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) error {
	done := make(chan error, 1)
	l.under.RLock()
	go func() {
		defer l.under.RUnlock()
		done <- l.list.Leave(context.WithoutCancel(ctx), id, by)
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
