package desk

import (
	"context"
	"errors"
	"fmt"

	"roundup/digest"
)

// Health is whether the daemon could send.
type Health struct {
	OK     bool
	Detail string // why not, in words that strangers may read
}

// Health is the present standing.
func (m *Daemon) Health() Health { return *m.health.Load() }

// note remembers what keeps the daemon from sending. A run that failed does until one went
// well, also in the turns between them that try nothing: who watches would else hear that
// all is well most of the time.
func (m *Daemon) note(ctx context.Context, err error) {
	why := outwardReason(err)
	m.stops.Store(&why)
	m.updateHealth(ctx)
}

// outwardReason puts an error in words that give nothing away: the details are in the log.
func outwardReason(err error) string {
	var stale *StaleError
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return ""
	case errors.As(err, &stale):
		return "no source can be read"
	case errors.As(err, new(*NotReadyError)):
		return "not ready to send; the log says why"
	}
	return "the last run failed; the log says why"
}

// updateHealth brings Health up to date, also while an issue is going out.
func (m *Daemon) updateHealth(ctx context.Context) {
	if ctx.Err() != nil {
		return
	}
	why := *m.stops.Load()
	issues, err := m.desk.store.UnderWay(ctx)
	switch {
	case why != "":
	case err != nil:
		why = "the database can't be read"
	default:
		for _, i := range issues {
			if ill(i.Status) {
				why = fmt.Sprintf("issue %d is %s", i.Number, i.Status)
				break
			}
		}
	}
	m.health.Store(&Health{OK: why == "", Detail: why})
}

// ill reports whether an issue of this status needs somebody: for Health, and for Beat.
func ill(s digest.Status) bool { return s == digest.Waiting || s == digest.Held }
