package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"roundup/delivery"
	"roundup/delivery/relay"
)

// refusalKey is what makes two refusals one.
type refusalKey struct {
	state         delivery.State
	words, domain string
}

// Refusals groups an issue's failed and deferred deliveries by the gist of
// the server's words and the readers' domain, the largest group first. The
// example is the reply for the reader who has been on the list for longest.
func (s *Store) Refusals(ctx context.Context, issueID int64) ([]delivery.Refusal, error) {
	groups := map[refusalKey]*delivery.Refusal{}
	err := s.read(ctx, func(tx *Tx) error { return tx.countRefusals(ctx, issueID, groups) })
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
		err := rows.Scan(&in.status, &k.state, &reply.Code, &reply.Enhanced, &reply.Text, &why, textInto(&address))
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
