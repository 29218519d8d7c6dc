package store_test

import (
	"strings"
	"testing"

	"roundup/store"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// sending is a database in which an issue to so many readers is under way.
func sending(t *testing.T, readers int) *store.Store {
	t.Helper()
	st := database(t, readers, 1)
	lease, err := st.AcquireLease(t.Context(), "test", subscribers.Actor{Kind: subscribers.Daemon})
	if err == nil {
		_, err = st.StartIssue(t.Context(), lease, storetest.Draft(1))
	}
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// A claim walks an index that holds only what may be claimed, in its order: no
// scan, no sorting, whatever the size of the audience.
func TestClaimsNeedNoScan(t *testing.T) {
	t.Parallel()
	st := sending(t, 1000)
	run(t, st, `ANALYZE`)
	plans, err := st.ClaimPlans(t.Context())
	if err != nil {
		t.Fatal(err)
	}
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
	st := sending(t, 1000)
	for _, statistics := range []string{``, `ANALYZE`} {
		run(t, st, statistics)
		plans, err := st.WritePlans(t.Context())
		if err != nil {
			t.Fatal(err)
		}
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
	st := sending(t, 1)
	programs, err := st.WritePrograms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for what, program := range programs {
		if !strings.Contains(program, "OpenWrite") || strings.Contains(program, "OpenEphemeral") {
			t.Errorf("%s builds a list:\n%s", what, program)
		}
	}
}
