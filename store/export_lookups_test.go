package store

import "context"

// LookupPlans says how SQLite finds rows among many, by what it looks for.
func (s *Store) LookupPlans(ctx context.Context) (map[string]string, error) {
	plans := map[string]string{}
	for name, query := range map[string]string{
		"subscriber by key":       subscriberByKey,
		"subscriber by public id": subscriberByPublicID,
		"subscribers by keys":     subscribersByKeys,
		"public ids":              publicIDsKnown,
		"page of subscribers":     subscriberPage,
		"known by address":        knownByURL,
		"known by guid":           knownByGUID,
		"candidates":              candidatesSince,
		"due outbox":              dueOutbox,
		"unconfirmed":             unconfirmed,
		"sign-ups since":          signUpsSince,
	} {
		plan, err := s.plan(ctx, query)
		if err != nil {
			return nil, err
		}
		plans[name] = plan
	}
	return plans, nil
}
