package web

import (
	"context"
	"errors"
	"sync"
	"time"

	"roundup/delivery"
	"roundup/subscribers"
)

// leaveFor is how long an unsubscription is tried: longer than another program
// keeps the database locked, as a rule, and less than an answer may take.
const leaveFor = 25 * time.Second

// leavings are the unsubscriptions under way.
type leavings struct {
	list  Subscribers
	limit time.Duration

	under sync.RWMutex // read-locked by each
}

// leave unsubscribes a reader. It goes on when the request ends: who pressed the
// button has left, whether their program waits for the answer or not. What the
// list may get over, such as another program's lock, is tried again.
func (l *leavings) leave(ctx context.Context, id subscribers.PublicID, through string) error {
	l.under.RLock()
	defer l.under.RUnlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.limit)
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
