package store_test

import (
	"strings"
	"testing"
)

// A claim walks an index that holds only what may be claimed, in its order: no
// scan, no sorting, whatever the size of the audience.
func TestClaimsNeedNoScan(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1000, 1)
	s.start(1)
	run(t, s.Store, `ANALYZE`)
	plans, err := s.ClaimPlans(t.Context())
	s.must(err)
	for place, index := range map[string]string{
		"queued":   "deliveries_queued",
		"deferred": "deliveries_deferred",
		"unknown":  "deliveries_unknown",
	} {
		plan := plans[place]
		if !strings.HasPrefix(plan, "SEARCH d USING") || !strings.Contains(plan, index+" (issue_id=?") {
			t.Errorf("%s: the plan does not begin with a search of %s:\n%s", place, index, plan)
		}
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: the plan scans or sorts:\n%s", place, plan)
		}
	}
}

// What a message changes is looked up by the whole primary key: the indexes of
// states, which the planner may think as good, hold as many rows as the audience.
func TestMessagesChangeRowsByKey(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1000, 1)
	s.start(1)
	for _, statistics := range []string{``, `ANALYZE`} {
		run(t, s.Store, statistics)
		plans, err := s.WritePlans(t.Context())
		s.must(err)
		for what, plan := range plans {
			if want := "SEARCH deliveries USING PRIMARY KEY (issue_id=? AND subscriber_id=?)"; !strings.HasPrefix(plan, want) {
				t.Errorf("%s, %q: the plan does not begin with %s:\n%s", what, statistics, want, plan)
			}
		}
	}
}

// What a message changes is changed on the spot: no list of rows or of values is
// built for it, which a check with IN, or an update of more rows than one, does.
func TestMessagesBuildNoLists(t *testing.T) {
	t.Parallel()
	s := newScene(t, 1, 1)
	programs, err := s.WritePrograms(t.Context())
	s.must(err)
	for what, program := range programs {
		if !strings.Contains(program, "OpenWrite") || strings.Contains(program, "OpenEphemeral") {
			t.Errorf("%s builds a list:\n%s", what, program)
		}
	}
}
