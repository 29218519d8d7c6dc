package delivery_test

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
)

// fakeRange is one range of the fake ledger.
type fakeRange struct {
	number     int
	readers    []int64
	epoch, seq int64
	open       bool
	mark       int
	left       int // on the wire when its holder died
}

// answered is the last exchange, to be recognised when it is tried again.
type answered struct {
	seq    map[int]int64 // before it, by range
	claims []delivery.Claim
	after  []delivery.Range
}

// split makes ranges of a size of the audience, of which nobody was claimed yet.
func (l *fakeLedger) split(size int) {
	l.ranges = nil
	for rows := range slices.Chunk(l.rows, size) {
		r := &fakeRange{number: len(l.ranges) + 1}
		for _, row := range rows {
			r.readers = append(r.readers, row.reader)
		}
		l.ranges = append(l.ranges, r)
	}
}

func (l *fakeLedger) vacate(r *fakeRange) {
	r.epoch++
	for _, id := range r.readers {
		if row := l.rows[id-1]; row.state == delivery.Sending {
			l.step(row, delivery.Unknown)
			r.left++
		}
	}
}

func (l *fakeLedger) OpenRange(_ context.Context, lease delivery.Lease, _ int64, held []*delivery.Range, policy delivery.UnknownPolicy) (*delivery.Range, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.enter("open", lease); err != nil {
		return nil, err
	}
	for _, wanted := range []func(*fakeRange) bool{
		func(r *fakeRange) bool { return r.open },
		func(r *fakeRange) bool { return r.mark < len(r.readers) || l.has(r, delivery.Queued, policy) },
		func(r *fakeRange) bool { return l.has(r, delivery.Deferred, policy) },
		func(r *fakeRange) bool { return l.has(r, delivery.Unknown, policy) },
	} {
		for _, r := range l.ranges {
			if wanted(r) && !slices.ContainsFunc(held, func(h *delivery.Range) bool { return h.Number == r.number }) {
				return l.openUp(r), l.leave("open")
			}
		}
	}
	return nil, nil
}

// has reports whether something of a range can be claimed in a state.
func (l *fakeLedger) has(r *fakeRange, s delivery.State, p delivery.UnknownPolicy) bool {
	return slices.ContainsFunc(r.readers[:r.mark], func(id int64) bool {
		return l.rows[id-1].state == s && l.claimable(l.rows[id-1], p)
	})
}

func (l *fakeLedger) openUp(r *fakeRange) *delivery.Range {
	if r.open {
		l.vacate(r)
	}
	r.open = true
	r.epoch++
	h := &delivery.Range{Issue: 1, Number: r.number, Epoch: r.epoch, Seq: r.seq, Readers: r.readers, Mark: r.mark, Left: r.left}
	r.left = 0
	l.look(h)
	return h
}

// look tells a range's holder what of it may be claimed again.
func (l *fakeLedger) look(h *delivery.Range) {
	h.Queued, h.Unknown, h.Due = 0, 0, time.Time{}
	for _, id := range h.Readers[:h.Mark] {
		switch row := l.rows[id-1]; {
		case row.state == delivery.Queued:
			h.Queued++
		case row.state == delivery.Unknown && row.resends == 0:
			h.Unknown++
		case row.state == delivery.Deferred && (h.Due.IsZero() || row.nextAt.Before(h.Due)):
			h.Due = row.nextAt
		}
	}
}

// holds checks that ranges are their holder's, at the same point.
func (l *fakeLedger) holds(held []*delivery.Range) error {
	for _, h := range held {
		if r := l.ranges[h.Number-1]; !r.open || r.epoch != h.Epoch || r.seq != h.Seq {
			return delivery.ErrLeaseLost
		}
	}
	return nil
}

// repeated reports whether this exchange took place before and its answer was lost.
func (l *fakeLedger) repeated(held []*delivery.Range) bool {
	for _, h := range held {
		r, before := l.ranges[h.Number-1], int64(-1)
		if seq, known := l.last.seq[h.Number]; known {
			before = seq
		}
		if !r.open || r.epoch != h.Epoch || r.seq != h.Seq+1 || before != h.Seq {
			return false
		}
	}
	return len(held) > 0 && len(held) == len(l.last.after)
}

func (l *fakeLedger) CloseRanges(_ context.Context, held []*delivery.Range, _ delivery.UnknownPolicy) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.enter("close", l.lease()); err != nil {
		return err
	}
	for _, h := range held {
		if r := l.ranges[h.Number-1]; r.epoch == h.Epoch && !r.open {
			continue // the answer to an earlier try was lost
		}
		if err := l.holds([]*delivery.Range{h}); err != nil {
			return err
		}
		if h.InFlight > 0 {
			panic(fmt.Sprintf("range %d is closed with %d in flight", h.Number, h.InFlight))
		}
		l.ranges[h.Number-1].open = false
	}
	return l.leave("close")
}
