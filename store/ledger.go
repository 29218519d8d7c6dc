package store

import (
	"context"
	"fmt"
	"time"

	"roundup/delivery"
	"roundup/digest"
)

// ledger is one lease holder's work on one issue within a transaction.
type ledger struct {
	*Tx
	lease  delivery.Lease
	issue  int64
	status digest.Status
	active time.Duration // for which the issue was being sent, this call included
}

// Exchange implements delivery.Ledger. A claim handed back untried (queued,
// with neither a reply nor a why) leaves no attempt behind.
func (s *Store) Exchange(ctx context.Context, lease delivery.Lease, issue int64, outcomes []delivery.Outcome, want delivery.Want) (claims []delivery.Claim, status digest.Status, err error) {
	err = s.onLedger(ctx, lease, issue, func(l *ledger) error {
		l.active += want.Active
		if err := l.record(ctx, outcomes); err != nil {
			return err
		}
		if l.status == digest.Sending || l.status == digest.Waiting {
			if claims, err = l.claim(ctx, want); err != nil {
				return err
			}
		}
		status = l.status
		if len(outcomes) == 0 && len(claims) == 0 && want.Active == 0 {
			return nil
		}
		return l.touch(ctx)
	})
	if err != nil {
		return nil, "", err
	}
	return claims, status, nil
}

// Recover implements delivery.Ledger.
func (s *Store) Recover(ctx context.Context, lease delivery.Lease, issue int64) (n int, err error) {
	err = s.onLedger(ctx, lease, issue, func(l *ledger) error {
		n, err = l.recover(ctx)
		return err
	})
	return n, err
}

// Reopen implements delivery.Ledger. It fails with delivery.ErrUnlawful, and
// changes nothing, when one of the deliveries is not failed.
func (s *Store) Reopen(ctx context.Context, lease delivery.Lease, issue int64, subscriberIDs []int64) error {
	return s.onLedger(ctx, lease, issue, func(l *ledger) error {
		reopened, err := l.exec(ctx, `
			UPDATE deliveries
			SET state = 'queued', why = 'one of a run of equal refusals: not the reader''s fault', changed_at = ?
			WHERE issue_id = ? AND state = 'failed' AND subscriber_id IN (SELECT value FROM json_each(?))`,
			l.stamp(), issue, idList(subscriberIDs))
		if err != nil {
			return fmt.Errorf("reopen deliveries: %w", err)
		}
		if reopened != int64(len(subscriberIDs)) {
			return fmt.Errorf("reopen %d deliveries: %w: %d of them have failed", len(subscriberIDs), delivery.ErrUnlawful, reopened)
		}
		return l.touch(ctx)
	})
}

// onLedger runs work in a transaction that holds only under the current lease.
func (s *Store) onLedger(ctx context.Context, lease delivery.Lease, issue int64, work func(*ledger) error) error {
	return s.write(ctx, func(tx *Tx) error {
		if err := tx.checkLease(ctx, lease); err != nil {
			return err
		}
		l, err := tx.ledger(ctx, lease, issue)
		if err != nil {
			return err
		}
		if err := work(l); err != nil {
			return err
		}
		if l.status == digest.Cancelled {
			_, err = l.settleCancelled(ctx, issue) // more of it is left to CancelIssue
		}
		return err
	})
}

func (tx *Tx) ledger(ctx context.Context, lease delivery.Lease, issue int64) (*ledger, error) {
	l, err := queryOne(ctx, tx, func(r row) (*ledger, error) {
		l := &ledger{Tx: tx, lease: lease, issue: issue}
		var ms int64
		err := r.Scan(&l.status, &ms)
		l.active = time.Duration(ms) * time.Millisecond
		return l, err
	}, `SELECT status, active_ms FROM issues WHERE id = ?`, issue)
	if err != nil {
		return nil, fmt.Errorf("read issue: %w", err)
	}
	return l, nil
}

// touch records that the issue moved.
func (l *ledger) touch(ctx context.Context) error {
	_, err := l.exec(ctx, `
		UPDATE issues SET active_ms = ?, touched_at = ? WHERE id = ?`,
		l.active.Milliseconds(), l.stamp(), l.issue)
	if err != nil {
		return fmt.Errorf("touch issue: %w", err)
	}
	return nil
}

// recover turns what earlier senders left sending into unknown.
func (l *ledger) recover(ctx context.Context) (int, error) {
	const why = "the sender stopped before an answer was on record"
	_, err := l.exec(ctx, `
		INSERT INTO attempts (issue_id, subscriber_id, attempt, state, code, enhanced, reply, command, why, at)
		SELECT issue_id, subscriber_id, attempts, 'unknown', 0, '', '', '', ?, ?
		FROM deliveries
		WHERE issue_id = ? AND state = 'sending' AND epoch < ?
		ORDER BY subscriber_id`, why, l.stamp(), l.issue, l.lease.Epoch)
	if err != nil {
		return 0, fmt.Errorf("record interrupted attempts: %w", err)
	}
	n, err := l.exec(ctx, `
		UPDATE deliveries
		SET state = 'unknown', code = 0, enhanced = '', reply = '', command = '', why = ?, changed_at = ?
		WHERE issue_id = ? AND state = 'sending' AND epoch < ?`,
		why, l.stamp(), l.issue, l.lease.Epoch)
	if err != nil {
		return 0, fmt.Errorf("recover deliveries: %w", err)
	}
	if err := l.bringForward(ctx); err != nil {
		return 0, err
	}
	if n == 0 {
		return 0, nil
	}
	if err := l.carry(ctx); err != nil {
		return 0, err
	}
	return int(n), l.touch(ctx)
}

// bringForward makes deferred readers due whose next attempt lies farther away
// than any pause: a machine that came up a year ahead, and was put right,
// would else leave them for that year.
func (l *ledger) bringForward(ctx context.Context) error {
	_, err := l.exec(ctx, `
		UPDATE deliveries INDEXED BY deliveries_deferred
		SET next_at = ?
		WHERE issue_id = ? AND state = 'deferred' AND next_at > ?`,
		l.stamp(), l.issue, timeText(l.at.Add(delivery.LongestPause)))
	if err != nil {
		return fmt.Errorf("bring deferred deliveries forward: %w", err)
	}
	return nil
}

// recoverCancelled settles cancelled issues that were left with mails on the
// wire by a sender that is gone, or with deliveries not skipped yet: nobody else
// carries on with those.
func (tx *Tx) recoverCancelled(ctx context.Context, lease delivery.Lease) error {
	ids, err := queryAll(ctx, tx, scanValue[int64], `
		SELECT i.id
		FROM issues i
		WHERE i.status = 'cancelled' AND (
			EXISTS (SELECT 1 FROM deliveries d WHERE d.issue_id = i.id AND d.state = 'sending')
			OR EXISTS (SELECT 1 FROM deliveries d WHERE d.issue_id = i.id AND d.state = 'queued')
			OR EXISTS (SELECT 1 FROM deliveries d WHERE d.issue_id = i.id AND d.state = 'deferred'))`)
	if err != nil {
		return fmt.Errorf("look for unsettled deliveries: %w", err)
	}
	for _, id := range ids {
		l, err := tx.ledger(ctx, lease, id)
		if err != nil {
			return err
		}
		if _, err := l.recover(ctx); err != nil {
			return err
		}
		for more := true; more; {
			if more, err = tx.settleCancelled(ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// carry makes the issue's articles carried, and its page public: it reached a reader.
func (l *ledger) carry(ctx context.Context) error {
	_, err := l.exec(ctx, `
		UPDATE issues
		SET reached_at = ?
		WHERE id = ? AND reached_at IS NULL`, l.stamp(), l.issue)
	if err != nil {
		return fmt.Errorf("mark issue as reaching readers: %w", err)
	}
	_, err = l.exec(ctx, `
		UPDATE article_states
		SET state = 'carried', changed_at = ?
		WHERE newsletter_id = ? AND state = 'reserved' AND issue_id = ?`,
		l.stamp(), l.newsletter, l.issue)
	if err != nil {
		return fmt.Errorf("mark articles carried: %w", err)
	}
	return nil
}
