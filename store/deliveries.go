package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"roundup/delivery"
	"roundup/subscribers"
)

// DeliveryRecord is a delivery as people and programs are shown it.
type DeliveryRecord struct {
	Issue      int    // its number
	IssueUID   string // with PublicID and MailDomain, what its Message-ID is made of
	MailDomain string // of digest.Issue
	Subject    string // of the issue
	PublicID   subscribers.PublicID
	Email      string // as given; "" once erased
	Name       string
	State      delivery.State
	Attempts   int
	Code       int // of the last reply; 0 when there was none
	Enhanced   string
	Reply      string // the server's words
	Command    string // the command they answered
	Why        string // our words
	At         time.Time
	Resent     bool // it was unknown once and sent again: the reader may have two copies

	subscriber int64
}

// DeliveryFilter narrows a listing.
type DeliveryFilter struct {
	State  delivery.State // "" for all
	Resent bool           // only those that were unknown once and sent again
}

const deliveryColumns = `
	SELECT
		i.number,
		i.uid,
		i.mail_domain,
		i.subject,
		s.public_id,
		s.email,
		s.name,
		d.state,
		d.attempts,
		d.code,
		d.enhanced,
		d.reply,
		d.command,
		d.why,
		d.changed_at,
		d.resends > 0 AND d.state = 'sent',
		d.subscriber_id
	FROM issues i
	CROSS JOIN deliveries d ON d.issue_id = i.id
	CROSS JOIN subscribers s ON s.id = d.subscriber_id`

func scanDelivery(r row) (d DeliveryRecord, err error) {
	var publicID []byte
	err = r.Scan(
		&d.Issue,
		&d.IssueUID,
		&d.MailDomain,
		&d.Subject,
		&publicID,
		textInto(&d.Email),
		&d.Name,
		&d.State,
		&d.Attempts,
		&d.Code,
		&d.Enhanced,
		&d.Reply,
		&d.Command,
		&d.Why,
		timeInto(&d.At),
		&d.Resent,
		&d.subscriber)
	copy(d.PublicID[:], publicID)
	return d, err
}

// Deliveries lists an issue's deliveries in the order of its audience, in
// pages: a million rows are never held in memory, nor a view of the database
// for long. An issue that does not exist has none.
func (s *Store) Deliveries(ctx context.Context, number int, f DeliveryFilter) iter.Seq2[DeliveryRecord, error] {
	const page = 1000
	return pages(func(after *DeliveryRecord) (records []DeliveryRecord, err error) {
		from := int64(0)
		if after != nil {
			from = after.subscriber
		}
		err = s.read(ctx, func(tx *Tx) error {
			records, err = queryAll(ctx, tx, scanDelivery, deliveryColumns+`
				WHERE i.newsletter_id = ? AND i.number = ? AND d.subscriber_id > ? AND (? = '' OR d.state = ?)
				AND (NOT ? OR (d.resends > 0 AND d.state = 'sent'))
				ORDER BY d.subscriber_id
				LIMIT ?`, tx.newsletter, number, from, f.State, f.State, f.Resent, page)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("list deliveries of issue %d: %w", number, err)
		}
		return records, nil
	})
}

// History lists what became of every issue one reader was in the audience of,
// newest first. The reader is named by the address key.
func (s *Store) History(ctx context.Context, addressKey string) (records []DeliveryRecord, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		id, err := tx.subscriberID(ctx, addressKey)
		if err != nil {
			return err
		}
		// Issues are few: one look by primary key into each needs no index.
		records, err = queryAll(ctx, tx, scanDelivery, deliveryColumns+`
			WHERE i.newsletter_id = ? AND d.subscriber_id = ?
			ORDER BY i.number DESC`, tx.newsletter, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read history: %w", err)
	}
	return records, nil
}

func (tx *Tx) subscriberID(ctx context.Context, addressKey string) (int64, error) {
	return queryOne(ctx, tx, scanValue[int64], `SELECT id FROM subscribers WHERE key = ?`, addressKey)
}

// Resolve settles an unknown delivery by a person's word: delivery.Sent puts it
// on record as sent; delivery.Queued has it sent again, whatever the policy and
// even where its one resend is used up, and reopens an issue that was done. It fails with ErrNotFound, with delivery.ErrUnlawful for a delivery
// that is not unknown, or with a *StatusError for a cancelled issue's resend.
func (s *Store) Resolve(ctx context.Context, number int, addressKey string, to delivery.State, by subscribers.Actor) error {
	return s.write(ctx, func(tx *Tx) error {
		issue, err := tx.issue(ctx, number)
		if err != nil {
			return err
		}
		id, err := tx.subscriberID(ctx, addressKey)
		if err != nil {
			return err
		}
		state, err := queryOne(ctx, tx, scanValue[delivery.State], `
			SELECT state FROM deliveries WHERE issue_id = ? AND subscriber_id = ?`, issue.ID, id)
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("the reader was not in its audience: %w", ErrNotFound)
		}
		if err != nil {
			return fmt.Errorf("read delivery: %w", err)
		}
		if state != delivery.Unknown {
			return fmt.Errorf("%w: it is %s, only an unknown one can be resolved", delivery.ErrUnlawful, state)
		}
		switch to {
		case delivery.Sent:
			return tx.resolveSent(ctx, issue.ID, id, by)
		case delivery.Queued:
			return tx.orderResend(ctx, issue, id, by)
		}
		return fmt.Errorf("%w: %s to %s", delivery.ErrUnlawful, state, to)
	})
}
