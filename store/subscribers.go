package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"roundup/store/engine"
	"roundup/subscribers"
)

// ErrErased is returned for an address whose owner asked to be forgotten; it
// is taken in again only once its suppression is lifted.
var ErrErased = errors.New("the person asked to be forgotten")

const subscriberColumns = `
		s.id,
		s.public_id,
		s.email,
		s.key,
		s.name,
		n.status,
		n.consent_how,
		n.consent_at,
		n.consent_from,
		n.consent_wording,
		n.labels,
		n.sections_off,
		n.monthly,
		n.language,
		n.left_why,
		n.paused_until,
		n.joined_at,
		n.changed_at`

// These read subscribers, selectListed with their suppressions; conditions follow. A
// forgotten one has no key and is not among them. The CROSS JOIN keeps SQLite from
// starting at the subscriptions, all of which are the newsletter's.
const (
	selectSubscriber = `
	SELECT ` + subscriberColumns + `
	FROM subscribers s
	CROSS JOIN subscriptions n
	WHERE n.subscriber_id = s.id AND n.newsletter_id = ? AND s.key IS NOT NULL`

	selectListed = `
	SELECT ` + subscriberColumns + `,
		p.reason
	FROM subscribers s
	CROSS JOIN subscriptions n
	LEFT JOIN suppressions p ON p.hash = s.hash
	WHERE n.subscriber_id = s.id AND n.newsletter_id = ? AND s.key IS NOT NULL`

	// selectOfStatus is selectListed that begins at those of a status.
	selectOfStatus = `
	SELECT ` + subscriberColumns + `,
		p.reason
	FROM subscriptions n
	CROSS JOIN subscribers s
	LEFT JOIN suppressions p ON p.hash = s.hash
	WHERE n.newsletter_id = ? AND n.status = ? AND s.id = n.subscriber_id AND s.key IS NOT NULL`
)

// Ways to look subscribers up, each along an index.
const (
	subscriberByPublicID = selectSubscriber + ` AND s.public_id = ?`
	subscriberByHash     = selectSubscriber + ` AND s.hash = ?`
	subscribersByHashes  = selectSubscriber + ` AND s.hash ` + engine.InHex

	// The ids twice: PostgreSQL joins by walking both tables, from where each is told to begin.
	subscriberPage = selectListed + ` AND s.id > ? AND s.id <= ? AND n.subscriber_id > ? AND n.subscriber_id <= ?`
	pageEnd        = ` ORDER BY s.id LIMIT ?`
	statusPage     = selectOfStatus + ` AND n.subscriber_id > ? AND n.subscriber_id <= ? AND s.id > ? AND s.id <= ?`
	statusPageEnd  = ` ORDER BY n.subscriber_id LIMIT ?`
)

// subscriberWidth is how many columns subscriberColumns are.
const subscriberWidth = 18

// scanSubscriber reads a row of selectSubscriber.
func scanSubscriber(r engine.Row) (s subscribers.Subscriber, err error) {
	v, err := engine.ValuesOf(r, subscriberWidth)
	if err != nil {
		return s, err
	}
	return subscriberOf(v)
}

// subscriberOf takes subscriberColumns out of a row.
func subscriberOf(v *engine.Values) (s subscribers.Subscriber, err error) {
	s.ID = v.Number()
	id := v.Octets()
	s.Email = v.Text()
	s.Key = v.Text()
	s.Name = v.Text()
	s.Status = subscribers.Status(v.Text())
	s.Consent.How = v.Text()
	s.Consent.At = v.Time()
	s.Consent.From = v.Text()
	s.Consent.Wording = v.Text()
	s.Labels = v.Texts()
	s.Choice.Off = v.Texts()
	s.Choice.Monthly = v.Number() == 1
	s.Choice.Language = v.Text()
	s.WhyLeft = subscribers.WhyLeft(v.Text())
	s.Paused = v.Time()
	s.Joined = v.Time()
	s.Changed = v.Time()
	if v.Err() != nil {
		return s, v.Err()
	}
	return s, idInto(&s.PublicID)(id)
}

// idInto scans a public id.
func idInto(id *subscribers.PublicID) engine.Column {
	return func(v any) error {
		b, ok := v.([]byte)
		if !ok || len(b) != len(id) {
			return fmt.Errorf("column holds %T of another size than a public id", v)
		}
		copy(id[:], b)
		return nil
	}
}

// FindSubscriber returns the subscriber with this address key (see
// subscribers.Address); ErrNotFound when there is none.
func (s *Store) FindSubscriber(ctx context.Context, key string) (subscribers.Subscriber, error) {
	var sub subscribers.Subscriber
	err := s.read(ctx, func(tx *Tx) (err error) {
		sub, err = tx.subscriber(ctx, key)
		return err
	})
	return sub, err
}

func (tx *Tx) subscriber(ctx context.Context, key string) (subscribers.Subscriber, error) {
	hash, err := tx.hash(ctx, key)
	if err != nil {
		return subscribers.Subscriber{}, err
	}
	return engine.QueryOne(ctx, tx, scanSubscriber, subscriberByHash, tx.Newsletter, hash)
}

// hash is the one by which a reader with this address key is found.
func (tx *Tx) hash(ctx context.Context, key string) ([]byte, error) {
	keys, err := tx.keyring(ctx)
	if err != nil {
		return nil, err
	}
	return keys.AddressHash(key), nil
}

// SubscriberByPublicID returns the subscriber with this public id; ErrNotFound
// when there is none or the person was forgotten.
func (s *Store) SubscriberByPublicID(ctx context.Context, id subscribers.PublicID) (subscribers.Subscriber, error) {
	var sub subscribers.Subscriber
	err := s.read(ctx, func(tx *Tx) (err error) {
		sub, err = engine.QueryOne(ctx, tx, scanSubscriber, subscriberByPublicID, tx.Newsletter, id[:])
		return err
	})
	return sub, err
}

// Add puts a subscriber on the list and returns it as stored. Email and Key are
// of one address; a zero PublicID gets a random one, and so does one that is in
// use; a zero Joined is now. It fails with ErrErased, or with ErrExists for an
// address that is on the list whatever its status; the one there is returned.
func (s *Store) Add(ctx context.Context, sub subscribers.Subscriber, by subscribers.Actor) (subscribers.Subscriber, error) {
	keys, err := s.Keyring(ctx)
	if err != nil {
		return sub, err
	}
	err = s.write(ctx, func(tx *Tx) error {
		known, err := tx.subscriber(ctx, sub.Key)
		if err == nil {
			sub = known
			return ErrExists
		}
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		hash := keys.AddressHash(sub.Key)
		if err := tx.refuseErased(ctx, hash); err != nil {
			return err
		}
		if sub.Joined.IsZero() {
			sub.Joined = tx.At
		}
		sub.Changed = tx.At
		sub, err = tx.addSubscriber(ctx, sub, hash)
		if err != nil {
			return err
		}
		return tx.Record(ctx, engine.Entry{Subscriber: sub.ID, What: becomes(sub.Status), By: by})
	})
	return sub, err
}

// addSubscriber stores a new subscriber, whose address has this hash, with its subscription.
func (tx *Tx) addSubscriber(ctx context.Context, sub subscribers.Subscriber, hash []byte) (subscribers.Subscriber, error) {
	if sub.Email == "" || sub.Key == "" {
		return sub, errors.New("a subscriber needs an address")
	}
	if err := tx.freePublicID(ctx, &sub.PublicID); err != nil {
		return sub, err
	}
	var err error
	sub.ID, err = tx.Insert(ctx, `
		INSERT INTO subscribers (public_id, email, key, hash, name, created_at)
		VALUES (?, ?, ?, ?, ?, ?)`,
		sub.PublicID[:], sub.Email, sub.Key, hash, sub.Name, tx.Stamp())
	if err != nil {
		return sub, fmt.Errorf("add subscriber: %w", err)
	}
	labels, err := engine.JSONText(notNil(sub.Labels))
	if err != nil {
		return sub, err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO subscriptions (
			newsletter_id,
			subscriber_id,
			status,
			consent_how,
			consent_at,
			consent_from,
			consent_wording,
			labels,
			sections_off,
			monthly,
			language,
			joined_at,
			changed_at
		) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Newsletter, sub.ID, sub.Status, sub.Consent.How, engine.TimeOrNull(sub.Consent.At), sub.Consent.From,
		sub.Consent.Wording, labels, engine.KeysText(sub.Choice.Off), sub.Choice.Monthly, sub.Choice.Language,
		engine.TimeText(sub.Joined), engine.TimeText(sub.Changed))
	if err != nil {
		return sub, fmt.Errorf("add subscription: %w", err)
	}
	return sub, nil
}

// freePublicID replaces an id that is not set, or was ever given to anybody.
func (tx *Tx) freePublicID(ctx context.Context, id *subscribers.PublicID) error {
	if !id.IsZero() {
		used, err := engine.QueryOne(ctx, tx, engine.ScanValue[bool], `
			SELECT EXISTS (SELECT 1 FROM subscribers WHERE public_id = ?)`, id[:])
		if err != nil || !used {
			return err
		}
	}
	*id = subscribers.NewPublicID()
	return nil
}

// hashOf is the hash of a subscriber's address; nil where it is forgotten.
func (tx *Tx) hashOf(ctx context.Context, id int64) ([]byte, error) {
	hash, err := engine.QueryOne(ctx, tx, engine.ScanValue[[]byte], `
		SELECT hash FROM subscribers WHERE id = ?`, id)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("hash of subscriber %d: %w", id, err)
	}
	return hash, nil
}

// refuseErased fails with ErrErased for the hash of an erased address.
func (tx *Tx) refuseErased(ctx context.Context, hash []byte) error {
	p, err := tx.suppression(ctx, hash)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil
	case err != nil:
		return err
	case p.Reason == subscribers.Erased:
		return ErrErased
	}
	return nil
}

// SubscriberFilter narrows a list of subscribers.
type SubscriberFilter struct {
	Status subscribers.Status // "" for every status
	Text   string             // found in address or name, whatever its case; "" for all
	Where  subscribers.Filter // the zero one for everybody
}

// status is the one that all readers of the list have; "" for none.
func (f SubscriberFilter) status() subscribers.Status {
	for _, t := range f.Where.Terms {
		if t.Field == subscribers.FilterStatus && !t.Not && f.Status == "" {
			return subscribers.Status(t.Value)
		}
	}
	return f.Status
}

// All reports whether nobody is left out.
func (f SubscriberFilter) All() bool {
	return f.Status == "" && f.Text == "" && len(f.Where.Terms) == 0
}

// Listed is a subscriber with why its address is suppressed.
type Listed struct {
	subscribers.Subscriber
	Suppressed subscribers.Reason // "" when it is not
}

// Subscribers returns the subscribers that pass the filter, in the order they
// were added. It reads page by page: memory stays small, no reader holds up
// the database, and whoever is on the list throughout is seen exactly once.
func (s *Store) Subscribers(ctx context.Context, f SubscriberFilter) iter.Seq2[subscribers.Subscriber, error] {
	return func(yield func(subscribers.Subscriber, error) bool) {
		for one, err := range s.Listed(ctx, f) {
			if !yield(one.Subscriber, err) {
				return
			}
		}
	}
}

// Listed is Subscribers with the suppression of each address, for an export.
func (s *Store) Listed(ctx context.Context, f SubscriberFilter) iter.Seq2[Listed, error] {
	all := s.listSpans(ctx, f)
	if f.status() != "" { // who may be anywhere in the list
		all = engine.Pages(listPage, func(after Listed) ([]Listed, error) {
			return s.listPage(ctx, f, after.ID, math.MaxInt64, listPage)
		})
	}
	return func(yield func(Listed, error) bool) {
		matches := engine.Matcher(f.Text)
		for one, err := range all {
			if err == nil && !matches(one.Email, one.Key, one.Name) {
				continue
			}
			if !yield(one, err) {
				return
			}
		}
	}
}

// listPage is how many subscribers are read at once: a few milliseconds' worth.
const listPage = 1000

// listSpans reads two pages at once, each of a span of ids that begins with one there is.
func (s *Store) listSpans(ctx context.Context, f SubscriberFilter) iter.Seq2[Listed, error] {
	return func(yield func(Listed, error) bool) {
		var until int64
		engine.PagesAtOnce(2, func() (func() ([]Listed, error), error) {
			first, err := s.firstAfter(ctx, until)
			if err != nil || first == 0 {
				return nil, err
			}
			after := first - 1
			until = after + listPage
			return func() ([]Listed, error) { return s.listPage(ctx, f, after, after+listPage, listPage) }, nil
		})(yield)
	}
}

// firstAfter is the lowest id after one; 0 for none.
func (s *Store) firstAfter(ctx context.Context, id int64) (first int64, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		first, err = engine.QueryOne(ctx, tx, engine.ScanValue[int64], `
			SELECT coalesce(min(id), 0) FROM subscribers WHERE id > ?`, id)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("list subscribers: %w", err)
	}
	return first, nil
}

// listPage reads at most so many of the subscribers whose ids are after one and up to another.
func (s *Store) listPage(ctx context.Context, f SubscriberFilter, after, until int64, most int) ([]Listed, error) {
	query, end, args := subscriberPage, pageEnd, []any{s.db.Newsletter(), after, until, after, until}
	if status := f.status(); status != "" {
		query, end, args = statusPage, statusPageEnd, []any{s.db.Newsletter(), status, after, until, after, until}
	}
	conditions, values := segment(f.Where)
	args = append(args, values...)
	page := make([]Listed, 0, min(most, listPage))
	err := s.read(ctx, func(tx *Tx) error {
		return engine.QueryMany(ctx, tx.Querier, func(v *engine.Values) error {
			sub, err := subscriberOf(v)
			page = append(page, Listed{Subscriber: sub, Suppressed: subscribers.Reason(v.Text())})
			return errors.Join(err, v.Err())
		}, query+conditions+end, append(args, most)...)
	})
	if err != nil {
		return nil, fmt.Errorf("list subscribers: %w", err)
	}
	return page, nil
}

// rowWith is a row that has more columns than a scan function knows.
type rowWith struct {
	engine.Row
	more []any
}

// Scan implements row.
func (r rowWith) Scan(dest ...any) error { return r.Row.Scan(append(dest, r.more...)...) }

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
