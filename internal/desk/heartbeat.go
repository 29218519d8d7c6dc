package desk

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"roundup/digest"
	"roundup/internal/outbound"
)

// beatEvery is how often a daemon that is well says so. Services that wait for such calls
// count in minutes.
const beatEvery = time.Minute

// callsABeat is how often one call is tried. A daemon calls again in a minute anyway.
const callsABeat = 2

// maxAnswer is the most octets an answer to a call may have; what it says does not matter.
const maxAnswer = 64 << 10

// heart calls notify.heartbeat_url while all is well. That the calls stay away is what
// tells of a machine that is dead, and of a trouble whose notice got nowhere. Whether a
// call is answered changes nothing here.
type heart struct {
	url    string // "" for none; it may hold a token
	client *outbound.Client
	log    *slog.Logger
	calls  sync.WaitGroup

	mu      sync.Mutex
	last    time.Time // when a call was last begun by keepUp
	calling bool      // one of them has not ended
	wrong   string    // why the last call failed, so that nothing is said twice; "" where it did not
}

// keepUp calls where none was made for beatEvery, and does not wait for the answer.
func (h *heart) keepUp(ctx context.Context, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.url == "" || h.calling || now.Sub(h.last) < beatEvery {
		return
	}
	h.last, h.calling = now, true
	h.calls.Go(func() {
		h.beat(ctx)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.calling = false
	})
}

// beat calls, a second time where the first fails. What goes wrong is logged once a cause.
func (h *heart) beat(ctx context.Context) {
	if h.url == "" {
		return
	}
	err := h.call(ctx)
	for range callsABeat - 1 {
		if err == nil || ctx.Err() != nil {
			break
		}
		err = h.call(ctx)
	}
	if ctx.Err() != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	said := words(err)
	switch {
	case said == h.wrong:
	case err != nil:
		h.log.Warn("notify.heartbeat_url was not reached; whoever waits for the call may raise the alarm", "error", err)
	default:
		h.log.Info("notify.heartbeat_url is reached again")
	}
	h.wrong = said
}

func (h *heart) call(ctx context.Context) error {
	answer, err := h.client.Get(ctx, h.url, nil, maxAnswer)
	if answer == nil {
		return err
	}
	if answer.Status < 200 || answer.Status > 299 {
		return fmt.Errorf("it answered with status %d", answer.Status)
	}
	return nil // however much it went on to say
}

// Beat says that a run went well, to whoever waits for it (notify.heartbeat_url). It says
// nothing where an issue waits for its relay or for a person; readers whose servers say
// later are no trouble.
func (d *Desk) Beat(ctx context.Context, r Result) {
	for _, s := range slices.Concat(r.Held, r.Sent) {
		if ill(digest.Status(s.Status)) {
			return
		}
	}
	d.heart.beat(ctx)
}
