package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/store/engine"
)

// MailboxRecord is what is known of a mailbox that bounces are read from.
type MailboxRecord struct {
	Name         string    // login, server and mailbox
	Validity     uint32    // UIDVALIDITY when it was read
	Last         uint32    // the UID up to which it was read
	TriedAt      time.Time // last reading, however it ended; zero for none
	ReadAt       time.Time // last success; zero for none
	Fault        string    // code of what was the matter with the last reading; "" for nothing
	About        string    // what that is about
	Fact         string    // in somebody else's words
	FailingSince time.Time // first failure since the last success; zero while it can be read
}

// Mailbox is what is known of a mailbox; nothing but its name where it was never read.
func (s *Store) Mailbox(ctx context.Context, name string) (MailboxRecord, error) {
	var m MailboxRecord
	err := s.read(ctx, func(tx *Tx) (err error) {
		m, err = engine.QueryOne(ctx, tx, scanMailbox, `
			SELECT
				name,
				uid_validity,
				last_uid,
				tried_at,
				read_at,
				fault,
				about,
				fact,
				failing_since
			FROM mailboxes
			WHERE newsletter_id = ?
			AND name = ?`, tx.Newsletter, name)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return MailboxRecord{Name: name}, nil
	}
	if err != nil {
		return m, fmt.Errorf("read mailbox %q: %w", name, err)
	}
	return m, nil
}

func scanMailbox(r engine.Row) (MailboxRecord, error) {
	var m MailboxRecord
	err := r.Scan(&m.Name, &m.Validity, &m.Last, engine.TimeInto(&m.TriedAt), engine.TimeInto(&m.ReadAt), &m.Fault, &m.About, &m.Fact, engine.TimeInto(&m.FailingSince))
	return m, err
}

// SaveMailboxPosition remembers how far a mailbox was read.
func (s *Store) SaveMailboxPosition(ctx context.Context, name string, validity, last uint32) error {
	return s.write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mailboxes (newsletter_id, name, uid_validity, last_uid)
			VALUES (?, ?, ?, ?)
			ON CONFLICT (newsletter_id, name) DO UPDATE SET
				uid_validity = excluded.uid_validity,
				last_uid = excluded.last_uid`, tx.Newsletter, name, int64(validity), int64(last))
		if err != nil {
			return fmt.Errorf("mailbox %q: %w", name, err)
		}
		return nil
	})
}

// SaveMailboxReading remembers what a reading of a mailbox ended with: a fault, or "".
func (s *Store) SaveMailboxReading(ctx context.Context, name, fault, about, fact string) error {
	return s.write(ctx, func(tx *Tx) error {
		read, failed := engine.TimeOrNull(tx.At), engine.TimeOrNull(time.Time{})
		if fault != "" {
			read, failed = failed, read
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO mailboxes (newsletter_id, name, tried_at, read_at, fault, about, fact, failing_since)
			VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
			ON CONFLICT (newsletter_id, name) DO UPDATE SET
				tried_at = excluded.tried_at,
				read_at = coalesce(excluded.read_at, mailboxes.read_at),
				fault = excluded.fault,
				about = excluded.about,
				fact = excluded.fact,
				failing_since = CASE WHEN excluded.fault = '' THEN NULL ELSE coalesce(mailboxes.failing_since, excluded.failing_since) END`,
			tx.Newsletter, name, tx.Stamp(), read, fault, about, fact, failed)
		if err != nil {
			return fmt.Errorf("mailbox %q: %w", name, err)
		}
		return nil
	})
}
