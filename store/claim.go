package store

import (
	"context"
	"fmt"
	"time"

	"roundup/delivery"
)

// claimable is a delivery that may be claimed, with its reader as of now.
type claimable struct {
	delivery.Claim
	state      delivery.State
	deferredMS *int64 // the issue's sending time at its first deferral
	barred     string // why the reader may not be mailed; "" when they may
}

// The three places claims come from, in this order. Each walks an index that
// holds nothing else, so that a claim costs the same at the first reader and at
// the millionth; INDEXED BY makes that an error where it stops being true.
const (
	fromQueued = `
		FROM deliveries d INDEXED BY deliveries_queued` + claimJoins + `
		WHERE d.issue_id = ? + 0 AND d.state = 'queued'
		ORDER BY d.subscriber_id
		LIMIT ? + 0`
	fromDeferred = `
		FROM deliveries d INDEXED BY deliveries_deferred` + claimJoins + `
		WHERE d.issue_id = ? + 0 AND d.state = 'deferred' AND d.next_at <= ?
		ORDER BY d.next_at, d.subscriber_id
		LIMIT ? + 0`
	fromUnknown = `
		FROM deliveries d INDEXED BY deliveries_unknown` + claimJoins + `
		WHERE d.issue_id = ? + 0 AND d.state = 'unknown' AND d.resends = 0
		ORDER BY d.subscriber_id
		LIMIT ? + 0`

	claimColumns = `
		SELECT
			d.subscriber_id,
			d.state,
			d.attempts,
			d.resends,
			d.deferred_ms,
			s.public_id,
			s.email,
			s.name,
			CASE
				WHEN s.erased_at IS NOT NULL THEN 'erased'
				WHEN x.reason IS NOT NULL THEN 'suppressed: ' || x.reason
				WHEN p.status IS NULL THEN 'not subscribed'
				WHEN p.status <> 'active' THEN p.status
				ELSE ''
			END`
	claimJoins = `
		CROSS JOIN subscribers s ON s.id = d.subscriber_id
		LEFT JOIN subscriptions p ON p.newsletter_id = ? + 0 AND p.subscriber_id = d.subscriber_id
		LEFT JOIN subscriber_hashes h ON h.subscriber_id = d.subscriber_id
		LEFT JOIN suppressions x ON x.hash = h.hash`
)

// claim marks up to want.Count deliveries sending. Readers who may not be
// mailed any more are skipped on the way and do not count.
func (l *ledger) claim(ctx context.Context, want delivery.Want) ([]delivery.Claim, error) {
	claims, err := l.claimFrom(ctx, want.Count, fromQueued, l.newsletter, l.issue)
	if err != nil {
		return nil, fmt.Errorf("claim queued: %w", err)
	}
	deferred, err := l.claimFrom(ctx, want.Count-len(claims), fromDeferred, l.newsletter, l.issue, l.stamp())
	if err != nil {
		return nil, fmt.Errorf("claim deferred: %w", err)
	}
	claims = append(claims, deferred...)
	if want.Policy != delivery.Resend {
		return claims, nil
	}
	unknown, err := l.claimFrom(ctx, want.Count-len(claims), fromUnknown, l.newsletter, l.issue)
	if err != nil {
		return nil, fmt.Errorf("claim unknown: %w", err)
	}
	return append(claims, unknown...), nil
}

// claimFrom claims up to want deliveries of one place.
func (l *ledger) claimFrom(ctx context.Context, want int, place string, args ...any) ([]delivery.Claim, error) {
	var claims []delivery.Claim
	for look := want; len(claims) < want; look = min(2*look+16, 1000) {
		found, err := queryAll(ctx, l.Tx, scanClaimable, claimColumns+place, append(args[:len(args):len(args)], look)...)
		if err != nil {
			return nil, err
		}
		taken, err := l.take(ctx, found, want-len(claims))
		if err != nil {
			return nil, err
		}
		claims = append(claims, taken...)
		if len(found) < look {
			break // that was all of them
		}
	}
	return claims, nil
}

func scanClaimable(r row) (c claimable, err error) {
	var publicID []byte
	err = r.Scan(&c.SubscriberID, &c.state, &c.Attempts, &c.Resend, &c.deferredMS, &publicID, textInto(&c.Email), &c.Name, &c.barred)
	copy(c.PublicID[:], publicID)
	return c, err
}

// take claims the first want candidates that may be mailed, and skips the
// barred ones before them.
func (l *ledger) take(ctx context.Context, found []claimable, want int) ([]delivery.Claim, error) {
	var claims []delivery.Claim
	for _, c := range found {
		if len(claims) == want {
			break
		}
		if c.barred != "" {
			if err := l.skip(ctx, c); err != nil {
				return nil, err
			}
			continue
		}
		if !delivery.Lawful(c.state, delivery.Sending) {
			return nil, unlawful(c.state, delivery.Sending)
		}
		c.Attempts++
		c.Resend = c.Resend || c.state == delivery.Unknown
		if c.deferredMS != nil {
			c.DeferredFor = l.active - time.Duration(*c.deferredMS)*time.Millisecond
		}
		claims = append(claims, c.Claim)
	}
	return claims, l.markSending(ctx, claims)
}

const sendingByKey = `
	UPDATE deliveries
	SET state = 'sending',
	    attempts = attempts + 1,
	    resends = resends OR state = 'unknown',
	    next_at = NULL,
	    epoch = ?,
	    changed_at = ?
	WHERE issue_id = ? AND subscriber_id = ?`

// markSending takes one statement each: for the sixteen or so that are claimed at
// a time that is no dearer than one for all, which SQLite must collect first.
func (l *ledger) markSending(ctx context.Context, claims []delivery.Claim) error {
	for _, c := range claims {
		marked, err := l.exec(ctx, sendingByKey, l.lease.Epoch, l.stamp(), l.issue, c.SubscriberID)
		if err != nil {
			return err
		}
		if marked != 1 {
			return fmt.Errorf("delivery to subscriber %d: %w", c.SubscriberID, ErrNotFound)
		}
	}
	return nil
}

// skip ends the delivery of a reader who may not be mailed any more. One that
// is unknown stays so, since it may have arrived, but is not sent again.
func (l *ledger) skip(ctx context.Context, c claimable) error {
	if c.state == delivery.Unknown {
		_, err := l.exec(ctx, `
			UPDATE deliveries
			SET resends = 1, why = why || '; not sent again: ' || ?, changed_at = ?
			WHERE issue_id = ? AND subscriber_id = ?`, c.barred, l.stamp(), l.issue, c.SubscriberID)
		return err
	}
	if !delivery.Lawful(c.state, delivery.Skipped) {
		return unlawful(c.state, delivery.Skipped)
	}
	_, err := l.exec(ctx, `
		UPDATE deliveries
		SET state = 'skipped', why = ?, next_at = NULL, changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ?`, c.barred, l.stamp(), l.issue, c.SubscriberID)
	return err
}
