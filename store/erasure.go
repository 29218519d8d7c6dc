package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundup/delivery/reason"
	"roundup/store/engine"
	"roundup/subscribers"
)

// forgotten is the event of an erasure, the last one of a subscriber.
const forgotten = "forgotten"

// Forget erases a person: address, name, labels, choices and where the
// consent came from go, and so do servers' words about the address and mail of
// the outbox to it. What stays is a number with its deliveries, so that reports
// keep adding up, and the hash of the address, so that no import brings it
// back. Deliveries still owed become skipped. An address that is only
// suppressed loses its plain text, and one that a reader only asked for or changed
// from is theirs no more. It fails with ErrNotFound for an address that is none of these.
func (s *Store) Forget(ctx context.Context, key string, by subscribers.Actor) error {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return err
	}
	hash := keys.AddressHash(key)
	return s.write(ctx, func(tx *Tx) error {
		sub, err := tx.subscriber(ctx, key)
		onList := err == nil
		if err != nil && !errors.Is(err, ErrNotFound) {
			return err
		}
		beside, err := tx.forgetBeside(ctx, key)
		if err != nil {
			return err
		}
		switch {
		case onList:
			err = tx.erase(ctx, sub, by)
		case !beside:
			_, err = tx.suppression(ctx, hash)
		}
		if err != nil {
			return err
		}
		changed, err := tx.suppressErased(ctx, hash)
		if err != nil || onList || !changed {
			return err
		}
		return tx.Record(ctx, engine.Entry{What: forgotten, By: by})
	})
}

// erase forgets a subscriber, for good.
func (tx *Tx) erase(ctx context.Context, sub subscribers.Subscriber, by subscribers.Actor) error {
	hash, err := tx.hashOf(ctx, sub.ID)
	if err != nil {
		return err
	}
	tx.left = append(tx.left, leaving{at: tx.At, what: string(subscribers.Erased), id: sub.PublicID, hash: hash})
	return tx.blank(ctx, sub, engine.Entry{Subscriber: sub.ID, What: forgotten, By: by})
}

// blank takes everything personal from the rows of a subscriber, who may come back
// unless the address is suppressed; last is the last event there is of them.
func (tx *Tx) blank(ctx context.Context, sub subscribers.Subscriber, last engine.Entry) error {
	steps := []struct {
		what  string
		query string
		args  []any
	}{
		{"sign-ups", `
			UPDATE sign_ups
			SET
				consent_from = '',
				consent_wording = '',
				sections_off = NULL,
				language = ''
			WHERE newsletter_id IN (SELECT id FROM newsletters) AND hash = (SELECT hash FROM subscribers WHERE id = ?)`, []any{sub.ID}},
		{"subscriber", `
			UPDATE subscribers
			SET
				email = NULL,
				key = NULL,
				hash = NULL,
				name = '',
				erased_at = ?
			WHERE id = ?`, []any{tx.Stamp(), sub.ID}},
		{"subscriptions", `
			UPDATE subscriptions
			SET
				status = 'unsubscribed',
				consent_from = '',
				sections_off = '[]',
				monthly = 0,
				language = '',
				labels = '[]',
				left_why = '',
				paused_until = NULL,
				changed_at = ?
			WHERE newsletter_id IN (SELECT id FROM newsletters) AND subscriber_id = ?`, []any{tx.Stamp(), sub.ID}},
		{"new address", `DELETE FROM address_changes WHERE subscriber_id = ?`, []any{sub.ID}},
		{"old addresses", `DELETE FROM addresses_left WHERE subscriber_id = ?`, []any{sub.ID}},
		{"bounces", `
			UPDATE bounces
			SET
				words = '',
				domain = ''
			WHERE subscriber_id = ?`, []any{sub.ID}},
	}
	for _, step := range steps {
		if _, err := tx.ExecErasing(ctx, step.query, step.args...); err != nil {
			return fmt.Errorf("erase %s of subscriber %d: %w", step.what, sub.ID, err)
		}
	}
	if err := tx.EraseReader(ctx, sub.ID); err != nil {
		return err
	}
	if err := tx.eraseMail(ctx, sub.Email, sub.ID); err != nil {
		return err
	}
	return tx.Record(ctx, last)
}

// unconfirmedBatch is how many are erased in one transaction: nobody waits for it long.
const unconfirmedBatch = 50

const unconfirmed = selectSubscriber + `
	AND n.status = 'pending'
	AND s.id IN (
		SELECT h.id
		FROM sign_ups u
		JOIN subscribers h ON h.hash = u.hash
		WHERE u.newsletter_id = ? AND u.last_at < ?
	)
	LIMIT ?`

// EraseUnconfirmed erases who was last asked to confirm before a moment and has not,
// and returns how many they were. They may sign up again. Whom nobody asked, as an import
// may leave them, waits on. Addresses beside those of readers go when their time is over.
func (s *Store) EraseUnconfirmed(ctx context.Context, before time.Time, by subscribers.Actor) (erased int, err error) {
	err = s.db.WipeOnce(ctx, func(ctx context.Context) error {
		for n := unconfirmedBatch; n == unconfirmedBatch; erased += n {
			if n, err = s.eraseUnconfirmed(ctx, before, by); err != nil {
				return fmt.Errorf("erase who has not confirmed: %w", err)
			}
		}
		return nil
	})
	return erased, err
}

func (s *Store) eraseUnconfirmed(ctx context.Context, before time.Time, by subscribers.Actor) (int, error) {
	old := engine.TimeText(before)
	var some bool
	err := s.read(ctx, func(tx *Tx) (err error) {
		some, err = engine.QueryOne(ctx, tx, engine.ScanValue[bool], `
			SELECT
				EXISTS (SELECT 1 FROM sign_ups WHERE newsletter_id = ? AND last_at < ?)
				OR EXISTS (SELECT 1 FROM addresses_left WHERE left_at < ?)`, tx.Newsletter, old, tx.tooOldToReturn())
		return err
	})
	if err != nil || !some { // the write lock is not taken for nothing
		return 0, err
	}
	var found []subscribers.Subscriber
	err = s.write(ctx, func(tx *Tx) (err error) {
		found, err = engine.QueryAll(ctx, tx, scanSubscriber, unconfirmed, tx.Newsletter, tx.Newsletter, old, unconfirmedBatch)
		if err != nil {
			return err
		}
		for _, sub := range found {
			if err := tx.blank(ctx, sub, engine.Entry{Subscriber: sub.ID, What: "erased unconfirmed", By: by}); err != nil {
				return err
			}
		}
		if len(found) == unconfirmedBatch {
			return nil // there may be more, who are found by their row
		}
		_, err = tx.ExecErasing(ctx, `DELETE FROM sign_ups WHERE newsletter_id = ? AND last_at < ?`, tx.Newsletter, old)
		return errors.Join(err, tx.forgetAddresses(ctx, before)) // each was counted among the sign-ups
	})
	return len(found), err
}

// suppressErased suppresses an address for good and takes its plain text from
// an earlier suppression. It reports whether that changed anything.
func (tx *Tx) suppressErased(ctx context.Context, hash []byte) (bool, error) {
	l := leaving{at: tx.At, what: string(subscribers.Erased), hash: hash}
	if !slices.ContainsFunc(tx.left, func(e leaving) bool { return e.what == l.what && bytes.Equal(e.hash, hash) }) {
		tx.left = append(tx.left, l)
	}
	changed, err := tx.ExecErasing(ctx, `
		INSERT INTO suppressions (hash, email, reason, at) VALUES (?, NULL, 'erased', ?)
		ON CONFLICT (hash) DO UPDATE
		SET
			email = NULL,
			reason = excluded.reason,
			at = excluded.at
		WHERE suppressions.reason <> excluded.reason OR suppressions.email IS NOT NULL`, hash, tx.Stamp())
	if err != nil {
		return false, fmt.Errorf("suppress erased address: %w", err)
	}
	return changed > 0, nil
}

// eraseMail takes recipient and text from the outbox's mail to an address that
// is no longer anybody's, and gives up what is not sent yet of it and of what that
// subscriber asked for; 0 where they only have another address. The rows stay for
// their dedupe keys. A notice to editors that has not gone out loses the address alone.
func (tx *Tx) eraseMail(ctx context.Context, email string, asked int64) error {
	_, err := tx.ExecErasing(ctx, eraseMailTo, tx.Stamp(), tx.Newsletter, email)
	if err == nil && asked != 0 {
		_, err = tx.ExecErasing(ctx, eraseMailAsked, tx.Stamp(), tx.Newsletter, asked)
	}
	if err == nil { // a notice to editors names who was refused
		like := "%" + email + "%"
		_, err = tx.ExecErasing(ctx, eraseFromNotices, email, email, tx.Newsletter, like, like)
	}
	if err != nil {
		return fmt.Errorf("erase outbox mail: %w", err)
	}
	return nil
}

// Each is in the words of an index (outbox_recipient, outbox_asked, outbox_told): the outbox
// keeps a row of every mail there ever was.
const (
	eraseMailTo      = erasingMail + `recipient = ? AND recipient <> '' AND kind <> 'notice'`
	eraseMailAsked   = erasingMail + `subscriber_id = ?`
	eraseFromNotices = `
		UPDATE outbox
		SET text = replace(text, ?, '…'), html = replace(html, ?, '…')
		WHERE newsletter_id = ? AND kind = 'notice' AND text <> '' AND (text LIKE ? OR html LIKE ?)`
	erasingMail = `
		UPDATE outbox
		SET
			recipient = '',
			subject = '',
			text = '',
			html = '',
			state = CASE WHEN state IN ('sent', 'unknown') THEN state ELSE 'failed' END,
			error = CASE WHEN state IN ('sent', 'unknown') THEN '' ELSE 'the address is no longer on the list' END,
			changed_at = ?
		WHERE newsletter_id = ? AND `
)

// respellMail gives the mails to an address its new spelling: they are found by it.
func (tx *Tx) respellMail(ctx context.Context, from, to string) error {
	_, err := tx.Exec(ctx, `
		UPDATE outbox
		SET recipient = ?
		WHERE newsletter_id = ? AND recipient = ? AND recipient <> '' AND kind <> 'notice'`, to, tx.Newsletter, from)
	if err != nil {
		return fmt.Errorf("respell the address of outbox mail: %w", err)
	}
	return nil
}

// dataGiven is the event of a reader's having taken what is kept about them.
const dataGiven = "data given to the reader"

// NoteDataGiven puts that on record, once in an hour: pressing a button a thousand times
// writes nothing a thousand times.
func (s *Store) NoteDataGiven(ctx context.Context, id int64, by subscribers.Actor) error {
	var noted bool
	err := s.read(ctx, func(tx *Tx) (err error) {
		noted, err = engine.QueryOne(ctx, tx, engine.ScanValue[bool], `
			SELECT EXISTS (SELECT 1 FROM events WHERE subscriber_id = ? AND what = ? AND at > ?)`,
			id, dataGiven, engine.TimeText(tx.At.Add(-time.Hour)))
		return err
	})
	if err != nil || noted {
		return err
	}
	return s.write(ctx, func(tx *Tx) error { return tx.Record(ctx, engine.Entry{Subscriber: id, What: dataGiven, By: by}) })
}

// Held is what is kept about a reader beside the subscription, what happened to it and
// the deliveries.
type Held struct {
	Attempts   []HeldAttempt           // that did not end sent, oldest first
	Mails      []HeldMail              // that are no issue, oldest first
	Bounces    []HeldBounce            // oldest first
	Former     []HeldAddress           // that the mail can be taken back to, oldest first
	Suppressed subscribers.Suppression // of the address; no Reason where it is not
}

// HeldBounce is what came back of a mail to the reader, or from them: a reply counts, too.
type HeldBounce struct {
	Issue   int // 0 where it does not say
	Way     string
	Kind    string
	Delayed bool
	Reason  reason.Reason
	Status  string
	Code    int
	Words   string // the server's
	At      time.Time
}

// HeldAddress is an address that the reader changed from.
type HeldAddress struct {
	Email string
	Left  time.Time
}

// HeldAttempt is an attempt to deliver an issue.
type HeldAttempt struct {
	Issue   int
	Attempt int
	State   string
	Code    int
	Reply   string
	At      time.Time
}

// HeldMail is a mail of the outbox.
type HeldMail struct {
	Kind    string
	Subject string
	State   string
	At      time.Time
}

// Held reads it, of a subscriber by number and address as given. A mail to an address that
// they asked for is not among it: that there is one would tell who is on the list.
func (s *Store) Held(ctx context.Context, id int64, email string) (h Held, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		h.Attempts, err = engine.QueryAll(ctx, tx, func(r engine.Row) (a HeldAttempt, err error) {
			return a, r.Scan(&a.Issue, &a.Attempt, &a.State, &a.Code, &a.Reply, engine.TimeInto(&a.At))
		}, `
			SELECT
				i.number,
				a.attempt,
				a.state,
				a.code,
				a.reply,
				a.at
			FROM issues i
			JOIN attempts a ON a.issue_id = i.id AND a.subscriber_id = ?
			WHERE i.newsletter_id = ?
			ORDER BY a.id`, id, tx.Newsletter)
		if err != nil {
			return err
		}
		h.Mails, err = engine.QueryAll(ctx, tx, func(r engine.Row) (m HeldMail, err error) {
			return m, r.Scan(&m.Kind, &m.Subject, &m.State, engine.TimeInto(&m.At))
		}, mailTo, tx.Newsletter, email)
		if err != nil {
			return err
		}
		h.Bounces, err = engine.QueryAll(ctx, tx, func(r engine.Row) (b HeldBounce, err error) {
			return b, r.Scan(&b.Issue, &b.Way, &b.Kind, &b.Delayed, &b.Reason, &b.Status, &b.Code, &b.Words, engine.TimeInto(&b.At))
		}, bouncesOf, id, tx.Newsletter)
		if err != nil {
			return err
		}
		h.Former, err = engine.QueryAll(ctx, tx, func(r engine.Row) (a HeldAddress, err error) {
			return a, r.Scan(&a.Email, engine.TimeInto(&a.Left))
		}, `SELECT email, left_at FROM addresses_left WHERE subscriber_id = ? ORDER BY left_at`, id)
		if err != nil {
			return err
		}
		hash, err := tx.hashOf(ctx, id)
		if err == nil {
			h.Suppressed, err = tx.suppression(ctx, hash)
		}
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return err
	})
	if err != nil {
		return Held{}, fmt.Errorf("read what is held of a reader: %w", err)
	}
	return h, nil
}

const bouncesOf = `
	SELECT
		coalesce(i.number, 0),
		b.way,
		b.kind,
		b.delayed,
		b.reason,
		b.status,
		b.code,
		b.words,
		b.at
	FROM bounces b
	LEFT JOIN issues i ON i.id = b.issue_id
	WHERE b.subscriber_id = ? AND b.newsletter_id = ?
	ORDER BY b.id`

const mailTo = `
	SELECT
		kind,
		subject,
		state,
		changed_at
	FROM outbox
	WHERE newsletter_id = ? AND recipient = ? AND recipient <> '' AND kind <> 'notice'
	ORDER BY id`
