package ledger

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/store/engine"
	"roundup/subscribers"
)

const (
	// workerSilence is how long a worker may not be heard of before others take its
	// ranges: longer than a claim lives, so that one that wakes up has none left to begin.
	workerSilence = 45 * time.Second
	// workerSteady is how long a worker was in touch with the database before it takes
	// another's ranges: after an outage everybody was silent, and comes back first.
	workerSteady = 15 * time.Second
	// beatMost is how much of the time since the last beat of any worker was sending time.
	beatMost = 30 * time.Second
	// beatLeast is the least time between two tellings of it: it writes the issue's row.
	beatLeast = 10 * time.Second
	// takenWithin is how soon a range is taken in which a deferred reader is due, if anybody
	// takes it: workers look for one every few seconds.
	takenWithin = 10 * time.Second
)

// alive are the workers that were heard of lately.
const alive = `SELECT name FROM workers WHERE seen_us > ` + nowUS + ` - ?`

// anyWorker stands for a worker that has been in touch with the database for long.
const anyWorker = -1

// Worker is a process that sends.
type Worker struct {
	ID          int64
	Name        string // with the machine it is on
	Connections int    // it may open
	Version     string // of the program
	Started     time.Time
	Silent      time.Duration // since it was heard of last
	Gone        bool          // for so long that others take its ranges
	Issue       int           // the number of the issue it works on; 0 for none
	Ranges      []int         // it holds, of that issue
	Sent        int           // messages accepted since it started
	Rate        float64       // messages ended a second, lately; 0 of one that is gone
	Trouble     string        // why it waits for the relay

	Fingerprints Fingerprints // of the settings it sends by
}

// Doing is what a worker tells of itself.
type Doing struct {
	Issue int64   // it works on; 0 for none
	Sent  int     // messages accepted since it started
	Rate  float64 // messages ended a second, lately

	Unknown delivery.UnknownPolicy // by which it sends
}

// Enlist makes a process a worker, on behalf of by, with its name, connections, version and
// fingerprints: what it holds of an issue nobody else takes, as long as it is heard of (Beat).
func (l *Ledger) Enlist(ctx context.Context, process Worker, by subscribers.Actor) (lease delivery.Lease, err error) {
	fingerprints, err := engine.JSONText(process.Fingerprints)
	if err != nil {
		return delivery.Lease{}, err
	}
	err = l.write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM workers WHERE seen_us < `+nowUS+` - ?`, (24 * time.Hour).Microseconds())
		if err != nil {
			return err
		}
		lease.By = by
		lease.Worker, err = tx.Insert(ctx, `
			INSERT INTO workers (name, connections, version, fingerprints, started_at, seen_us, steady_us)
			VALUES (?, ?, ?, ?, ?, `+nowUS+`, `+nowUS+`)`, rand.Text(), process.Connections, process.Version, fingerprints, tx.Stamp())
		if err != nil {
			return err
		}
		lease.Holder = fmt.Sprintf("%s, worker %d", process.Name, lease.Worker)
		_, err = tx.Exec(ctx, `UPDATE workers SET name = ? WHERE id = ?`, lease.Holder, lease.Worker)
		return err
	})
	if err != nil {
		return delivery.Lease{}, fmt.Errorf("enlist worker: %w", err)
	}
	return lease, nil
}

// checkWorker fails with delivery.ErrLeaseLost where a worker is forgotten.
func (tx *Tx) checkWorker(ctx context.Context, lease delivery.Lease) error {
	if lease.Worker == 0 {
		return nil
	}
	_, err := engine.QueryOne(ctx, tx, engine.ScanValue[int64], `SELECT id FROM workers WHERE id = ?`, lease.Worker)
	if errors.Is(err, engine.ErrNotFound) {
		return delivery.ErrLeaseLost
	}
	return err
}

// Discharge ends a worker. What it still holds is anybody's.
func (l *Ledger) Discharge(ctx context.Context, lease delivery.Lease) error {
	err := l.write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM workers WHERE id = ?`, lease.Worker)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			UPDATE ranges SET epoch = epoch + 1, holder = '' WHERE closed_at IS NULL AND holder = ?`, lease.Holder)
		return err
	})
	if err != nil {
		return fmt.Errorf("discharge worker: %w", err)
	}
	return nil
}

// Beat says that a worker is alive and what it does. Whichever beats first counts the
// time in which an issue was being sent. It fails with delivery.ErrLeaseLost where the
// worker was silent for so long that it is forgotten.
func (tx *Tx) Beat(ctx context.Context, lease delivery.Lease, d Doing) error {
	seen, err := tx.Exec(ctx, `
		UPDATE workers
		SET
			steady_us = CASE WHEN seen_us < `+nowUS+` - ? THEN `+nowUS+` ELSE steady_us END,
			seen_us = `+nowUS+`,
			issue_id = ?,
			sent = ?,
			hourly = ?
		WHERE id = ?`, workerSteady.Microseconds(), engine.IDOrNull(d.Issue), d.Sent, int64(d.Rate*3600), lease.Worker)
	if err != nil {
		return err
	}
	if seen != 1 {
		return delivery.ErrLeaseLost
	}
	if err := tx.vacateHeld(ctx, lease); err != nil {
		return err
	}
	return tx.countSending(ctx)
}

// countSending adds the time since the last telling to what each issue was being sent for:
// while somebody has a range of it, and in the pauses of deferred readers, for whom nobody
// keeps a range open.
func (tx *Tx) countSending(ctx context.Context) error {
	type moved struct {
		id      int64
		touched time.Time
	}
	issues, err := engine.QueryAll(ctx, tx, func(r engine.Row) (m moved, err error) {
		return m, r.Scan(&m.id, engine.TimeInto(&m.touched))
	}, `
		SELECT id, touched_at
		FROM issues
		WHERE status = 'sending' AND touched_at <= ?
			AND EXISTS (
				SELECT 1
				FROM ranges
				WHERE issue_id = issues.id AND (
					closed_at IS NULL AND holder <> '' OR closed_at IS NOT NULL AND next_at IS NOT NULL))
		ORDER BY id`, engine.TimeText(tx.At.Add(-beatLeast)))
	for _, m := range issues {
		if err == nil {
			_, err = tx.Exec(ctx, `
				UPDATE issues SET active_ms = active_ms + ?, touched_at = ? WHERE id = ? AND touched_at = ?`,
				min(tx.At.Sub(m.touched), beatMost).Milliseconds(), tx.Stamp(), m.id, engine.TimeText(m.touched))
		}
	}
	if err != nil {
		return fmt.Errorf("count sending time: %w", err)
	}
	return nil
}

// AllWait is the issue that a worker waits with for the relay, and why, once nobody at
// work on it gets an answer; 0 for none. One who has no range of it for a moment, as between
// one that is done and the next, is at work on it, too. Where there is nothing to send before
// the pause of a deferred reader is over, and a moment more for somebody to take them, nobody
// waits for the relay.
func (tx *Tx) AllWait(ctx context.Context, lease delivery.Lease, policy delivery.UnknownPolicy) (issue int64, why string, err error) {
	type troubled struct {
		issue int64
		why   string
	}
	t, err := engine.QueryOne(ctx, tx, func(r engine.Row) (t troubled, err error) {
		return t, r.Scan(&t.issue, &t.why)
	}, `
		SELECT i.id, w.trouble
		FROM workers w
		JOIN issues i ON i.id = w.issue_id
		WHERE w.id = ? AND w.trouble <> '' AND i.status = 'sending'
			AND EXISTS (SELECT 1 FROM ranges WHERE issue_id = i.id AND (`+hasReady+`))`,
		lease.Worker, engine.TimeText(tx.At.Add(-takenWithin)), resends(policy))
	if errors.Is(err, engine.ErrNotFound) {
		return 0, "", nil
	}
	if err != nil {
		return 0, "", err
	}
	working, err := engine.QueryOne(ctx, tx, engine.ScanValue[int], `
		SELECT count(*)
		FROM workers
		WHERE trouble = '' AND seen_us > `+nowUS+` - ? AND (
			issue_id = ? OR name IN (SELECT holder FROM ranges WHERE issue_id = ? AND closed_at IS NULL))`,
		workerSilence.Microseconds(), t.issue, t.issue)
	if err != nil || working > 0 {
		return 0, "", err
	}
	return t.issue, t.why, nil
}

// TakeUp says that a worker begins with an issue: what it waited for before is over.
func (l *Ledger) TakeUp(ctx context.Context, lease delivery.Lease, issue int64) error {
	return l.write(ctx, func(tx *Tx) error { return tx.NoteTrouble(ctx, lease, issue, "") })
}

// NoteTrouble puts on record why a worker waits for the relay; "" when it does no more.
func (tx *Tx) NoteTrouble(ctx context.Context, lease delivery.Lease, issue int64, why string) error {
	_, err := tx.Exec(ctx, `
		UPDATE workers SET trouble = ?, issue_id = ? WHERE id = ?`, why, issue, lease.Worker)
	if err != nil {
		return fmt.Errorf("note the worker's trouble: %w", err)
	}
	return nil
}

// Free is a range that a worker can open.
type Free struct {
	Issue  int64
	Number int
}

// FreeRanges lists up to so many ranges of issues under way in which there is something to
// send now, and which no worker that was heard of lately has. One that holds none, as far as it
// knows, may have some all the same: the answer to a call that opened or closed one was lost.
func (l *Ledger) FreeRanges(ctx context.Context, lease delivery.Lease, policy delivery.UnknownPolicy, limit int) (free []Free, err error) {
	err = l.read(ctx, func(tx *Tx) error {
		issues, err := engine.QueryAll(ctx, tx, engine.ScanValue[int64], `
			SELECT id FROM issues WHERE newsletter_id = ? AND status IN ('sending', 'waiting') ORDER BY number`, tx.Newsletter)
		if err != nil {
			return err
		}
		for _, issue := range issues {
			found, err := tx.freeRanges(ctx, delivery.Lease{Worker: anyWorker, Holder: lease.Holder}, issue, policy, 1, engine.NoLimit, limit-len(free))
			if err != nil {
				return err
			}
			for _, f := range found {
				free = append(free, Free{Issue: issue, Number: f.number})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look for ranges to send: %w", err)
	}
	return free, nil
}

// Workers lists the processes that send, the oldest first, and apart those that are gone, but
// were heard of within the last day.
func (l *Ledger) Workers(ctx context.Context) (atWork, gone []Worker, err error) {
	var all []Worker
	err = l.read(ctx, func(tx *Tx) error {
		all, err = engine.QueryAll(ctx, tx, scanWorker, `
			SELECT
				w.id,
				w.name,
				w.connections,
				w.version,
				w.fingerprints,
				w.started_at,
				`+nowUS+` - w.seen_us,
				coalesce(i.number, 0),
				(SELECT coalesce(string_agg(CAST(number AS TEXT), ','), '') FROM ranges WHERE closed_at IS NULL AND holder = w.name),
				w.sent,
				w.hourly,
				CASE WHEN w.issue_id IS NULL THEN '' ELSE w.trouble END
			FROM workers w
			LEFT JOIN issues i ON i.id = w.issue_id
			WHERE w.seen_us > `+nowUS+` - ?
			ORDER BY w.id`, (24 * time.Hour).Microseconds())
		return err
	})
	if err != nil {
		return nil, nil, fmt.Errorf("list workers: %w", err)
	}
	for _, w := range all {
		if w.Gone {
			gone = append(gone, w)
		} else {
			atWork = append(atWork, w)
		}
	}
	return atWork, gone, nil
}

// numbersOf reads numbers with commas between them, and sorts them.
func numbersOf(text string) (all []int, err error) {
	if text == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	slices.Sort(all)
	return all, nil
}

func scanWorker(r engine.Row) (w Worker, err error) {
	var silent, hourly int64
	var ranges string
	err = r.Scan(&w.ID, &w.Name, &w.Connections, &w.Version, engine.JSONInto(&w.Fingerprints), engine.TimeInto(&w.Started), &silent, &w.Issue, &ranges, &w.Sent, &hourly, &w.Trouble)
	if err != nil {
		return w, err
	}
	w.Silent = max(time.Duration(silent)*time.Microsecond, 0)
	w.Gone = w.Silent > workerSilence
	if !w.Gone {
		w.Rate = float64(hourly) / 3600
	}
	w.Ranges, err = numbersOf(ranges)
	return w, err
}
