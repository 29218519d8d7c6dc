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
	turnHold  = 70 * time.Millisecond
)

// turns does work of many readers in transactions that let others go between.
type turns struct {
	size  int // of the next, in readers
	now   func() time.Time
	rest  func(context.Context) // between two of them
	begun bool
}

func (l *List) turns(first int) turns { return turns{size: first, now: l.now, rest: l.store.Rest} }

// take does a turn of so many readers, after a rest where it writes and is not the first, and
// learns from how long it takes.
func (t *turns) take(ctx context.Context, readers int, writes bool, work func() error) error {
	if t.begun && writes {
		t.rest(ctx)
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
