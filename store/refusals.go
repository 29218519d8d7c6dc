package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"roundup/delivery"
)

// Refusal is one kind of answer an issue got for readers of one domain.
type Refusal struct {
	State  delivery.State // failed or deferred
	Words  string         // the gist of the reply, or our words where the server said nothing
	Domain string         // of the readers' addresses; "" once erased
	Count  int
}

// Refusals groups an issue's failed and deferred deliveries by the gist of
// the server's words and the readers' domain, the largest group first.
func (s *Store) Refusals(ctx context.Context, issueID int64) ([]Refusal, error) {
	counts := map[Refusal]int{}
	err := s.read(ctx, func(tx *Tx) error { return tx.countRefusals(ctx, issueID, counts) })
	if err != nil {
		return nil, fmt.Errorf("read refusals: %w", err)
	}
	refusals := make([]Refusal, 0, len(counts))
	for r, n := range counts {
		r.Count = n
		refusals = append(refusals, r)
	}
	slices.SortFunc(refusals, func(a, b Refusal) int {
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
func (tx *Tx) countRefusals(ctx context.Context, issueID int64, counts map[Refusal]int) error {
	rows, err := tx.QueryContext(ctx, `
		SELECT
			d.state,
			d.code,
			d.enhanced,
			d.reply,
			d.why,
			substr(s.key, instr(s.key, '@') + 1)
		FROM deliveries d
		CROSS JOIN subscribers s ON s.id = d.subscriber_id
		WHERE d.issue_id = ? AND d.state IN ('failed', 'deferred')`, issueID)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r Refusal
		var reply delivery.Reply
		var why string
		if err := rows.Scan(&r.State, &reply.Code, &reply.Enhanced, &reply.Text, &why, textInto(&r.Domain)); err != nil {
			return err
		}
		if r.Words = reply.Gist(); r.Words == "" {
			r.Words = why
		}
		counts[r]++
	}
	return rows.Err()
}
