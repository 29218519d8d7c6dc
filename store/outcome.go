package store

import (
	"context"
	"fmt"

	"roundup/delivery"
)

// standing is where a delivery stands before an outcome is recorded.
type standing struct {
	subscriber int64
	state      delivery.State
	epoch      int64
	attempts   int
}

// record writes outcomes, all or none. A result belongs to a delivery this
// lease claimed; besides, a deferred one may be given up.
func (l *ledger) record(ctx context.Context, outcomes []delivery.Outcome) error {
	if len(outcomes) == 0 {
		return nil
	}
	standings, err := l.standings(ctx, outcomes)
	if err != nil {
		return err
	}
	reached := false
	for _, o := range outcomes {
		now, known := standings[o.SubscriberID]
		if !known {
			return fmt.Errorf("outcome for subscriber %d: %w in issue", o.SubscriberID, ErrNotFound)
		}
		if err := l.lawful(now, o.To); err != nil {
			return fmt.Errorf("outcome for subscriber %d: %w", o.SubscriberID, err)
		}
		if err := l.settle(ctx, now, o); err != nil {
			return fmt.Errorf("record outcome for subscriber %d: %w", o.SubscriberID, err)
		}
		now.state = o.To
		standings[o.SubscriberID] = now
		reached = reached || o.To == delivery.Sent || o.To == delivery.Unknown
	}
	if reached {
		return l.carry(ctx)
	}
	return nil
}

func (l *ledger) standings(ctx context.Context, outcomes []delivery.Outcome) (map[int64]standing, error) {
	ids := make([]int64, len(outcomes))
	for i, o := range outcomes {
		ids[i] = o.SubscriberID
	}
	all, err := queryAll(ctx, l.Tx, func(r row) (s standing, err error) {
		return s, r.Scan(&s.subscriber, &s.state, &s.epoch, &s.attempts)
	}, `
		SELECT d.subscriber_id, d.state, d.epoch, d.attempts
		FROM json_each(?) j
		CROSS JOIN deliveries d ON d.issue_id = ? AND d.subscriber_id = j.value`, idList(ids), l.issue)
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	standings := make(map[int64]standing, len(all))
	for _, s := range all {
		standings[s.subscriber] = s
	}
	return standings, nil
}

// lawful checks a sender's step against the machine, and that the claim is its own.
func (l *ledger) lawful(now standing, to delivery.State) error {
	own := now.state == delivery.Sending && now.epoch == l.lease.Epoch
	givenUp := now.state == delivery.Deferred && to == delivery.Failed
	if delivery.Lawful(now.state, to) && (own || givenUp) {
		return nil
	}
	return fmt.Errorf("%w: %s to %s", delivery.ErrUnlawful, now.state, to)
}

func (l *ledger) settle(ctx context.Context, now standing, o delivery.Outcome) error {
	if o.To == delivery.Queued && o.Reply.Code == 0 && o.Why == "" {
		return l.handBack(ctx, now)
	}
	var nextAt, deferredFrom any
	if o.To == delivery.Deferred {
		nextAt, deferredFrom = timeText(l.at.Add(o.Pause)), l.active.Milliseconds()
	}
	_, err := l.exec(ctx, `
		UPDATE deliveries
		SET state = ?,
		    code = ?,
		    enhanced = ?,
		    reply = ?,
		    command = ?,
		    why = ?,
		    next_at = ?,
		    deferred_ms = coalesce(deferred_ms, ?),
		    changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ?`,
		o.To, o.Reply.Code, o.Reply.Enhanced, o.Reply.Text, o.Reply.Command, o.Why,
		nextAt, deferredFrom, l.stamp(), l.issue, o.SubscriberID)
	if err != nil || o.To == delivery.Sent {
		return err
	}
	_, err = l.exec(ctx, `
		INSERT INTO attempts (issue_id, subscriber_id, attempt, state, code, enhanced, reply, command, why, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		l.issue, o.SubscriberID, now.attempts, o.To, o.Reply.Code, o.Reply.Enhanced, o.Reply.Text,
		o.Reply.Command, o.Why, l.stamp())
	return err
}

// handBack returns a claim that was never tried: as if it had not been made.
func (l *ledger) handBack(ctx context.Context, now standing) error {
	_, err := l.exec(ctx, `
		UPDATE deliveries
		SET state = 'queued', attempts = attempts - 1, changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ?`, l.stamp(), l.issue, now.subscriber)
	return err
}
