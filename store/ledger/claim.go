package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/store/engine"
)

// claimable is a delivery that may be claimed, with its reader as of now.
type claimable struct {
	delivery.Claim
	state      delivery.State // queued where it has no row
	row        bool
	deferredMS *int64 // the issue's sending time at its first deferral
	barred     string // why the reader is not mailed; "" when they are
}

// claimQuery reads readers by their ids, each with the row of the issue where there is one.
// The + 0 keeps SQLite from planning it anew for every value, which costs more than it does.
// Between which ids the rows are keeps PostgreSQL from reading all of the issue while it has no statistics of them.
const claimQuery = `
	SELECT
		s.id,
		d.state,
		coalesce(d.attempts, 0),
		coalesce(d.resends, 0) > 0,
		d.deferred_ms,
		s.public_id,
		s.email,
		s.name,
		CASE
			WHEN s.erased_at IS NOT NULL THEN 'erased'
			WHEN x.reason IS NOT NULL THEN 'suppressed: ' || x.reason
			WHEN p.status IS NULL THEN 'not subscribed'
			WHEN p.status <> 'active' THEN p.status
			WHEN p.paused_until > ? THEN 'paused'
			ELSE ''
		END
	FROM subscribers s
	LEFT JOIN deliveries d ON d.issue_id = ? + 0 AND d.subscriber_id = s.id AND d.subscriber_id BETWEEN ? + 0 AND ? + 0
	LEFT JOIN subscriptions p ON p.newsletter_id = ? + 0 AND p.subscriber_id = s.id
	LEFT JOIN suppressions x ON x.hash = s.hash
	WHERE s.id ` + engine.InIDs + `
	ORDER BY s.id`

func scanClaimable(r engine.Row) (c claimable, err error) {
	var publicID []byte
	err = r.Scan(&c.SubscriberID, engine.TextInto(&c.state), &c.Attempts, &c.Resend, &c.deferredMS, &publicID, engine.TextInto(&c.Email), &c.Name, &c.barred)
	copy(c.PublicID[:], publicID)
	if c.row = c.state != ""; !c.row {
		c.state = delivery.Queued
	}
	return c, err
}

// candidates reads who the ids of a range are, in their order, and which variant each gets.
func (x *exchange) candidates(ctx context.Context, p *part, ids []int64) ([]claimable, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := engine.QueryAll(ctx, x, scanClaimable, claimQuery, x.Stamp(), x.issue, slices.Min(ids), slices.Max(ids), x.Newsletter, engine.IDList(ids))
	if err != nil {
		return nil, err
	}
	if len(found) != len(ids) {
		return nil, fmt.Errorf("read %d readers of the audience: %d are there: %w", len(ids), len(found), errAudience)
	}
	for i := range found {
		c := &found[i]
		c.Variant = p.Variant(c.SubscriberID)
		c.barred = cmp.Or(c.barred, p.Unsent[c.Variant])
	}
	if slices.IsSorted(ids) {
		return found, nil
	}
	place := make(map[int64]int, len(ids))
	for i, id := range ids {
		place[id] = i
	}
	slices.SortFunc(found, func(a, b claimable) int { return place[a.SubscriberID] - place[b.SubscriberID] })
	return found, nil
}

// claim claims up to want.Count deliveries of a range whose mark was moved to mark
// already: whoever is queued gets what that leaves, also where a person queued more than the
// holder knew. Readers who may not be mailed any more are skipped on the way and do not count.
func (x *exchange) claim(ctx context.Context, p *part, mark int, want delivery.Want) (claims []delivery.Claim, err error) {
	if want.Count > 0 && p.Queued > 0 {
		if claims, err = x.claimQueued(ctx, p, want.Count-(mark-p.Mark)); err != nil {
			return nil, fmt.Errorf("claim queued: %w", err)
		}
	}
	fresh, err := x.claimFresh(ctx, p, mark, want.Count-len(claims))
	if err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	claims = append(claims, fresh...)
	if want.Count > len(claims) && p.Ready(x.At, want.Policy) > 0 {
		later, err := x.claimLater(ctx, p, delivery.Want{Count: want.Count - len(claims), Policy: want.Policy})
		if err != nil {
			return nil, fmt.Errorf("claim again: %w", err)
		}
		claims = append(claims, later...)
	}
	p.InFlight += len(claims)
	return claims, nil
}

// claimFresh claims readers for the first time, in order. The mark says who they are:
// nothing is written of them but why some are skipped.
func (x *exchange) claimFresh(ctx context.Context, p *part, mark, want int) (claims []delivery.Claim, err error) {
	planned := mark
	for mark = max(mark, p.Mark); ; {
		found, err := x.candidates(ctx, p, p.Readers[p.Mark:mark])
		if err != nil {
			return nil, err
		}
		p.Mark = mark
		for _, c := range found {
			if c.barred != "" {
				if err := x.skip(ctx, c); err != nil {
					return nil, err
				}
				continue
			}
			if c.row {
				return nil, fmt.Errorf("subscriber %d is after the mark of range %d and %s", c.SubscriberID, p.Number, c.state)
			}
			claims = append(claims, x.claimOf(c))
		}
		missing := min(want-len(claims), p.Fresh())
		if missing <= 0 {
			break
		}
		mark += missing
	}
	if p.Mark == planned {
		return claims, nil
	}
	_, err = x.Exec(ctx, `
		UPDATE ranges SET claimed = ? WHERE issue_id = ? AND number = ?`, p.Mark, x.issue, p.Number)
	return claims, err
}

// claimOf is a claim of a candidate, this attempt counted.
func (x *exchange) claimOf(c claimable) delivery.Claim {
	c.Attempts++
	c.Resend = c.Resend || c.state == delivery.Unknown
	if c.deferredMS != nil {
		c.DeferredFor = x.active - time.Duration(*c.deferredMS)*time.Millisecond
	}
	return c.Claim
}

// claimQueued claims deliveries that were given back, in order.
func (x *exchange) claimQueued(ctx context.Context, p *part, want int) ([]delivery.Claim, error) {
	claims, seen, err := x.claimRows(ctx, p, want, delivery.Queued, `
		SELECT subscriber_id
		FROM deliveries
		WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ? AND state = 'queued'
		ORDER BY subscriber_id
		LIMIT ?`)
	p.Queued = max(p.Queued-seen, 0)
	if len(claims) < want {
		p.Queued = 0
	}
	return claims, err
}

// claimLater claims deferred deliveries whose pause is over, then unknown ones.
func (x *exchange) claimLater(ctx context.Context, p *part, want delivery.Want) ([]delivery.Claim, error) {
	claims, _, err := x.claimRows(ctx, p, want.Count, delivery.Deferred, `
		SELECT subscriber_id
		FROM deliveries
		WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ? AND state = 'deferred' AND next_at <= ?
		ORDER BY next_at, subscriber_id
		LIMIT ?`, x.Stamp())
	if err == nil && len(claims) < want.Count && want.Policy == delivery.Resend {
		var resent []delivery.Claim
		resent, _, err = x.claimRows(ctx, p, want.Count-len(claims), delivery.Unknown, `
			SELECT subscriber_id
			FROM deliveries
			WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ? AND state = 'unknown' AND resends = 0
			ORDER BY subscriber_id
			LIMIT ?`)
		claims = append(claims, resent...)
	}
	if err != nil {
		return nil, err
	}
	c, err := x.count(ctx, rangeRow{issue: x.issue, number: p.Number, firstID: p.Readers[0], lastID: p.Readers[len(p.Readers)-1]})
	p.Queued, p.Unknown, p.Due = c.queued, c.resendable, c.nextAt
	return claims, err
}

// claimRows claims up to want deliveries that have a row in a state, found by a query, and
// returns how many it went through. One that a reader's leaving, or a person, has taken to
// another state meanwhile, which on a server happens beside, is passed over.
func (x *exchange) claimRows(ctx context.Context, p *part, want int, in delivery.State, query string, args ...any) (claims []delivery.Claim, seen int, err error) {
	between := []any{x.issue, p.Readers[0], p.Readers[len(p.Readers)-1]}
	for len(claims) < want {
		missing := want - len(claims)
		ids, err := engine.QueryAll(ctx, x, engine.ScanValue[int64], query, append(append(between, args...), missing)...)
		if err != nil {
			return nil, 0, err
		}
		found, err := x.candidates(ctx, p, ids)
		if err != nil {
			return nil, 0, err
		}
		for _, c := range found {
			var marked bool
			switch {
			case c.state != in:
			case c.barred != "":
				err = x.skip(ctx, c)
			default:
				marked, err = x.markSending(ctx, p, c)
			}
			if err != nil {
				return nil, 0, err
			}
			if marked {
				claims = append(claims, x.claimOf(c))
			}
		}
		seen += len(found)
		if len(found) < missing {
			break // that was all of them
		}
	}
	return claims, seen, nil
}

// markSending claims a delivery that has a row, unless that is in another state by now.
func (x *exchange) markSending(ctx context.Context, p *part, c claimable) (bool, error) {
	if !delivery.Lawful(c.state, delivery.Sending) {
		return false, unlawful(c.state, delivery.Sending)
	}
	marked, err := x.Exec(ctx, `
		UPDATE deliveries
		SET
			state = 'sending',
			attempts = attempts + 1,
			resends = CASE WHEN state = 'unknown' THEN 1 ELSE resends END,
			next_at = NULL,
			seq = ?,
			changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ? AND state = ?`, p.Seq, x.Stamp(), x.issue, c.SubscriberID, string(c.state))
	return marked == 1, err
}

// notSentAgain begins in an unknown delivery's words why its one resend is used up without it.
const notSentAgain = "; not sent again: "

// skip ends the delivery of a reader who may not be mailed any more, unless it is in another
// state by now. One that is unknown stays so, since it may have arrived, but is not sent again.
func (x *exchange) skip(ctx context.Context, c claimable) error {
	if c.state == delivery.Unknown {
		_, err := x.Exec(ctx, `
			UPDATE deliveries
			SET resends = 1, why = why || '`+notSentAgain+`' || ?, changed_at = ?
			WHERE issue_id = ? AND subscriber_id = ? AND state = 'unknown'`, c.barred, x.Stamp(), x.issue, c.SubscriberID)
		return err
	}
	if !delivery.Lawful(c.state, delivery.Skipped) {
		return unlawful(c.state, delivery.Skipped)
	}
	_, err := x.Exec(ctx, `
		INSERT INTO deliveries (issue_id, subscriber_id, state, attempts, why, changed_at)
		VALUES (?, ?, 'skipped', 0, ?, ?)
		ON CONFLICT (issue_id, subscriber_id) DO UPDATE
		SET
			state = excluded.state,
			why = excluded.why,
			next_at = NULL,
			changed_at = excluded.changed_at
		WHERE deliveries.state = ?`, x.issue, c.SubscriberID, c.barred, x.Stamp(), string(c.state))
	return err
}

// claimedIn reads back what an exchange of a range claimed that took place before: fresh
// readers up to the mark that have no row, and rows claimed by it.
func (x *exchange) claimedIn(ctx context.Context, p *part, g rangeRow) (claims []delivery.Claim, err error) {
	again, err := engine.QueryAll(ctx, x, engine.ScanValue[int64], `
		SELECT subscriber_id
		FROM deliveries
		WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ? AND state = 'sending' AND seq = ?
		ORDER BY subscriber_id`, x.issue, g.firstID, g.lastID, g.seq)
	if err != nil {
		return nil, fmt.Errorf("read back claims: %w", err)
	}
	rows, err := x.candidates(ctx, p, again)
	if err != nil {
		return nil, fmt.Errorf("read back claims: %w", err)
	}
	for _, c := range rows {
		c.Attempts-- // this one was counted when it was claimed
		claims = append(claims, x.claimOf(c))
	}
	fresh, err := x.candidates(ctx, p, p.Readers[p.Mark:g.claimed])
	if err != nil {
		return nil, fmt.Errorf("read back claims: %w", err)
	}
	for _, c := range fresh {
		if !c.row {
			claims = append(claims, x.claimOf(c))
		}
	}
	return claims, nil
}
