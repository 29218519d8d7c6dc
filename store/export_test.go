package store

import (
	"context"
	"strings"
)

// ClaimPlans says how SQLite finds the next claims, by where they come from.
func (s *Store) ClaimPlans(ctx context.Context) (map[string]string, error) {
	plans := map[string]string{}
	for place, query := range map[string]string{"queued": fromQueued, "deferred": fromDeferred, "unknown": fromUnknown} {
		plan, err := s.plan(ctx, claimColumns+query)
		if err != nil {
			return nil, err
		}
		plans[place] = plan
	}
	return plans, nil
}

// WritePlans says how SQLite finds the deliveries that each message changes.
func (s *Store) WritePlans(ctx context.Context) (map[string]string, error) {
	return eachWrite(func(query string) (string, error) { return s.plan(ctx, query) })
}

// WritePrograms is what SQLite runs to change them, an instruction a line.
func (s *Store) WritePrograms(ctx context.Context) (map[string]string, error) {
	return eachWrite(func(query string) (text string, err error) {
		err = s.read(ctx, func(tx *Tx) error {
			steps, err := queryAll(ctx, tx, func(r row) (step string, err error) {
				var unused any
				return step, r.Scan(&unused, &step, &unused, &unused, &unused, &unused, &unused, &unused)
			}, `EXPLAIN `+query, make([]any, strings.Count(query, "?"))...)
			text = strings.Join(steps, "\n")
			return err
		})
		return text, err
	})
}

func eachWrite(say func(query string) (string, error)) (map[string]string, error) {
	said := map[string]string{}
	for what, query := range map[string]string{"sending": sendingByKey, "sent": sentByKey} {
		text, err := say(query)
		if err != nil {
			return nil, err
		}
		said[what] = text
	}
	return said, nil
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
