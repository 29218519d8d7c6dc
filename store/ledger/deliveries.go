package ledger

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"roundup/delivery"
	"roundup/store/engine"
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
	Resent     bool              // it was unknown once and sent again: the reader may have two copies
	Final      bool              // it is unknown and not sent again of its own accord: its one resend is used up
	Asked      subscribers.Actor // who asked for it, as the reader was not in its audience; the zero value where they were

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
		Why: d.why, At: d.at, Resent: d.resent && d.state == delivery.Sent, Final: d.resent && d.state == delivery.Unknown, subscriber: d.subscriber,
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

func scanDeliveryIssue(r engine.Row) (i deliveryIssue, err error) {
	return i, r.Scan(&i.id, &i.number, &i.uid, &i.mailDomain, &i.subject)
}

// wants reports whether a listing has a delivery in it.
func (f DeliveryFilter) wants(d deliveryRow) bool {
	return (f.State == "" || f.State == d.state) && (!f.Resent || d.resent && d.state == delivery.Sent)
}

// Skips counts the readers of an issue who were skipped, by why, most first. Whom a
// cancelling skipped is not among them.
func (l *Ledger) Skips(ctx context.Context, issueID int64) (all []delivery.Skip, err error) {
	err = l.read(ctx, func(tx *Tx) error {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (k delivery.Skip, err error) { return k, r.Scan(&k.Why, &k.Readers) }, `
			SELECT why, count(*)
			FROM deliveries
			WHERE issue_id = ? AND state = 'skipped'
			GROUP BY why
			ORDER BY 2 DESC, 1`, issueID)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count whom an issue skipped: %w", err)
	}
	return all, nil
}

// Deliveries lists an issue's deliveries in the order of its audience, a part at a
// time: a million are never held in memory, nor a view of the database
// for long. An issue that does not exist has none.
func (l *Ledger) Deliveries(ctx context.Context, number int, f DeliveryFilter) iter.Seq2[DeliveryRecord, error] {
	return func(yield func(DeliveryRecord, error) bool) {
		var after int64 // the last reader listed
		for part := 1; ; part++ {
			var records []DeliveryRecord
			var err error
			if f == (DeliveryFilter{State: delivery.Failed}) {
				records, err = l.failedAfter(ctx, number, after)
			} else {
				records, err = l.deliveriesIn(ctx, number, part, f)
			}
			if errors.Is(err, engine.ErrNotFound) {
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
				after = r.subscriber
			}
		}
	}
}

// deliveriesIn lists those of one range; ErrNotFound after the last.
func (l *Ledger) deliveriesIn(ctx context.Context, number, part int, f DeliveryFilter) (records []DeliveryRecord, err error) {
	err = l.read(ctx, func(tx *Tx) error {
		issue, err := engine.QueryOne(ctx, tx, scanDeliveryIssue, deliveryIssueColumns+`
			WHERE newsletter_id = ? AND number = ?`, tx.Newsletter, number)
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

const (
	// failedAtOnce is how many failed deliveries are read at once.
	failedAtOnce = 1000
	// failedQuery finds them by an index of their own. Failed is what its row says, however
	// range and issue stand.
	failedQuery = deliveryRowColumns + `
		WHERE issue_id = ?1 AND subscriber_id IN (
			SELECT subscriber_id
			FROM deliveries
			WHERE issue_id = ?1 AND state = 'failed' AND subscriber_id > ?2
			ORDER BY subscriber_id
			LIMIT ?3)
		ORDER BY subscriber_id`
)

// failedAfter lists the failed deliveries of the readers behind one; ErrNotFound after the last.
func (l *Ledger) failedAfter(ctx context.Context, number int, after int64) (records []DeliveryRecord, err error) {
	err = l.read(ctx, func(tx *Tx) error {
		issue, err := engine.QueryOne(ctx, tx, scanDeliveryIssue, deliveryIssueColumns+`
			WHERE newsletter_id = ? AND number = ?`, tx.Newsletter, number)
		if err != nil {
			return err
		}
		failed, err := engine.QueryAll(ctx, tx, scanDeliveryRow, failedQuery, issue.id, after, failedAtOnce)
		if err != nil {
			return fmt.Errorf("read failed deliveries: %w", err)
		}
		if len(failed) == 0 {
			return engine.ErrNotFound
		}
		for _, d := range failed {
			records = append(records, issue.record(d))
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
		WHERE id `+engine.InIDs+`
		ORDER BY id`, engine.IDList(ids))
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
		if err := rows.Scan(&id, &publicID, engine.TextInto(&r.Email), &r.Name); err != nil {
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
// for, newest first. The reader is named by the hash of the address (subscribers.Keyring.AddressHash).
func (l *Ledger) History(ctx context.Context, hash []byte) (records []DeliveryRecord, err error) {
	err = l.read(ctx, func(tx *Tx) error {
		id, err := tx.SubscriberID(ctx, hash)
		if err != nil {
			return err
		}
		issues, err := engine.QueryAll(ctx, tx, scanDeliveryIssue, deliveryIssueColumns+`
			WHERE newsletter_id = ?
			ORDER BY number DESC`, tx.Newsletter)
		if err != nil {
			return err
		}
		requests, err := tx.requests(ctx, id)
		if err != nil {
			return err
		}
		for _, issue := range issues {
			d, _, err := tx.deliveryOf(ctx, issue.id, id)
			var by subscribers.Actor
			if errors.Is(err, engine.ErrNotFound) {
				asked, ok := requests[issue.id]
				if !ok {
					continue
				}
				d, by, err = asked.row, asked.by, nil
			}
			if err != nil {
				return err
			}
			one := []DeliveryRecord{issue.record(d)}
			one[0].Asked = by
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

// AskedForIssue is the event of an issue that was asked for, for a reader who was not in its
// audience.
const AskedForIssue = "asked for an issue"

// request is an issue that was asked for, and what became of its mail.
type request struct {
	issue int64 // its row
	by    subscribers.Actor
	row   deliveryRow
}

// requests are the issues that were asked for, for a reader, by the issue's row.
func (tx *Tx) requests(ctx context.Context, subscriber int64) (map[int64]request, error) {
	all, err := engine.QueryAll(ctx, tx, func(r engine.Row) (q request, err error) {
		return q, r.Scan(&q.issue, &q.row.state, &q.row.attempts, &q.row.why, engine.TimeInto(&q.row.at), &q.by.Kind, &q.by.Name, &q.by.Through)
	}, `
		SELECT
			o.issue_id,
			CASE
				WHEN o.state = 'queued' AND o.attempts > 0 THEN 'deferred'
				WHEN o.state = 'sending' AND o.next_at <= ? THEN 'unknown'
				ELSE o.state
			END,
			o.attempts,
			o.error,
			o.changed_at,
			e.actor,
			e.actor_name,
			e.through
		FROM outbox o
		JOIN events e ON e.subscriber_id = o.subscriber_id AND e.issue_id = o.issue_id AND e.what = '`+AskedForIssue+`'
		WHERE o.subscriber_id = ? AND o.kind = 'issue'`, tx.Stamp(), subscriber)
	if err != nil {
		return nil, fmt.Errorf("read what a reader asked for: %w", err)
	}
	found := map[int64]request{}
	for _, q := range all {
		q.row.subscriber = subscriber
		found[q.issue] = q
	}
	return found, nil
}

// SubscriberID finds a reader by the hash of the address; ErrNotFound without one.
func (tx *Tx) SubscriberID(ctx context.Context, hash []byte) (int64, error) {
	return engine.QueryOne(ctx, tx, engine.ScanValue[int64], `SELECT id FROM subscribers WHERE hash = ?`, hash)
}
