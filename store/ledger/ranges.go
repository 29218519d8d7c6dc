package ledger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/engine"
)

// rangeRow is a range of an issue as the database has it.
type rangeRow struct {
	issue     int64
	number    int
	size      int
	claimed   int // the mark
	epoch     int64
	seq       int64
	holder    string
	touched   time.Time
	open      bool // not counted since it was opened
	firstID   int64
	lastID    int64
	status    digest.Status // of the issue, as what follows
	started   time.Time
	cancelled time.Time // zero unless it is

	readers  []int64 // see load
	variants []int   // of each of them
}

// held reports whether a sender has it.
func (r rangeRow) held() bool { return r.holder != "" }

// before reports whether a reader of it was claimed.
func (r rangeRow) before(subscriber int64) bool {
	_, found := slices.BinarySearch(r.readers[:r.claimed], subscriber)
	return found
}

const rangeColumns = `
	SELECT
		r.issue_id,
		r.number,
		r.size,
		r.claimed,
		r.epoch,
		r.seq,
		r.holder,
		r.touched_at,
		r.closed_at IS NULL,
		a.first_id,
		a.last_id,
		i.status,
		i.started_at,
		CASE WHEN i.status = 'cancelled' THEN i.finished_at END
	FROM issues i
	JOIN ranges r ON r.issue_id = i.id
	JOIN audience a ON a.issue_id = r.issue_id AND a.number = r.number`

func scanRange(r engine.Row) (g rangeRow, err error) {
	return g, r.Scan(
		&g.issue,
		&g.number,
		&g.size,
		&g.claimed,
		&g.epoch,
		&g.seq,
		&g.holder,
		engine.TimeInto(&g.touched),
		&g.open,
		&g.firstID,
		&g.lastID,
		&g.status,
		engine.TimeInto(&g.started),
		engine.TimeInto(&g.cancelled))
}

// load reads the readers of a range.
func (tx *Tx) load(ctx context.Context, g *rangeRow) error {
	type blobs struct{ readers, variants []byte }
	packed, err := engine.QueryOne(ctx, tx, func(r engine.Row) (b blobs, err error) { return b, r.Scan(&b.readers, &b.variants) }, `
		SELECT readers, variants FROM audience WHERE issue_id = ? AND number = ?`, g.issue, g.number)
	if err == nil {
		g.readers, err = unpackIDs(packed.readers, g.size)
	}
	if err == nil {
		g.variants, err = unpackVariants(packed.variants, g.size)
	}
	if err != nil {
		return fmt.Errorf("read range %d: %w", g.number, err)
	}
	return nil
}

// rangeByNumber is one range of an issue with its readers; ErrNotFound without one.
func (tx *Tx) rangeByNumber(ctx context.Context, issue int64, number int) (rangeRow, error) {
	g, err := engine.QueryOne(ctx, tx, scanRange, rangeColumns+`
		WHERE i.id = ? AND r.number = ?`, issue, number)
	if err != nil {
		return g, err
	}
	return g, tx.load(ctx, &g)
}

// rangeOf is the range of an issue that a reader is in, with its readers; ErrNotFound
// when the reader is in none.
func (tx *Tx) rangeOf(ctx context.Context, issue, subscriber int64) (rangeRow, error) {
	g, err := engine.QueryOne(ctx, tx, scanRange, rangeColumns+`
		WHERE i.id = ? AND a.first_id = (
			SELECT max(first_id) FROM audience WHERE issue_id = ? AND first_id <= ?)`, issue, issue, subscriber)
	if err != nil {
		return g, err
	}
	if err := tx.load(ctx, &g); err != nil {
		return g, err
	}
	if _, found := slices.BinarySearch(g.readers, subscriber); !found {
		return g, engine.ErrNotFound
	}
	return g, nil
}

// InAudience reports whether a reader is in the audience of an issue.
func (tx *Tx) InAudience(ctx context.Context, issue, subscriber int64) (bool, error) {
	_, err := tx.rangeOf(ctx, issue, subscriber)
	if errors.Is(err, engine.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// VariantOf is the number of the variant of an issue that a reader of its audience gets;
// ErrNotFound.
func (l *Ledger) VariantOf(ctx context.Context, issue, subscriber int64) (number int, err error) {
	err = l.read(ctx, func(tx *Tx) error {
		g, err := tx.rangeOf(ctx, issue, subscriber)
		if err == nil {
			number = g.variants[slices.Index(g.readers, subscriber)]
		}
		return err
	})
	return number, err
}

// openRanges are those of an issue that were not counted since they were opened.
func (tx *Tx) openRanges(ctx context.Context, issue int64) ([]rangeRow, error) {
	return engine.QueryAll(ctx, tx, scanRange, rangeColumns+`
		WHERE i.id = ? AND r.closed_at IS NULL
		ORDER BY r.number`, issue)
}

// counts is how many rows of a range are in each state.
type counts struct {
	queued, sent, failed, deferred, unknown, skipped int
	resendable                                       int       // of the unknown
	sending, resending                               int       // claimed again; of those for their one resend
	nextAt                                           time.Time // when the earliest deferred is due
}

// rows is how many rows there are.
func (c counts) rows() int {
	return c.queued + c.sent + c.failed + c.deferred + c.unknown + c.skipped + c.sending
}

// count counts the rows of a range: at most rangeMost, found by primary key.
func (tx *Tx) count(ctx context.Context, g rangeRow) (c counts, err error) {
	type line struct {
		state     delivery.State
		n, resent int
		nextAt    time.Time
	}
	lines, err := engine.QueryAll(ctx, tx, func(r engine.Row) (l line, err error) {
		return l, r.Scan(&l.state, &l.n, &l.resent, engine.TimeInto(&l.nextAt))
	}, `
		SELECT
			state,
			count(*),
			sum(resends),
			min(next_at)
		FROM deliveries
		WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ?
		GROUP BY state`, g.issue, g.firstID, g.lastID)
	if err != nil {
		return c, fmt.Errorf("count deliveries of range %d: %w", g.number, err)
	}
	for _, l := range lines {
		switch l.state {
		case delivery.Queued:
			c.queued = l.n
		case delivery.Sending:
			c.sending, c.resending = l.n, l.resent
		case delivery.Sent:
			c.sent = l.n
		case delivery.Deferred:
			c.deferred, c.nextAt = l.n, l.nextAt
		case delivery.Failed:
			c.failed = l.n
		case delivery.Unknown:
			c.unknown, c.resendable = l.n, l.n-l.resent
		case delivery.Skipped:
			c.skipped = l.n
		}
	}
	return c, nil
}

// recount writes what a range that nobody holds counts. With Resend it is not done
// while an unknown delivery may be sent again.
func (tx *Tx) recount(ctx context.Context, g rangeRow, policy delivery.UnknownPolicy) error {
	c, err := tx.count(ctx, g)
	if err != nil {
		return err
	}
	done := g.claimed == g.size && c.queued+c.deferred+c.sending == 0 && c.rows() == g.size &&
		(policy != delivery.Resend || c.resendable == 0)
	var doneAt any
	if done {
		doneAt = tx.Stamp()
	}
	_, err = tx.Exec(ctx, `
		UPDATE ranges
		SET
			holder = '',
			touched_at = ?,
			closed_at = ?,
			queued = ?,
			sent = ?,
			failed = ?,
			deferred = ?,
			unknown = ?,
			resendable = ?,
			skipped = ?,
			next_at = ?,
			done_at = ?
		WHERE issue_id = ? AND number = ?`,
		tx.Stamp(), tx.Stamp(), c.queued, c.sent, c.failed, c.deferred, c.unknown, c.resendable, c.skipped,
		engine.TimeOrNull(c.nextAt), doneAt, g.issue, g.number)
	if err != nil {
		return fmt.Errorf("close range %d: %w", g.number, err)
	}
	return nil
}

// resettle brings the counters of a range up to date after a person changed a row of
// it. An open one is counted when it is closed, also where the sender that had it is gone:
// closed as it is, it would lack whoever is on the wire.
func (tx *Tx) resettle(ctx context.Context, g rangeRow) error {
	if g.open {
		return nil
	}
	return tx.recount(ctx, g, delivery.Resend)
}
