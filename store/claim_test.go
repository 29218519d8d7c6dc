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

// An exchange looks up readers and rows by their keys, whatever the size of the list and
// of the audience.
func TestExchangesNeedNoScan(t *testing.T) {
	t.Parallel()
	st := sending(t, 1000)
	for _, statistics := range []string{``, `ANALYZE`} {
		run(t, st, statistics)
		plans, err := st.LedgerPlans(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for what, plan := range plans {
			for step := range strings.Lines(plan) {
				if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "json_each") {
					t.Errorf("%s, %q: the plan scans:\n%s", what, statistics, plan)
				}
			}
		}
		if want := "SEARCH deliveries USING PRIMARY KEY (issue_id=? AND subscriber_id>? AND subscriber_id<?)"; plans["rows"] != want {
			t.Errorf("%q: rows are found by %s, want %s", statistics, plans["rows"], want)
		}
	}
}
