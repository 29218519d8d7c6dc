package ledger

import (
	"context"
	"fmt"
	"slices"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/engine"
)

// OpenRange implements delivery.Ledger.
func (l *Ledger) OpenRange(ctx context.Context, lease delivery.Lease, issue int64, held []*delivery.Range, policy delivery.UnknownPolicy) (opened *delivery.Range, err error) {
	err = l.write(ctx, func(tx *Tx) error {
		if err := tx.CheckLease(ctx, lease); err != nil {
			return err
		}
		opened, err = tx.openNext(ctx, lease, issue, held, policy)
		return err
	})
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// OpenNumbered is OpenRange of one range; nil where it is another's or among held, or there
// is nothing to send of it now.
func (l *Ledger) OpenNumbered(ctx context.Context, lease delivery.Lease, issue int64, held []*delivery.Range, number int, policy delivery.UnknownPolicy) (opened *delivery.Range, err error) {
	if among(held, number) {
		return nil, nil
	}
	err = l.write(ctx, func(tx *Tx) error {
		if err := tx.CheckLease(ctx, lease); err != nil {
			return err
		}
		found, err := tx.freeRanges(ctx, lease, issue, policy, number, number, 1)
		if err == nil && len(found) == 1 {
			opened, err = tx.openRange(ctx, issue, found[0], lease.Holder)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return opened, nil
}

// openNext opens the next range that is not among held; nil where there is none. Another
// worker may be faster to one, then it is the one after.
func (tx *Tx) openNext(ctx context.Context, lease delivery.Lease, issue int64, held []*delivery.Range, policy delivery.UnknownPolicy) (*delivery.Range, error) {
	const more = 8
	found, err := tx.freeRanges(ctx, lease, issue, policy, 1, engine.NoLimit, len(held)+more)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		if among(held, f.number) {
			continue
		}
		if opened, err := tx.openRange(ctx, issue, f, lease.Holder); opened != nil || err != nil {
			return opened, err
		}
	}
	return nil, nil
}

// among reports whether a range is held already. The ledger can't tell: one that it has as its
// worker's may as well be of a call whose answer was lost.
func among(held []*delivery.Range, number int) bool {
	return slices.ContainsFunc(held, func(r *delivery.Range) bool { return r.Number == number })
}

// freeRange is a range that can be opened, as long as its epoch stays.
type freeRange struct {
	number int
	epoch  int64
}

// hasReady holds for a range in which there is something to send at a moment, or was when it was
// opened. Whether unknown deliveries are sent again is asked with what resends says.
const hasReady = `closed_at IS NULL OR claimed < size OR queued > 0 OR next_at <= ? OR (? = 1 AND resendable > 0)`

func resends(policy delivery.UnknownPolicy) int {
	if policy == delivery.Resend {
		return 1
	}
	return 0
}

// freeRanges lists ranges between two numbers that can be opened, in the order to do so.
// One that is open was left by a sender that is gone, or by a call whose answer was lost.
// Without workers the lease says so: it made every holder nobody. A worker goes by whether
// the holder was heard of lately, and by whether it could have heard: it must have been in
// touch itself, up to now.
func (tx *Tx) freeRanges(ctx context.Context, lease delivery.Lease, issue int64, policy delivery.UnknownPolicy, from, to, limit int) ([]freeRange, error) {
	found, err := engine.QueryAll(ctx, tx, func(r engine.Row) (f freeRange, err error) {
		return f, r.Scan(&f.number, &f.epoch)
	}, `
		SELECT number, epoch
		FROM ranges
		WHERE issue_id = ? AND number BETWEEN ? AND ? AND (`+hasReady+`)
			AND (holder IN ('', ?) OR ? = 0 OR (holder NOT IN (`+alive+`)
				AND (? < 0 OR EXISTS (
					SELECT 1 FROM workers WHERE id = ? AND steady_us <= `+nowUS+` - ? AND seen_us > `+nowUS+` - ?))))
		ORDER BY
			CASE
				WHEN closed_at IS NULL THEN 0
				WHEN claimed < size OR queued > 0 THEN 1
				WHEN next_at <= ? THEN 2
				ELSE 3
			END,
			number
		LIMIT ?`, issue, from, to, tx.Stamp(), resends(policy), lease.Holder, lease.Worker, workerSilence.Microseconds(),
		lease.Worker, lease.Worker, workerSteady.Microseconds(), workerSteady.Microseconds(), tx.Stamp(), limit)
	if err != nil {
		return nil, fmt.Errorf("look for a range to send: %w", err)
	}
	return found, nil
}

// openRange takes a range, whoever had it; nil where another was faster.
func (tx *Tx) openRange(ctx context.Context, issue int64, f freeRange, holder string) (*delivery.Range, error) {
	number := f.number
	taken, err := tx.Exec(ctx, `
		UPDATE ranges
		SET epoch = epoch + 1, holder = ?, touched_at = ?
		WHERE issue_id = ? AND number = ? AND epoch = ?`, holder, tx.Stamp(), issue, number, f.epoch)
	if err != nil {
		return nil, fmt.Errorf("open range %d: %w", number, err)
	}
	if taken != 1 {
		return nil, nil
	}
	g, err := tx.rangeByNumber(ctx, issue, number)
	if err != nil {
		return nil, err
	}
	left, err := tx.settleLeft(ctx, g)
	if err != nil {
		return nil, err
	}
	if left > 0 && !g.open {
		return nil, fmt.Errorf("range %d was closed, and lacks %d of its deliveries", number, left)
	}
	if err := tx.bringForwardIn(ctx, g); err != nil {
		return nil, fmt.Errorf("open range %d: bring deferred deliveries forward: %w", number, err)
	}
	_, err = tx.Exec(ctx, `
		UPDATE ranges SET closed_at = NULL, done_at = NULL WHERE issue_id = ? AND number = ?`, issue, number)
	if err != nil {
		return nil, fmt.Errorf("open range %d: %w", number, err)
	}
	r := &delivery.Range{Issue: issue, Number: number, Epoch: g.epoch, Left: left, Readers: g.readers, Variants: g.variants}
	if r.Unsent, err = tx.unsent(ctx, issue); err != nil {
		return nil, fmt.Errorf("read whom an issue is not for: %w", err)
	}
	return r, tx.refresh(ctx, g, r)
}

// refresh tells a range's holder how far it has come.
func (tx *Tx) refresh(ctx context.Context, g rangeRow, r *delivery.Range) error {
	c, err := tx.count(ctx, g)
	if err != nil {
		return err
	}
	r.Seq, r.Mark = g.seq, g.claimed
	r.Queued, r.Unknown, r.Due = c.queued, c.resendable, c.nextAt
	r.InFlight = g.claimed - c.rows() + c.sending
	return nil
}

// settleLeft makes unknown what was on the wire when a range's last holder stopped, and
// returns how many that were.
func (tx *Tx) settleLeft(ctx context.Context, g rangeRow) (int, error) {
	c, err := tx.count(ctx, g)
	if err != nil {
		return 0, err
	}
	if c.sending == 0 && g.claimed == c.rows() {
		return 0, nil
	}
	vacant := g
	vacant.holder = ""
	rows, err := tx.deliveriesOf(ctx, vacant)
	if err != nil {
		return 0, err
	}
	n, reached := 0, map[int]bool{}
	for i, d := range rows {
		if i >= g.claimed || d.state != delivery.Unknown || d.why != whyLeft {
			continue
		}
		made, err := tx.leave(ctx, g.issue, d)
		if err != nil {
			return 0, fmt.Errorf("settle what was left of range %d: %w", g.number, err)
		}
		n += made
		reached[g.variants[i]] = true
	}
	if n == 0 {
		return 0, nil
	}
	return n, tx.carry(ctx, g.issue, reached)
}

// leave puts one delivery on record that was left on the wire; 0 where it was already.
func (tx *Tx) leave(ctx context.Context, issue int64, d deliveryRow) (int, error) {
	made, err := tx.Exec(ctx, `
		INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, why, changed_at)
		VALUES (?, ?, 'unknown', ?, ?, ?)
		ON CONFLICT (issue_id, subscriber_id) DO UPDATE
		SET
			state = excluded.state,
			code = 0,
			enhanced = '',
			reply = '',
			command = '',
			why = excluded.why,
			changed_at = excluded.changed_at
		WHERE deliveries.state = 'sending'`, issue, d.subscriber, d.attempts, whyLeft, tx.Stamp())
	if err != nil || made == 0 {
		return 0, err
	}
	return 1, tx.noteAttempt(ctx, issue, d.subscriber)
}

// noteAttempt copies into attempts how a delivery's attempt ended just now.
func (tx *Tx) noteAttempt(ctx context.Context, issue, subscriber int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO attempts (issue_id, subscriber_id, attempt, state, code, enhanced, reply, command, why, at)
		SELECT issue_id, subscriber_id, attempts, state, code, enhanced, reply, command, why, changed_at
		FROM deliveries
		WHERE issue_id = ? AND subscriber_id = ?`, issue, subscriber)
	return err
}

// CloseRanges implements delivery.Ledger.
func (l *Ledger) CloseRanges(ctx context.Context, held []*delivery.Range, policy delivery.UnknownPolicy) error {
	return l.write(ctx, func(tx *Tx) error {
		for _, r := range held {
			if err := tx.closeRange(ctx, r, policy); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx *Tx) closeRange(ctx context.Context, r *delivery.Range, policy delivery.UnknownPolicy) error {
	locked, err := tx.Exec(ctx, `
		UPDATE ranges
		SET holder = ''
		WHERE issue_id = ? AND number = ? AND epoch = ? AND seq = ? AND closed_at IS NULL`,
		r.Issue, r.Number, r.Epoch, r.Seq)
	if err != nil {
		return fmt.Errorf("close range %d: %w", r.Number, err)
	}
	g, err := tx.rangeByNumber(ctx, r.Issue, r.Number)
	if err != nil {
		return err
	}
	if locked != 1 {
		// The answer to an earlier try was lost, and another may have opened it since. Where
		// it was taken instead, whose holder has nothing in flight loses nothing either.
		if g.epoch == r.Epoch && !g.open || g.epoch > r.Epoch && r.InFlight == 0 {
			return nil
		}
		return delivery.ErrLeaseLost
	}
	return tx.closeVacant(ctx, g, policy)
}

// closeVacant closes a range that nobody holds any more.
func (tx *Tx) closeVacant(ctx context.Context, g rangeRow, policy delivery.UnknownPolicy) error {
	if _, err := tx.settleLeft(ctx, g); err != nil {
		return err
	}
	if err := tx.eraseLate(ctx, g); err != nil {
		return err
	}
	if err := tx.recount(ctx, g, policy); err != nil {
		return err
	}
	if g.status != digest.Cancelled {
		return nil
	}
	return tx.SettleCancelled(ctx, g.issue)
}

// vacate takes every range from whoever held it, but for workers: a new sender has the
// lease. A silent worker keeps its own, too: after an outage all are, and workers take from
// those that are gone. Not those of issues that nobody carries on with: held or cancelled ones.
// Those of the latter are closed.
func (tx *Tx) vacate(ctx context.Context) error {
	_, err := tx.Exec(ctx, `
		UPDATE ranges
		SET epoch = epoch + 1, holder = ''
		WHERE closed_at IS NULL AND holder NOT IN (
			SELECT name
			FROM workers
			WHERE seen_us > `+nowUS+` - ? OR (SELECT status FROM issues WHERE id = ranges.issue_id) NOT IN ('held', 'cancelled'))`,
		workerSilence.Microseconds())
	if err != nil {
		return fmt.Errorf("vacate ranges: %w", err)
	}
	open, err := engine.QueryAll(ctx, tx, scanRange, rangeColumns+`
		WHERE i.status = 'cancelled' AND r.closed_at IS NULL
		ORDER BY r.issue_id, r.number`)
	if err == nil {
		err = tx.closeLeft(ctx, open, delivery.Resend)
	}
	if err != nil {
		return fmt.Errorf("settle cancelled issues: %w", err)
	}
	return nil
}

// closeLeft closes those of open ranges that nobody holds.
func (tx *Tx) closeLeft(ctx context.Context, open []rangeRow, policy delivery.UnknownPolicy) error {
	for _, g := range open {
		if g.held() {
			continue
		}
		if err := tx.load(ctx, &g); err != nil {
			return err
		}
		if err := tx.closeVacant(ctx, g, policy); err != nil {
			return err
		}
	}
	return nil
}

// vacateHeld takes the ranges of held issues from workers that are gone, by the same rule as
// whoever opens one: nobody opens any until the release, and what was left on the wire would
// be nobody's to resolve.
func (tx *Tx) vacateHeld(ctx context.Context, lease delivery.Lease) error {
	_, err := tx.Exec(ctx, `
		UPDATE ranges
		SET epoch = epoch + 1, holder = ''
		WHERE closed_at IS NULL AND holder <> '' AND holder NOT IN (`+alive+`)
			AND issue_id IN (SELECT id FROM issues WHERE status = 'held')
			AND EXISTS (SELECT 1 FROM workers WHERE id = ? AND steady_us <= `+nowUS+` - ?)`,
		workerSilence.Microseconds(), lease.Worker, workerSteady.Microseconds())
	if err != nil {
		return fmt.Errorf("vacate ranges of held issues: %w", err)
	}
	return nil
}

// unsent is why the readers of some variants of an issue are skipped, by number.
func (tx *Tx) unsent(ctx context.Context, issueID int64) (map[int]string, error) {
	type line struct {
		number int
		why    string
	}
	lines, err := engine.QueryAll(ctx, tx, func(r engine.Row) (l line, err error) { return l, r.Scan(&l.number, &l.why) }, `
		SELECT number, unsent FROM issue_variants WHERE issue_id = ? AND unsent <> ''`, issueID)
	if err != nil || len(lines) == 0 {
		return nil, err
	}
	why := map[int]string{}
	for _, l := range lines {
		why[l.number] = l.why
	}
	return why, nil
}
