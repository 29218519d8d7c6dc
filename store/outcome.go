package store

import (
	"context"
	"fmt"

	"roundup/delivery"
)

// standing is where a delivery stands before an outcome is recorded.
type standing struct {
	state    delivery.State
	epoch    int64
	attempts int
}

// record writes outcomes, all or none. A result belongs to a delivery this
// lease claimed; besides, a deferred one may be given up.
func (l *ledger) record(ctx context.Context, outcomes []delivery.Outcome) error {
	reached := false
	for _, o := range outcomes {
		if err := l.settle(ctx, o); err != nil {
			return fmt.Errorf("outcome for subscriber %d: %w", o.SubscriberID, err)
		}
		reached = reached || o.To == delivery.Sent || o.To == delivery.Unknown
	}
	if reached {
		return l.carry(ctx)
	}
	return nil
}

// settle writes one outcome. Sent, which nearly all are, takes one statement;
// the others leave an attempt behind.
func (l *ledger) settle(ctx context.Context, o delivery.Outcome) error {
	if o.To == delivery.Sent {
		return l.settleSent(ctx, o)
	}
	now, err := l.standing(ctx, o.SubscriberID)
	if err != nil {
		return err
	}
	if err := l.lawful(now, o.To); err != nil {
		return err
	}
	if o.To == delivery.Queued && o.Reply.Code == 0 && o.Why == "" {
		return l.handBack(ctx, o.SubscriberID)
	}
	return l.settleOwed(ctx, now, o)
}

// settleSent records that the relay took a message. Where the delivery stands is
// part of the look-up: only when that finds nothing is it read, to say why.
func (l *ledger) settleSent(ctx context.Context, o delivery.Outcome) error {
	settled, err := l.exec(ctx, sentByKey,
		o.Reply.Code, o.Reply.Enhanced, o.Reply.Text, o.Reply.Command, o.Why, l.stamp(),
		l.issue, o.SubscriberID, l.lease.Epoch)
	if err != nil || settled == 1 {
		return err
	}
	now, err := l.standing(ctx, o.SubscriberID)
	if err != nil {
		return err
	}
	return unlawful(now.state, o.To)
}

const sentByKey = `
	UPDATE deliveries
	SET state = 'sent',
	    code = ?,
	    enhanced = ?,
	    reply = ?,
	    command = ?,
	    why = ?,
	    changed_at = ?
	WHERE issue_id = ? AND subscriber_id = ? AND state = 'sending' AND epoch = ?`

func (l *ledger) standing(ctx context.Context, subscriber int64) (standing, error) {
	now, err := queryOne(ctx, l.Tx, func(r row) (s standing, err error) {
		return s, r.Scan(&s.state, &s.epoch, &s.attempts)
	}, `
		SELECT state, epoch, attempts
		FROM deliveries
		WHERE issue_id = ? AND subscriber_id = ?`, l.issue, subscriber)
	if err != nil {
		return now, fmt.Errorf("%w in issue", err)
	}
	return now, nil
}

// lawful checks a sender's step against the machine, and that the claim is its own.
func (l *ledger) lawful(now standing, to delivery.State) error {
	own := now.state == delivery.Sending && now.epoch == l.lease.Epoch
	givenUp := now.state == delivery.Deferred && to == delivery.Failed
	if delivery.Lawful(now.state, to) && (own || givenUp) {
		return nil
	}
	return unlawful(now.state, to)
}

func unlawful(from, to delivery.State) error {
	return fmt.Errorf("%w: %s to %s", delivery.ErrUnlawful, from, to)
}

// settleOwed records any other outcome, and the attempt that led to it.
func (l *ledger) settleOwed(ctx context.Context, now standing, o delivery.Outcome) error {
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
	if err != nil {
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
func (l *ledger) handBack(ctx context.Context, subscriber int64) error {
	_, err := l.exec(ctx, `
		UPDATE deliveries
		SET state = 'queued', attempts = attempts - 1, changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ?`, l.stamp(), l.issue, subscriber)
	return err
}
