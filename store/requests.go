package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/content"
	"roundup/store/engine"
	"roundup/store/ledger"
	"roundup/subscribers"
)

// Request is an issue that a reader asked for who was not in its audience.
type Request struct {
	Issue   digest.Issue
	Variant digest.Variant
	Reader  subscribers.Subscriber
	At      time.Time
}

// InAudienceError is the ErrNotFound of a reader who was in the audience of the latest issue.
type InAudienceError struct{ Issue int }

// Error says of which issue.
func (e *InAudienceError) Error() string {
	return fmt.Sprintf("the reader was in the audience of issue %d", e.Issue)
}

// Unwrap is ErrNotFound.
func (e *InAudienceError) Unwrap() error { return ErrNotFound }

// Requestable is the latest issue that went out, if the reader of a public id may ask
// for it, and what became of their copy; "" where they have not asked. Whoever was in its
// audience has it, or gets it from the sender. It fails with ErrNotFound where there is
// none, or the reader is not to be mailed; of who was in its audience, with an *InAudienceError.
func (s *Store) Requestable(ctx context.Context, id subscribers.PublicID) (issue digest.Issue, copied delivery.State, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		var sub subscribers.Subscriber
		if sub, issue, err = tx.requestable(ctx, id); err != nil {
			return err
		}
		copied, err = tx.requested(ctx, issue, sub.PublicID)
		return err
	})
	return issue, copied, err
}

// Requested is what became of the copy of an issue that was asked for, for a reader, however they
// and the latest issue stand by now; "" where it was not asked for.
func (s *Store) Requested(ctx context.Context, issue digest.Issue, reader subscribers.PublicID) (copied delivery.State, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		copied, err = tx.requested(ctx, issue, reader)
		return err
	})
	return copied, err
}

// requestKey is the key by which an issue is queued for a reader once.
func requestKey(issue digest.Issue, reader subscribers.PublicID) string {
	return "issue " + issue.UID + " " + reader.String()
}

// requestState is the state of the copy of an issue that a reader asked for. One that a
// process left behind as it sent it may have arrived, and is not sent again (ClaimOutbox).
const requestState = `CASE WHEN state = 'sending' AND next_at <= ? THEN 'unknown' ELSE state END`

func (tx *Tx) requested(ctx context.Context, issue digest.Issue, reader subscribers.PublicID) (delivery.State, error) {
	state, err := engine.QueryOne(ctx, tx, engine.ScanValue[delivery.State], `
		SELECT `+requestState+` FROM outbox WHERE dedupe = ?`, tx.Stamp(), requestKey(issue, reader))
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return state, err
}

func (tx *Tx) requestable(ctx context.Context, id subscribers.PublicID) (subscribers.Subscriber, digest.Issue, error) {
	sub, err := tx.mayMail(ctx, subscriberByPublicID, id[:])
	if err != nil {
		return sub, digest.Issue{}, err
	}
	found, err := tx.IssueLines(ctx, content.InArchive+`
		AND kind <> 'correction' AND status IN ('sending', 'waiting', 'sent')
		ORDER BY number DESC
		LIMIT 1`)
	if err != nil {
		return sub, digest.Issue{}, err
	}
	if len(found) == 0 {
		return sub, digest.Issue{}, ErrNotFound
	}
	// The audience is frozen, so that who is not in it never will be.
	switch in, err := tx.InAudience(ctx, found[0].ID, sub.ID); {
	case err != nil:
		return sub, digest.Issue{}, fmt.Errorf("look for a reader in the audience: %w", err)
	case in:
		return sub, digest.Issue{}, &InAudienceError{found[0].Number}
	}
	return sub, found[0], nil
}

// mayMail is an active subscriber whose address is not suppressed; ErrNotFound.
func (tx *Tx) mayMail(ctx context.Context, query string, arg any) (subscribers.Subscriber, error) {
	sub, err := engine.QueryOne(ctx, tx, scanSubscriber, query, tx.Newsletter, arg)
	if err != nil {
		return sub, err
	}
	if sub.Status != subscribers.Active {
		return sub, ErrNotFound
	}
	suppressed, err := tx.suppressed(ctx, sub.ID)
	if suppressed {
		err = ErrNotFound
	}
	return sub, err
}

// RequestIssue queues the latest issue for a reader who was not in its audience, and
// returns it with what became of their copy: once, however often it is asked for. It fails
// as Requestable does.
func (s *Store) RequestIssue(ctx context.Context, id subscribers.PublicID, by subscribers.Actor) (issue digest.Issue, copied delivery.State, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		var sub subscribers.Subscriber
		if sub, issue, err = tx.requestable(ctx, id); err != nil {
			return err
		}
		added, err := tx.Exec(ctx, `
			INSERT INTO outbox (
				newsletter_id,
				dedupe,
				kind,
				issue_id,
				subscriber_id,
				transport,
				recipient,
				subject,
				text,
				state,
				next_at,
				created_at,
				changed_at
			) VALUES (?1, ?2, 'issue', ?3, ?4, 'mail', '', '', '', 'queued', ?5, ?5, ?5)
			ON CONFLICT (dedupe) DO NOTHING`,
			tx.Newsletter, requestKey(issue, sub.PublicID), issue.ID, sub.ID, tx.Stamp())
		if err != nil {
			return fmt.Errorf("queue issue %d for a reader: %w", issue.Number, err)
		}
		if copied, err = tx.requested(ctx, issue, sub.PublicID); err != nil || added == 0 {
			return err
		}
		return tx.Record(ctx, engine.Entry{
			Subscriber: sub.ID, Issue: issue.ID, What: ledger.AskedForIssue, By: by, Detail: fmt.Sprintf("issue %d", issue.Number),
		})
	})
	return issue, copied, err
}

// Request returns the issue that a mail of the outbox is of, with its reader as they
// are now. It fails with ErrNotFound where there is nobody to be mailed any more.
func (s *Store) Request(ctx context.Context, outboxID int64) (r Request, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		var issue, reader int64
		_, err := engine.QueryOne(ctx, tx, func(row engine.Row) (struct{}, error) {
			return struct{}{}, row.Scan(&issue, &reader, engine.TimeInto(&r.At))
		}, `
			SELECT
				issue_id,
				subscriber_id,
				created_at
			FROM outbox
			WHERE id = ? AND kind = 'issue'`, outboxID)
		if err != nil {
			return err
		}
		if r.Reader, err = tx.mayMail(ctx, selectSubscriber+` AND s.id = ?`, reader); err != nil {
			return err
		}
		found, err := tx.IssueLines(ctx, `AND id = ? AND status <> 'cancelled'`, issue)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return ErrNotFound
		}
		if r.Issue, err = tx.Issue(ctx, found[0].Number); err != nil {
			return err
		}
		variants, err := tx.Variants(ctx, issue)
		if err != nil {
			return err
		}
		r.Variant = digest.VariantWithout(variants, r.Reader.Choice.Off, r.Reader.Choice.Language)
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("read the issue that a reader asked for: %w", err)
	}
	return r, nil
}

// Requests counts what became of the copies of an issue that readers asked for.
func (s *Store) Requests(ctx context.Context, issue int64) (n map[delivery.State]int, err error) {
	n = map[delivery.State]int{}
	err = s.read(ctx, func(tx *Tx) error {
		states, err := engine.QueryAll(ctx, tx, engine.ScanValue[delivery.State], `
			SELECT `+requestState+` FROM outbox WHERE kind = 'issue' AND newsletter_id = ? AND issue_id = ?`, tx.Stamp(), tx.Newsletter, issue)
		for _, state := range states {
			n[state]++
		}
		return err
	})
	return n, err
}
