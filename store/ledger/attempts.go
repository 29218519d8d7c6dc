package ledger

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"roundup/delivery"
	"roundup/delivery/relay"
	"roundup/store/engine"
)

// Attempt is one attempt at a delivery that did not end sent.
type Attempt struct {
	Email   string // as given; "" once erased
	Attempt int    // 1 for the first
	State   delivery.State
	Reply   relay.Reply
	Why     string
	At      time.Time
}

// Attempts returns the last attempts of an issue that did not end sent, oldest
// first; all of them for limit 0.
func (l *Ledger) Attempts(ctx context.Context, issueID int64, limit int) (attempts []Attempt, err error) {
	if limit <= 0 {
		limit = engine.NoLimit
	}
	err = l.read(ctx, func(tx *Tx) error {
		attempts, err = engine.QueryAll(ctx, tx, func(r engine.Row) (a Attempt, err error) {
			return a, r.Scan(engine.TextInto(&a.Email), &a.Attempt, &a.State, &a.Reply.Code, &a.Reply.Enhanced, &a.Reply.Text,
				&a.Reply.Command, &a.Why, engine.TimeInto(&a.At))
		}, `
			SELECT
				s.email,
				a.attempt,
				a.state,
				a.code,
				a.enhanced,
				a.reply,
				a.command,
				a.why,
				a.at
			FROM attempts a
			JOIN subscribers s ON s.id = a.subscriber_id
			WHERE a.issue_id = ?
			ORDER BY a.id DESC
			LIMIT ?`, issueID, limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read attempts: %w", err)
	}
	slices.Reverse(attempts)
	return attempts, nil
}

// refusalKey is what makes two refusals one.
type refusalKey struct {
	state         delivery.State
	words, domain string
}

// Refusals groups an issue's failed and deferred deliveries by the gist of
// the server's words and the readers' domain, the largest group first. The
// example is the reply for the reader who has been on the list for longest.
func (l *Ledger) Refusals(ctx context.Context, issueID int64) ([]delivery.Refusal, error) {
	groups := map[refusalKey]*delivery.Refusal{}
	err := l.read(ctx, func(tx *Tx) error { return tx.countRefusals(ctx, issueID, groups) })
	if err != nil {
		return nil, fmt.Errorf("read refusals: %w", err)
	}
	refusals := make([]delivery.Refusal, 0, len(groups))
	for _, r := range groups {
		refusals = append(refusals, *r)
	}
	slices.SortFunc(refusals, func(a, b delivery.Refusal) int {
		return cmp.Or(
			cmp.Compare(b.Count, a.Count),
			cmp.Compare(a.Words, b.Words),
			cmp.Compare(a.Domain, b.Domain),
			cmp.Compare(a.State, b.State))
	})
	return refusals, nil
}

// countRefusals goes through the rows one by one: they may be many, their
// kinds are few.
func (tx *Tx) countRefusals(ctx context.Context, issueID int64, groups map[refusalKey]*delivery.Refusal) error {
	rows, err := tx.QueryContext(ctx, `
		SELECT
			i.status,
			d.state,
			d.code,
			d.enhanced,
			d.reply,
			d.why,
			s.key
		FROM issues i
		JOIN deliveries d ON d.issue_id = i.id
		JOIN subscribers s ON s.id = d.subscriber_id
		WHERE i.id = ? AND d.state IN ('failed', 'deferred')
		ORDER BY d.subscriber_id`, issueID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var k refusalKey
		var reply relay.Reply
		var in rangeRow
		var why, address string
		err := rows.Scan(&in.status, &k.state, &reply.Code, &reply.Enhanced, &reply.Text, &why, engine.TextInto(&address))
		if err != nil {
			return err
		}
		if in.stands(k.state, true) == delivery.Skipped {
			continue
		}
		_, k.domain, _ = strings.Cut(address, "@")
		k.words = cmp.Or(reply.Gist(), why)
		if groups[k] == nil {
			groups[k] = &delivery.Refusal{
				State: k.state, Words: k.words, Domain: k.domain,
				Example: cmp.Or(reply.String(), why),
			}
		}
		groups[k].Count++
	}
	return rows.Err()
}
