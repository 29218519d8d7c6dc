package ledger

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/store/engine"
)

// Refused implements delivery.Others.
func (l *Ledger) Refused(ctx context.Context, lease delivery.Lease, issue int64, r delivery.Refusals) (proof delivery.Proof, err error) {
	err = l.write(ctx, func(tx *Tx) error {
		if err := tx.CheckLease(ctx, lease); err != nil {
			return err
		}
		proof, err = tx.refused(ctx, lease, issue, r)
		return err
	})
	if err != nil {
		return delivery.Proof{}, fmt.Errorf("put refusals on record: %w", err)
	}
	return proof, nil
}

func (tx *Tx) refused(ctx context.Context, lease delivery.Lease, issue int64, r delivery.Refusals) (none delivery.Proof, err error) {
	if r.Readers == 0 {
		_, err = tx.Exec(ctx, `
			DELETE FROM refusals WHERE issue_id = ? AND worker_id = ? AND proven = 0`, issue, lease.Worker)
		return none, err
	}
	domains, err := engine.JSONText(r.Domains)
	if err != nil {
		return none, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO refusals (issue_id, worker_id, gist, readers, domains, since, proven)
		VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (issue_id, worker_id) DO UPDATE
		SET
			gist = excluded.gist,
			readers = excluded.readers,
			domains = excluded.domains,
			since = excluded.since,
			proven = excluded.proven
		WHERE refusals.proven = 0`, issue, lease.Worker, r.Gist, r.Readers, domains, engine.TimeText(r.Since), r.Proven)
	if err != nil {
		return none, err
	}
	run, err := tx.runOfRefusals(ctx, issue, r.Gist)
	if err != nil {
		return none, err
	}
	if !run.proven {
		if run.proven, err = tx.proves(ctx, issue, r.Gist, run); err != nil || !run.proven {
			return none, err
		}
	}
	_, err = tx.Exec(ctx, `UPDATE refusals SET proven = 1 WHERE issue_id = ? AND gist = ?`, issue, r.Gist)
	if err != nil {
		return none, err
	}
	return delivery.Proof{Readers: run.readers, Domains: len(run.domains), Workers: run.workers}, tx.unblame(ctx, issue, r.Gist, run.since)
}

// runOfRefusals is what all workers tell of a run of equal refusals, in sum.
type runOfRefusals struct {
	workers int
	readers int
	domains map[string]bool
	since   time.Time
	proven  bool
}

func (tx *Tx) runOfRefusals(ctx context.Context, issue int64, gist string) (runOfRefusals, error) {
	type told struct {
		readers int
		domains []string
		since   time.Time
		proven  bool
	}
	all, err := engine.QueryAll(ctx, tx, func(r engine.Row) (t told, err error) {
		return t, r.Scan(&t.readers, engine.JSONInto(&t.domains), engine.TimeInto(&t.since), &t.proven)
	}, `SELECT readers, domains, since, proven FROM refusals WHERE issue_id = ? AND gist = ?`, issue, gist)
	sum := runOfRefusals{workers: len(all), domains: map[string]bool{}}
	for _, t := range all {
		sum.readers += t.readers
		sum.proven = sum.proven || t.proven
		for _, d := range t.domains {
			sum.domains[d] = true
		}
		if sum.since.IsZero() || t.since.Before(sum.since) {
			sum.since = t.since
		}
	}
	return sum, err
}

// proves reports whether refusals prove in sum that they are about us: a worker that has
// some of the issue in hand, and sees none of them, knows better.
func (tx *Tx) proves(ctx context.Context, issue int64, gist string, run runOfRefusals) (bool, error) {
	if !delivery.Proves(run.readers, len(run.domains)) {
		return false, nil
	}
	others, err := engine.QueryOne(ctx, tx, engine.ScanValue[int], `
		SELECT count(*)
		FROM workers
		WHERE seen_us > `+nowUS+` - ?
			AND name IN (SELECT holder FROM ranges WHERE issue_id = ? AND closed_at IS NULL)
			AND id NOT IN (SELECT worker_id FROM refusals WHERE issue_id = ? AND gist = ?)`,
		workerSilence.Microseconds(), issue, issue, gist)
	return others == 0, err
}

// unblame gives back every delivery that failed in such words since a moment, whichever
// worker recorded it, those that died since among them.
func (tx *Tx) unblame(ctx context.Context, issue int64, gist string, since time.Time) error {
	type failure struct {
		reader int64
		reply  relay.Reply
		why    string
	}
	failed, err := engine.QueryAll(ctx, tx, func(r engine.Row) (f failure, err error) {
		return f, r.Scan(&f.reader, &f.reply.Code, &f.reply.Enhanced, &f.reply.Text, &f.reply.Command, &f.why)
	}, `
		SELECT a.subscriber_id, a.code, a.enhanced, a.reply, a.command, a.why
		FROM attempts a
		JOIN deliveries d ON d.issue_id = a.issue_id AND d.subscriber_id = a.subscriber_id AND d.attempts = a.attempt
		WHERE a.issue_id = ? AND a.state = 'failed' AND a.at >= ? AND d.state = 'failed'
		ORDER BY a.subscriber_id`, issue, engine.TimeText(since))
	if err != nil {
		return fmt.Errorf("look for what else was refused so: %w", err)
	}
	var ids []int64
	for _, f := range failed {
		if delivery.RefusalGist(f.reply, f.why) == gist {
			ids = append(ids, f.reader)
		}
	}
	for batch := range slices.Chunk(ids, 500) {
		if err := tx.reopen(ctx, issue, batch); err != nil {
			return err
		}
	}
	return nil
}

// ForgetRefusals ends the runs of refusals of an issue that a person lets go on. What was
// recorded late of a proven one is given back before.
func (tx *Tx) ForgetRefusals(ctx context.Context, issue int64) error {
	gists, err := engine.QueryAll(ctx, tx, engine.ScanValue[string], `
		SELECT DISTINCT gist FROM refusals WHERE issue_id = ? AND proven = 1`, issue)
	for _, gist := range gists {
		if err == nil {
			var run runOfRefusals
			if run, err = tx.runOfRefusals(ctx, issue, gist); err == nil {
				err = tx.unblame(ctx, issue, gist, run.since)
			}
		}
	}
	if err == nil {
		_, err = tx.Exec(ctx, `DELETE FROM refusals WHERE issue_id = ?`, issue)
	}
	if err != nil {
		return fmt.Errorf("forget refusals: %w", err)
	}
	return nil
}
