package desk

import (
	"context"
	"time"
)

// Turn is what the daemon does at one moment, when nothing is going out.
func (m *Daemon) Turn(ctx context.Context) {
	m.attend(ctx)
	m.work(ctx)
	m.desk.heart.calls.Wait()
}

// UntilSlot is how long the daemon sleeps at most.
var UntilSlot = (*Desk).untilSlot

// Beside does something with an attendant beside it that goes its round every so often.
func (d *Desk) Beside(ctx context.Context, every time.Duration, do func()) {
	helper := attendant{desk: d}
	helper.beside(ctx, every, do)
}
