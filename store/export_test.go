package store

import (
	"context"
	"strings"
)

// LedgerPlans says how SQLite finds what an exchange reads.
func (s *Store) LedgerPlans(ctx context.Context) (map[string]string, error) {
	plans := map[string]string{}
	for what, query := range map[string]string{"readers": claimQuery, "rows": deliveryRowColumns + `
		WHERE issue_id = ? AND subscriber_id BETWEEN ? AND ?
		ORDER BY subscriber_id`} {
		plan, err := s.plan(ctx, query)
		if err != nil {
			return nil, err
		}
		plans[what] = plan
	}
	return plans, nil
}

func (s *Store) plan(ctx context.Context, query string) (string, error) {
	var steps []string
	err := s.read(ctx, func(tx *Tx) (err error) {
		steps, err = queryAll(ctx, tx, func(r row) (step string, err error) {
			var id, parent, unused int
			return step, r.Scan(&id, &parent, &unused, &step)
		}, `EXPLAIN QUERY PLAN `+query, make([]any, strings.Count(query, "?"))...)
		return err
	})
	return strings.Join(steps, "\n"), err
}
