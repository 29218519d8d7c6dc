package list

import (
	"context"
	"time"
)

// What one transaction takes grows and shrinks so that it holds the write lock for about
// turnHold, whatever the machine.
const (
	leastTurn = 100
	mostTurn  = 10_000
	turnHold  = 90 * time.Millisecond
)

// turnPause leaves the write lock to others after a turn. SQLite has no queue for
// it: who waits looks again after at most 25 ms until they have waited for 128 (then
// after 50 and more), and against work without pauses would look in vain for seconds.
const turnPause = 25 * time.Millisecond

// turns does work of many readers in transactions that let others go between.
type turns struct {
	size  int // of the next, in readers
	now   func() time.Time
	begun bool
}

// take does a turn of so many readers, after a pause where it is not the first, and learns
// from how long it takes.
func (t *turns) take(ctx context.Context, readers int, pauses bool, work func() error) error {
	if t.begun && pauses {
		select {
		case <-ctx.Done():
		case <-time.After(turnPause):
		}
	}
	t.begun = true
	began := t.now()
	if err := work(); err != nil {
		return err
	}
	held := max(t.now().Sub(began), time.Millisecond)
	t.size = min(max(int(int64(readers)*int64(turnHold)/int64(held)), readers/2, leastTurn), 2*readers+leastTurn, mostTurn)
	return nil
}
