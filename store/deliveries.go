package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"roundup/delivery"
	"roundup/digest"
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
	Asked      bool // the reader was not in its audience, and asked for it

	subscriber int64
}

// DeliveryFilter narrows a listing.
type DeliveryFilter struct {
	State  delivery.State // "" for all
	Resent bool           // only those that were unknown once and sent again
}

// record is what is shown of one delivery of an issue; its reader is named by name.
func (i deliveryIssue) record(d deliveryRow) DeliveryRecord {
	return DeliveryRecord{
		Issue: i.number, IssueUID: i.uid, MailDomain: i.mailDomain, Subject: i.subject,
		State: d.state, Attempts: d.attempts, Code: d.code, Enhanced: d.enhanced, Reply: d.reply, Command: d.command,
		Why: d.why, At: d.at, Resent: d.resent && d.state == delivery.Sent, subscriber: d.subscriber,
	}
}

// deliveryIssue is what a record says of its issue.
type deliveryIssue struct {
	id         int64
	number     int
	uid        string
	mailDomain string
	subject    string
}

const deliveryIssueColumns = `
	SELECT
		id,
		number,
		uid,
		mail_domain,
		subject
	FROM issues`

func scanDeliveryIssue(r row) (i deliveryIssue, err error) {
	return i, r.Scan(&i.id, &i.number, &i.uid, &i.mailDomain, &i.subject)
}

// wants reports whether a listing has a delivery in it.
func (f DeliveryFilter) wants(d deliveryRow) bool {
	return (f.State == "" || f.State == d.state) && (!f.Resent || d.resent && d.state == delivery.Sent)
}

// Deliveries lists an issue's deliveries in the order of its audience, a range at a
// time: a million are never held in memory, nor a view of the database
// for long. An issue that does not exist has none.
func (s *Store) Deliveries(ctx context.Context, number int, f DeliveryFilter) iter.Seq2[DeliveryRecord, error] {
	return func(yield func(DeliveryRecord, error) bool) {
		for part := 1; ; part++ {
			records, err := s.deliveriesIn(ctx, number, part, f)
			if errors.Is(err, ErrNotFound) {
				return
			}
			if err != nil {
				yield(DeliveryRecord{}, fmt.Errorf("list deliveries of issue %d: %w", number, err))
				return
			}
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// deliveriesIn lists those of one range; ErrNotFound after the last.
func (s *Store) deliveriesIn(ctx context.Context, number, part int, f DeliveryFilter) (records []DeliveryRecord, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		issue, err := queryOne(ctx, tx, scanDeliveryIssue, deliveryIssueColumns+`
			WHERE newsletter_id = ? AND number = ?`, tx.newsletter, number)
		if err != nil {
			return err
		}
		g, err := tx.rangeByNumber(ctx, issue.id, part)
		if err != nil {
			return err
		}
		all, err := tx.deliveriesOf(ctx, g)
		if err != nil {
			return err
		}
		for _, d := range all {
			if f.wants(d) {
				records = append(records, issue.record(d))
			}
		}
		return tx.name(ctx, records)
	})
	return records, err
}

// name says of records, which are in the order of their readers, who those are.
func (tx *Tx) name(ctx context.Context, records []DeliveryRecord) error {
	if len(records) == 0 {
		return nil
	}
	ids := make([]int64, len(records))
	for i, r := range records {
		ids[i] = r.subscriber
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT
			id,
			public_id,
			email,
			name
		FROM subscribers
		WHERE id `+inIDs+`
		ORDER BY id`, idList(ids))
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	named := 0
	for ; rows.Next(); named++ {
		var id int64
		var publicID []byte
		if named == len(records) {
			break
		}
		r := &records[named]
		if err := rows.Scan(&id, &publicID, textInto(&r.Email), &r.Name); err != nil {
			return err
		}
		copy(r.PublicID[:], publicID)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if named != len(records) {
		return fmt.Errorf("name %d readers: %d are there: %w", len(records), named, errAudience)
	}
	return nil
}

// History lists what became of every issue one reader was in the audience of or asked
// for, newest first. The reader is named by the address key.
func (s *Store) History(ctx context.Context, addressKey string) (records []DeliveryRecord, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		id, err := tx.subscriberID(ctx, addressKey)
		if err != nil {
			return err
		}
		issues, err := queryAll(ctx, tx, scanDeliveryIssue, deliveryIssueColumns+`
			WHERE newsletter_id = ?
			ORDER BY number DESC`, tx.newsletter)
		if err != nil {
			return err
		}
		requests, err := tx.requests(ctx, id)
		if err != nil {
			return err
		}
		for _, issue := range issues {
			d, _, err := tx.deliveryOf(ctx, issue.id, id)
			asked := false
			if errors.Is(err, ErrNotFound) {
				if d, asked = requests[issue.id]; !asked {
					continue
				}
				err = nil
			}
			if err != nil {
				return err
			}
			one := []DeliveryRecord{issue.record(d)}
			one[0].Asked = asked
			if err := tx.name(ctx, one); err != nil {
				return err
			}
			records = append(records, one...)
		}
		return nil
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
		d, g, err := tx.deliveryOf(ctx, issue.ID, id)
		if errors.Is(err, ErrNotFound) {
			return fmt.Errorf("the reader was not in its audience: %w", ErrNotFound)
		}
		if err != nil {
			return fmt.Errorf("read delivery: %w", err)
		}
		if d.state != delivery.Unknown {
			return fmt.Errorf("%w: it is %s, only an unknown one can be resolved", delivery.ErrUnlawful, d.state)
		}
		if !g.held() {
			if _, err := tx.settleLeft(ctx, g); err != nil {
				return err
			}
		}
		switch to {
		case delivery.Sent:
			err = tx.resolveSent(ctx, issue.ID, id, by)
		case delivery.Queued:
			err = tx.orderResend(ctx, issue, id, by)
		default:
			err = fmt.Errorf("%w: %s to %s", delivery.ErrUnlawful, d.state, to)
		}
		if err != nil {
			return err
		}
		return tx.resettle(ctx, g)
	})
}

func (tx *Tx) resolveSent(ctx context.Context, issue, subscriber int64, by subscribers.Actor) error {
	_, err := tx.exec(ctx, `
		UPDATE deliveries
		SET state = 'sent', why = 'resolved by hand', changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ?`, tx.stamp(), issue, subscriber)
	if err != nil {
		return fmt.Errorf("resolve delivery: %w", err)
	}
	return tx.event(ctx, event{
		issue: issue, subscriber: subscriber, what: "delivery resolved", by: by, detail: "sent",
	})
}

// orderResend queues an unknown delivery once more; its own resend is used up
// with it. An issue that was done is owed something again, and goes on.
func (tx *Tx) orderResend(ctx context.Context, issue digest.Issue, subscriber int64, by subscribers.Actor) error {
	if issue.Status == digest.Cancelled {
		return &StatusError{Number: issue.Number, Status: issue.Status, Want: "resend"}
	}
	_, err := tx.exec(ctx, `
		UPDATE deliveries
		SET state = 'queued', resends = 1, why = 'to be sent again, by hand', changed_at = ?
		WHERE issue_id = ? AND subscriber_id = ?`, tx.stamp(), issue.ID, subscriber)
	if err != nil {
		return fmt.Errorf("order resend: %w", err)
	}
	err = tx.event(ctx, event{
		issue: issue.ID, subscriber: subscriber, what: "delivery resolved", by: by, detail: "resend",
	})
	if err != nil || issue.Status != digest.Sent {
		return err
	}
	return tx.setIssueStatus(ctx, issue.ID, digest.Sending, "", by)
}
