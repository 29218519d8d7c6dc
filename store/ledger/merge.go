package ledger

import (
	"context"
	"fmt"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/engine"
)

const (
	// whyCancelled is why a delivery counts as skipped that a cancelling kept back.
	whyCancelled = "issue cancelled"
	// whyLeft is why a delivery is unknown that a sender left on the wire.
	whyLeft = "the sender stopped before an answer was on record"
)

// deliveryRow is a row of deliveries.
type deliveryRow struct {
	subscriber int64
	state      delivery.State
	attempts   int
	resent     bool // its one resend is used up
	code       int
	enhanced   string
	reply      string
	command    string
	why        string
	at         time.Time
}

const deliveryRowColumns = `
	SELECT
		subscriber_id,
		state,
		attempts,
		resends > 0,
		code,
		enhanced,
		reply,
		command,
		why,
		changed_at
	FROM deliveries`

func scanDeliveryRow(r engine.Row) (d deliveryRow, err error) {
	return d, r.Scan(
		&d.subscriber,
		&d.state,
		&d.attempts,
		&d.resent,
		&d.code,
		&d.enhanced,
		&d.reply,
		&d.command,
		&d.why,
		engine.TimeInto(&d.at))
}

// stands is the state of a delivery, from its row's ("" where there is none), whether it
// was claimed, and how its range and its issue stand. Every count and every list of
// deliveries goes by it.
func (r rangeRow) stands(row delivery.State, claimed bool) delivery.State {
	switch {
	case row == delivery.Sending, row == "" && claimed:
		if r.held() {
			return delivery.Sending
		}
		return delivery.Unknown
	case row == "", row == delivery.Queued, row == delivery.Deferred:
		if r.status == digest.Cancelled {
			return delivery.Skipped
		}
		if row == "" {
			return delivery.Queued
		}
	}
	return row
}

// merge makes a delivery of each reader of a range from its rows, which are in order.
func (r rangeRow) merge(rows []deliveryRow) []deliveryRow {
	all := make([]deliveryRow, 0, len(r.readers))
	for i, id := range r.readers {
		d, claimed := deliveryRow{subscriber: id, at: r.started}, i < r.claimed
		if claimed {
			d.attempts, d.at = 1, r.touched
		}
		if len(rows) > 0 && rows[0].subscriber == id {
			d, rows = rows[0], rows[1:]
		}
		was := d.state
		d.state = r.stands(was, claimed)
		switch {
		case d.state == was:
		case d.state == delivery.Skipped:
			d.why, d.at = whyCancelled, r.cancelled
		case d.state == delivery.Unknown:
			d = d.left()
		}
		all = append(all, d)
	}
	return all
}

// left is a delivery that an earlier sender left on the wire.
func (d deliveryRow) left() deliveryRow {
	return deliveryRow{
		subscriber: d.subscriber, state: delivery.Unknown, attempts: d.attempts, resent: d.resent, why: whyLeft, at: d.at,
	}
}

// deliveriesOf are the deliveries of a whole range, which is loaded.
func (tx *Tx) deliveriesOf(ctx context.Context, g rangeRow) ([]deliveryRow, error) {
	rows, err := engine.QueryAll(ctx, tx, scanDeliveryRow, deliveryRowColumns+`
		WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ?
		ORDER BY subscriber_id`, g.issue, g.firstID, g.lastID)
	if err != nil {
		return nil, fmt.Errorf("read deliveries of range %d: %w", g.number, err)
	}
	return g.merge(rows), nil
}

// deliveryOf is one reader's delivery of an issue, and its range; ErrNotFound where the
// reader is not in the audience.
func (tx *Tx) deliveryOf(ctx context.Context, issue, subscriber int64) (deliveryRow, rangeRow, error) {
	g, err := tx.rangeOf(ctx, issue, subscriber)
	if err != nil {
		return deliveryRow{}, g, err
	}
	rows, err := engine.QueryAll(ctx, tx, scanDeliveryRow, deliveryRowColumns+`
		WHERE issue_id = ? AND subscriber_id = ?`, issue, subscriber)
	if err != nil {
		return deliveryRow{}, g, fmt.Errorf("read delivery: %w", err)
	}
	alone := g
	alone.claimed = 0
	if g.before(subscriber) {
		alone.claimed = 1
	}
	alone.readers = []int64{subscriber}
	return alone.merge(rows)[0], g, nil
}

// tally adds what a range holds to a tally, by the same rule.
func (r rangeRow) tally(t *delivery.Tally, c counts) {
	gone := r.claimed - (c.rows() - c.sending)
	for _, group := range []struct {
		row     delivery.State
		claimed bool
		n       int
	}{
		{"", false, r.size - r.claimed},
		{"", true, gone - c.sending},
		{delivery.Sending, true, c.sending},
		{delivery.Queued, true, c.queued},
		{delivery.Sent, true, c.sent},
		{delivery.Deferred, true, c.deferred},
		{delivery.Failed, true, c.failed},
		{delivery.Unknown, true, c.unknown},
		{delivery.Skipped, true, c.skipped},
	} {
		*countIn(t, r.stands(group.row, group.claimed)) += group.n
	}
	t.Resendable += c.resendable
	if !r.held() {
		t.Resendable += gone - c.resending
	}
	if c.deferred > 0 && r.status != digest.Cancelled && (t.NextDue.IsZero() || c.nextAt.Before(t.NextDue)) {
		t.NextDue = c.nextAt
	}
}

// tallyHeld adds what a range holds to what only the worker that has it can claim.
func (r rangeRow) tallyHeld(h *delivery.Held, c counts) {
	h.Queued += r.size - r.claimed + c.queued
	h.Resendable += c.resendable
	h.Deferred += c.deferred
	h.InFlight += r.claimed - c.rows() + c.sending
}

func countIn(t *delivery.Tally, s delivery.State) *int {
	switch s {
	case delivery.Queued:
		return &t.Queued
	case delivery.Sending:
		return &t.Sending
	case delivery.Sent:
		return &t.Sent
	case delivery.Deferred:
		return &t.Deferred
	case delivery.Failed:
		return &t.Failed
	case delivery.Unknown:
		return &t.Unknown
	}
	return &t.Skipped
}
