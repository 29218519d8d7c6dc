package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/delivery"
	"roundup/store/engine"
)

// OutboxMail is a mail or a post that is not an issue.
type OutboxMail = delivery.OutboxMail

// Compile-time proof that the sender of the outbox can work on this one.
var _ delivery.Outbox = (*Store)(nil)

// Enqueue puts a mail into the outbox, due at once, and reports whether it is
// new: a dedupe key is never queued a second time, however long ago the first was.
func (s *Store) Enqueue(ctx context.Context, m OutboxMail) (bool, error) {
	var added bool
	err := s.write(ctx, func(tx *Tx) (err error) {
		added, err = tx.enqueue(ctx, m)
		return err
	})
	return added, err
}

func (tx *Tx) enqueue(ctx context.Context, m OutboxMail) (bool, error) {
	return tx.enqueueFor(ctx, m, 0)
}

// enqueueFor is enqueue of a mail that a subscriber's is though its recipient is another
// address than theirs: it is forgotten with them. 0 for none.
func (tx *Tx) enqueueFor(ctx context.Context, m OutboxMail, subscriber int64) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO outbox (
			newsletter_id,
			subscriber_id,
			dedupe,
			kind,
			transport,
			recipient,
			subject,
			text,
			html,
			state,
			next_at,
			created_at,
			changed_at
		) VALUES (?1, ?10, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'queued', ?9, ?9, ?9)
		ON CONFLICT (dedupe) DO NOTHING`,
		tx.Newsletter, m.Dedupe, m.Kind, m.Transport, m.Recipient, m.Subject, m.Text, m.HTML, tx.Stamp(), engine.IDOrNull(subscriber))
	if err != nil {
		return false, fmt.Errorf("queue %s %q: %w", m.Kind, m.Dedupe, err)
	}
	return n > 0, nil
}

const dueOutbox = `
	SELECT
		id,
		dedupe,
		kind,
		transport,
		recipient,
		subject,
		text,
		html,
		attempts + 1
	FROM outbox
	WHERE state IN ('queued', 'sending') AND (state = 'queued' OR kind <> 'issue')
		AND next_at <= ? AND newsletter_id = ?
	ORDER BY next_at, id
	LIMIT 1`

// ClaimOutbox implements delivery.Outbox: it marks the mail that has been due longest as
// sending and returns it. Mail whose claim has lapsed is due again, its Attempts tell; an
// issue is not, since its reader may have it.
func (s *Store) ClaimOutbox(ctx context.Context) (m OutboxMail, due bool, err error) {
	look := func(tx *Tx) (err error) {
		m, err = engine.QueryOne(ctx, tx, scanOutbox, dueOutbox, tx.Stamp(), tx.Newsletter)
		return err
	}
	// It is asked every few seconds: the write lock is not taken for nothing.
	err = s.read(ctx, look)
	if err == nil {
		err = s.write(ctx, func(tx *Tx) error {
			if err := look(tx); err != nil {
				return err
			}
			return tx.markClaimed(ctx, m.ID)
		})
	}
	switch {
	case errors.Is(err, ErrNotFound):
		return OutboxMail{}, false, nil
	case err != nil:
		return OutboxMail{}, false, fmt.Errorf("claim outbox mail: %w", err)
	}
	return m, true, nil
}

func (tx *Tx) markClaimed(ctx context.Context, id int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE outbox
		SET
			state = 'sending',
			attempts = attempts + 1,
			next_at = ?,
			changed_at = ?
		WHERE id = ?`,
		engine.TimeText(tx.At.Add(delivery.OutboxLease)), tx.Stamp(), id)
	return err
}

func scanOutbox(r engine.Row) (OutboxMail, error) {
	var m OutboxMail
	err := r.Scan(&m.ID, &m.Dedupe, &m.Kind, &m.Transport, &m.Recipient, &m.Subject, &m.Text, &m.HTML, &m.Attempts)
	return m, err
}

// SettleOutbox implements delivery.Outbox: it records how the attempt that a mail was
// claimed for ended: done, unknown, to be tried after a pause, or given up. Once it is not to be tried
// again its text is not kept: of readers, it would outlive them; nor is an address that a
// reader changed from, which is nobody's any more. A mail that is not being sent any more,
// such as one erased meanwhile, and one that was claimed again since, stay as they are.
func (s *Store) SettleOutbox(ctx context.Context, m OutboxMail, result delivery.OutboxResult) error {
	state := "failed"
	switch {
	case result.Done:
		state = "sent"
	case result.Unknown:
		state = "unknown"
	case result.Pause > 0:
		state = "queued"
	}
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE outbox
			SET
				state = ?1,
				error = ?2,
				next_at = ?3,
				recipient = CASE WHEN ?1 = 'queued' OR kind <> 'moved' THEN recipient ELSE '' END,
				text = CASE WHEN ?1 = 'queued' THEN text ELSE '' END,
				html = CASE WHEN ?1 = 'queued' THEN html ELSE '' END,
				changed_at = ?4
			WHERE id = ?5 AND state = 'sending' AND attempts = ?6`,
			state, result.Error, engine.TimeText(tx.At.Add(result.Pause)), tx.Stamp(), m.ID, m.Attempts)
		return err
	})
	if err != nil {
		return fmt.Errorf("settle outbox mail %d: %w", m.ID, err)
	}
	return nil
}

// droppedMails is how many are dropped in one transaction: nobody waits for it long.
const droppedMails = 500

const settledOutbox = `
	SELECT id
	FROM outbox
	WHERE newsletter_id = ? AND state IN ('sent', 'failed') AND kind IN ('confirmation', 'welcome', 'address', 'moved') AND changed_at < ?
	ORDER BY id
	LIMIT ?`

// DropOutbox drops the mails to readers, or to who asked to be one, that were settled before a
// moment, and returns how many they were: their dedupe keys have a time in them and do not come
// again. Copies of an issue stay, and notices (see delivery.OutboxKept).
func (s *Store) DropOutbox(ctx context.Context, before time.Time) (dropped int, err error) {
	err = s.db.WipeOnce(ctx, func(ctx context.Context) error {
		for n := droppedMails; n == droppedMails; dropped += n {
			if n, err = s.dropOutbox(ctx, before); err != nil {
				return fmt.Errorf("drop settled mail: %w", err)
			}
		}
		return nil
	})
	return dropped, err
}

// dropOutbox drops some of them, at most droppedMails.
func (s *Store) dropOutbox(ctx context.Context, before time.Time) (int, error) {
	var n int64
	err := s.read(ctx, func(tx *Tx) error { // the write lock is not taken for nothing
		ids, err := engine.QueryAll(ctx, tx, engine.ScanValue[int64], settledOutbox, tx.Newsletter, engine.TimeText(before), 1)
		n = int64(len(ids))
		return err
	})
	if err == nil && n > 0 {
		err = s.write(ctx, func(tx *Tx) (err error) {
			n, err = tx.ExecErasing(ctx, `DELETE FROM outbox WHERE id IN (`+settledOutbox+`)`, tx.Newsletter, engine.TimeText(before), droppedMails)
			return err
		})
	}
	return int(n), err
}

// OpenNotice remembers that a trouble ("issue 12 waiting") has begun, and reports whether it is news:
// false while the same cause lasts. The mail that tells of it is queued with
// it, if it is news, so that neither is there without the other.
func (s *Store) OpenNotice(ctx context.Context, cause string, telling ...OutboxMail) (bool, error) {
	return s.changeNotice(ctx, cause, telling, `
		INSERT INTO notices (newsletter_id, cause, opened_at)
		VALUES (?1, ?2, ?3)
		ON CONFLICT (newsletter_id, cause) WHERE closed_at IS NULL DO NOTHING`)
}

// CloseNotice remembers that a trouble is over and reports whether it was open.
// The mail that tells of it is queued with it, if it was.
func (s *Store) CloseNotice(ctx context.Context, cause string, telling ...OutboxMail) (bool, error) {
	return s.changeNotice(ctx, cause, telling, `
		UPDATE notices
		SET closed_at = ?3
		WHERE newsletter_id = ?1 AND cause = ?2 AND closed_at IS NULL`)
}

// CloseNotices remembers as over what was told of causes like "source % failing", but for some:
// they are of what is not configured any more.
func (s *Store) CloseNotices(ctx context.Context, like string, but ...string) error {
	kept, err := engine.JSONText(append([]string{}, but...)) // a list, also where it is empty
	if err == nil {
		err = s.write(ctx, func(tx *Tx) error {
			_, err := tx.Exec(ctx, `
				UPDATE notices
				SET closed_at = ?
				WHERE newsletter_id = ? AND cause LIKE ? AND closed_at IS NULL AND cause NOT `+engine.InTexts, tx.Stamp(), tx.Newsletter, like, kept)
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("notices %q: %w", like, err)
	}
	return nil
}

func (s *Store) changeNotice(ctx context.Context, cause string, telling []OutboxMail, query string) (bool, error) {
	var changed bool
	err := s.write(ctx, func(tx *Tx) error {
		n, err := tx.Exec(ctx, query, tx.Newsletter, cause, tx.Stamp())
		changed = n > 0
		if err != nil || !changed {
			return err
		}
		for _, m := range telling {
			if _, err := tx.enqueue(ctx, m); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("notice %q: %w", cause, err)
	}
	return changed, nil
}
