package desk

import (
	"context"
	"errors"
	"log/slog"
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

// SayRounds logs what attendants' rounds come to that end with such errors: of reading, telling and
// erasing.
func SayRounds(log *slog.Logger, rounds ...[3]error) {
	a := attendant{desk: &Desk{log: log}}
	for _, r := range rounds {
		a.say(undone(r[0], r[1], r[2]), errors.Join(r[:]...))
	}
}
