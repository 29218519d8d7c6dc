package store_test

import (
	"strings"
	"testing"
)

// A look-up that walks a whole table is quick in every other test and slow at
// a hundred thousand readers.
func TestLookupsWalkIndexes(t *testing.T) {
	t.Parallel()
	s := newShelf(t)
	plans, err := s.LookupPlans(t.Context())
	s.must(err)
	for name, plan := range plans {
		for step := range strings.Lines(plan) {
			step = strings.TrimSpace(step)
			small := strings.Contains(step, "json_each") || strings.Contains(step, " j ") || strings.HasSuffix(step, "SCAN s")
			all := strings.Contains(step, "subscriptions_status") || strings.Contains(step, "(source=?)")
			if strings.HasPrefix(step, "SCAN") && !small || all {
				t.Errorf("%s: %q walks everything:\n%s", name, step, plan)
			}
		}
	}
}
