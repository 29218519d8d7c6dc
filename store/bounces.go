package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundup/delivery"
	"roundup/delivery/reason"
	"roundup/delivery/relay"
	"roundup/store/engine"
	"roundup/subscribers"
)

// What is put on record of a reader whose mail does not arrive; the details say why.
const (
	WasBounced = "bounced"
	WasJudged  = "judged"
)

// Bounce is what came back of a reader's mail, and proved itself. It never changes a
// delivery: what the next server took, it took.
type Bounce struct {
	Digest     [32]byte // of the report and the recipient: each is counted once
	Subscriber int64
	Issue      int64  // its id; 0 where it does not say
	Way        string // it came: "mail", or a provider's name
	Kind       string // inbox.Kind: "hard", "soft", "complaint", "auto-reply"
	Delayed    bool   // whoever has the mail goes on trying: nothing has come of it yet
	Reason     reason.Reason
	Status     string
	Code       int
	Words      string // the server's, which a forgetting takes away
	Domain     string // of the address
}

// Outcome is what came of a reader's mail of one issue.
type Outcome struct {
	Issue  int       // its number
	At     time.Time // when the issue started
	Took   bool      // it was taken, and nothing came back since
	Reason reason.Reason
	Later  bool // it was taken first, and came back
}

// Judge says why a reader is not mailed any more, from what came of the last issues, the
// newest first; "" where the reader is. ground is why that is so, for the record.
type Judge func(last []Outcome) (why subscribers.Reason, ground string)

// Judged is what became of a bounce.
type Judged struct {
	Known      bool               // it was there before: nothing changed
	Suppressed subscribers.Reason // what the reader is suppressed for by it; "" for nothing
	Ground     string
}

// outcomesKept is how many issues back a judge is shown.
const outcomesKept = 100

// Returned is a bounce with the address of its reader, and how it is judged.
type Returned struct {
	Bounce
	Hash  []byte // of the address
	Email string
	Judge Judge
}

// SaveBounces puts bounces on record and does what their judges say follows, in one
// transaction. Of those that are known already it says so without waiting for the write
// lock: who has posted them once and heard no answer posts them all again.
func (s *Store) SaveBounces(ctx context.Context, all []Returned, by subscribers.Actor) ([]Judged, error) {
	judged := make([]Judged, len(all))
	digests := make([][]byte, len(all))
	for i := range all {
		digests[i] = all[i].Digest[:]
	}
	known, err := s.KnownBounces(ctx, digests...)
	if err != nil {
		return nil, err
	}
	if len(known) > 0 {
		for i, b := range all {
			judged[i].Known = known[b.Digest]
		}
		if !slices.ContainsFunc(judged, func(j Judged) bool { return !j.Known }) {
			return judged, nil
		}
	}
	err = s.write(ctx, func(tx *Tx) error {
		for i, b := range all {
			if known[b.Digest] {
				continue
			}
			judged[i] = Judged{}
			if err := tx.saveBounce(ctx, b, &judged[i], by); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return judged, nil
}

const bouncesKnown = `SELECT digest FROM bounces WHERE digest ` + engine.InHex

// KnownBounces are those of some digests of which something is on record.
func (s *Store) KnownBounces(ctx context.Context, digests ...[]byte) (known map[[32]byte]bool, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		found, err := engine.QueryAll(ctx, tx, engine.ScanValue[[]byte], bouncesKnown, hexList(digests))
		known = map[[32]byte]bool{}
		for _, digest := range found {
			known[[32]byte(digest)] = true
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for what came back: %w", err)
	}
	return known, nil
}

// saveBounce puts one on record and has it judged. Of a reader who was erased since they were
// found nothing is kept that says who it was.
func (tx *Tx) saveBounce(ctx context.Context, b Returned, j *Judged, by subscribers.Actor) error {
	erased, err := tx.erased(ctx, b.Subscriber)
	if err != nil {
		return err
	}
	if erased {
		b.Words, b.Domain = "", ""
	}
	added, err := tx.addBounce(ctx, b.Bounce)
	if err != nil {
		return fmt.Errorf("save bounce: %w", err)
	}
	if j.Known = added == 0; j.Known || b.Subscriber == 0 || erased {
		return nil
	}
	detail := b.Kind
	if b.Reason != "" {
		detail += ": " + string(b.Reason)
	}
	return tx.judge(ctx, subject{b.Subscriber, b.Issue, b.Hash, b.Email}, b.Judge, j, engine.Entry{What: WasBounced, Detail: detail, By: by})
}

// erased reports whether a subscriber is nobody any more.
func (tx *Tx) erased(ctx context.Context, id int64) (bool, error) {
	n, err := engine.QueryOne(ctx, tx, engine.ScanValue[int64], `
		SELECT count(*) FROM subscribers WHERE id = ? AND erased_at IS NOT NULL`, id)
	if err != nil {
		return false, fmt.Errorf("look whether subscriber %d is erased: %w", id, err)
	}
	return n > 0, nil
}

// SaveReply counts that a reader answered an issue; digest is of the mail, whose words are
// not kept. Done twice it changes nothing.
func (s *Store) SaveReply(ctx context.Context, digest [32]byte, subscriber, issue int64) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.addBounce(ctx, Bounce{Digest: digest, Subscriber: subscriber, Issue: issue, Way: "mail", Kind: "reply"})
		return err
	})
	if err != nil {
		return fmt.Errorf("count a reply: %w", err)
	}
	return nil
}

// addBounce puts it on record that something came back; it reports 0 where it was before.
func (tx *Tx) addBounce(ctx context.Context, b Bounce) (added int64, err error) {
	return tx.Exec(ctx, `
		INSERT INTO bounces (
			newsletter_id, digest, subscriber_id, issue_id, way, kind, delayed, reason, status, code, words, domain, at
		) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (digest) DO NOTHING`,
		tx.Newsletter, b.Digest[:], engine.IDOrNull(b.Subscriber), engine.IDOrNull(b.Issue), b.Way, b.Kind, b.Delayed,
		string(b.Reason), b.Status, b.Code, b.Words, b.Domain, tx.Stamp())
}

// KnowsMail reports whether it is on record that a reply, or a leaving, was read; digest is as
// it was put on record.
func (s *Store) KnowsMail(ctx context.Context, digest [32]byte) (bool, error) {
	known, err := s.KnownBounces(ctx, digest[:])
	return known[digest], err
}

// JudgeReader does what judge says follows from what came of a reader's last issues.
func (s *Store) JudgeReader(ctx context.Context, sub subscribers.Subscriber, hash []byte, judge Judge, by subscribers.Actor) (j Judged, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		j = Judged{}
		return tx.judge(ctx, subject{sub.ID, 0, hash, sub.Email}, judge, &j, engine.Entry{By: by})
	})
	return j, err
}

// subject is the reader who is judged.
type subject struct {
	id    int64
	issue int64
	hash  []byte
	email string
}

// judge asks and obeys. The event, where it says what happened, is told with what follows.
func (tx *Tx) judge(ctx context.Context, who subject, judge Judge, j *Judged, e engine.Entry) error {
	last, err := tx.outcomes(ctx, who.id)
	if err != nil {
		return err
	}
	why, ground := judge(last)
	e.Subscriber, e.Issue, j.Ground = who.id, who.issue, ground
	if ground != "" {
		if e.Detail != "" {
			e.Detail += "; "
		}
		e.Detail += ground
	}
	if e.What != "" {
		if err := tx.Record(ctx, e); err != nil {
			return err
		}
	}
	if why == "" {
		return nil
	}
	added, err := tx.suppress(ctx, subscribers.Suppression{Hash: who.hash, Email: who.email, Reason: why, At: tx.At}, e.By)
	if err != nil || !added {
		return err
	}
	j.Suppressed = why
	if e.What == "" {
		e.What = WasJudged
		return tx.Record(ctx, e)
	}
	return nil
}

// Outcomes is what came of a reader's last issues, the newest first.
func (s *Store) Outcomes(ctx context.Context, subscriber int64) (last []Outcome, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		last, err = tx.outcomes(ctx, subscriber)
		return err
	})
	return last, err
}

// outcomes reads them, from when a person last lifted a suppression or the reader's address
// changed: what went to another says nothing of this one. Deliveries have no index by
// subscriber: each issue is looked into by its key.
func (tx *Tx) outcomes(ctx context.Context, subscriber int64) ([]Outcome, error) {
	type line struct {
		Outcome
		state delivery.State
		reply relay.Reply
		came  reason.Reason
	}
	all, err := engine.QueryAll(ctx, tx, func(r engine.Row) (l line, err error) {
		return l, r.Scan(&l.Issue, engine.TimeInto(&l.At), &l.state, &l.reply.Code, &l.reply.Enhanced, &l.reply.Text, &l.reply.Command, &l.came)
	}, `
		SELECT
			i.number,
			i.started_at,
			d.state,
			d.code,
			d.enhanced,
			d.reply,
			d.command,
			coalesce(b.reason, '')
		FROM issues i
		JOIN deliveries d ON d.issue_id = i.id AND d.subscriber_id = ?
		LEFT JOIN bounces b ON b.subscriber_id = ? AND b.issue_id = i.id AND b.kind IN ('hard', 'soft') AND b.delayed = 0
		WHERE i.newsletter_id = ? AND d.state IN ('sent', 'failed', 'unknown') AND d.changed_at > coalesce((
			SELECT max(at) FROM events WHERE subscriber_id = ? AND what IN ('suppression lifted', `+addressChanged+`)), '')
		ORDER BY i.id DESC, b.id
		LIMIT ?`, subscriber, subscriber, tx.Newsletter, subscriber, outcomesKept)
	if err != nil {
		return nil, fmt.Errorf("read what came of issues: %w", err)
	}
	var last []Outcome
	for _, l := range all {
		switch {
		case l.came != "":
			l.Reason, l.Later = l.came, true
		case l.state == delivery.Failed:
			l.Reason = l.reply.Reason()
		default:
			l.Took = true
		}
		if n := len(last); n > 0 && last[n-1].Issue == l.Issue {
			if l.Reason.Group() == reason.Gone { // of several, the worst
				last[n-1] = l.Outcome
			}
			continue
		}
		last = append(last, l.Outcome)
	}
	return last, nil
}

// addressChanged are the events by which a reader has another address than before.
const addressChanged = `'address changed', 'address and name changed'`

// ChangedAddress reports whether a reader had another address before.
func (s *Store) ChangedAddress(ctx context.Context, subscriber int64) (changed bool, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		n, err := engine.QueryOne(ctx, tx, engine.ScanValue[int64], `
			SELECT count(*)
			FROM events
			WHERE subscriber_id = ? AND what IN (`+addressChanged+`)`, subscriber)
		changed = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("look whether a reader's address changed: %w", err)
	}
	return changed, nil
}

// LastIssueTo is the newest issue that a reader got, as far as the ledger knows, by its
// id; 0 for none.
func (s *Store) LastIssueTo(ctx context.Context, subscriber int64) (id int64, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		id, err = tx.lastIssueTo(ctx, subscriber)
		return err
	})
	return id, err
}

func (tx *Tx) lastIssueTo(ctx context.Context, subscriber int64) (int64, error) {
	id, err := engine.QueryOne(ctx, tx, engine.ScanValue[int64], `
		SELECT i.id
		FROM issues i
		JOIN deliveries d ON d.issue_id = i.id AND d.subscriber_id = ?
		WHERE i.newsletter_id = ? AND d.state IN ('sent', 'unknown')
		ORDER BY i.id DESC
		LIMIT 1`, subscriber, tx.Newsletter)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return 0, fmt.Errorf("find a reader's last issue: %w", err)
	}
	return id, nil
}

// unlessDelayed leaves out the bounces of mails that somebody goes on trying: nothing has
// come of those yet.
const unlessDelayed = `(delayed = 0 OR kind NOT IN ('hard', 'soft'))`

// BounceCount is how many readers of an issue something came back of.
type BounceCount struct {
	Kind   string
	Reason reason.Reason
	Domain string
	N      int
}

// BounceCounts counts readers by what came back of an issue, for good: by kind, reason and
// domain, the most first. As in Quality each counts once, of several bounces by a hard one, or
// else the first.
func (s *Store) BounceCounts(ctx context.Context, issue int64) (all []BounceCount, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (c BounceCount, err error) {
			return c, r.Scan(&c.Kind, &c.Reason, &c.Domain, &c.N)
		}, `
			SELECT
				kind,
				reason,
				domain,
				count(*)
			FROM (
				SELECT
					kind,
					reason,
					domain,
					row_number() OVER (PARTITION BY subscriber_id, CASE kind WHEN 'soft' THEN 'hard' ELSE kind END ORDER BY kind, id) AS place
				FROM bounces
				WHERE issue_id = ? AND subscriber_id IS NOT NULL AND kind <> 'reply' AND `+unlessDelayed+`
			) told
			WHERE place = 1
			GROUP BY kind, reason, domain
			ORDER BY count(*) DESC, kind, reason, domain`, issue)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("count bounces: %w", err)
	}
	return all, nil
}
