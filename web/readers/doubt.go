package readers

import (
	"context"
	"sync"
	"time"
)

// Confirmations counts what became of sign-ups.
type Confirmations interface {
	// Confirmed is how many addresses were last asked to confirm from a moment on and
	// before another, and how many of them have since.
	Confirmed(ctx context.Context, since, until time.Time) (asked, confirmed int, err error)
}

const (
	// doubtedFrom is how many sign-ups it takes to say anything of them.
	doubtedFrom = 20
	// A sign-up counts for an hour, once there was time to open the mail.
	countedFor, countedAfter = time.Hour, 10 * time.Minute
	// doubtKept is how long an answer is good for.
	doubtKept = time.Minute
)

// doubtful reports whether sign-ups look as if programs had sent them.
func doubtful(asked, confirmed int) bool {
	return asked >= doubtedFrom && 2*confirmed < asked
}

// doubt is whether sign-ups were doubtful when that was last looked at.
type doubt struct {
	mu     sync.Mutex
	looked time.Time
	is     bool
}

// doubted reports whether most of the last hour's sign-ups were not confirmed, and so a
// code is to be typed. Its begin and its end are in the log.
func (r *pages) doubted(ctx context.Context) (bool, error) {
	if r.Confirmations == nil {
		return false, nil
	}
	d := r.doubt
	d.mu.Lock()
	defer d.mu.Unlock()
	now := r.Now()
	if age := now.Sub(d.looked); age >= 0 && age < doubtKept {
		return d.is, nil
	}
	asked, confirmed, err := r.Confirmations.Confirmed(ctx, now.Add(-countedFor), now.Add(-countedAfter))
	if err != nil {
		return false, err
	}
	was := d.is
	d.looked, d.is = now, doubtful(asked, confirmed)
	switch {
	case d.is && !was:
		r.Log.Warn("who signs up has to type a code: most sign-ups of the last hour are not confirmed", "asked", asked, "confirmed", confirmed)
	case was && !d.is:
		r.Log.Info("who signs up has to type no code any more", "asked", asked, "confirmed", confirmed)
	}
	return d.is, nil
}
