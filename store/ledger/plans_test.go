package ledger_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"roundup/store/ledger"
	"roundup/store/sqlite"
	"roundup/store/storetest"
	"roundup/subscribers"
)

// sending is a database of SQLite's in which an issue to so many readers is under way.
func sending(t *testing.T, readers int) *sql.DB {
	t.Helper()
	st, _, err := sqlite.Create(t.Context(), filepath.Join(t.TempDir(), "roundup.db"), sqlite.Options{Now: storetest.NewClock().Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	db, err := sql.Open("sqlite3", st.Path()+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	storetest.Fill(t, db, readers, 1)
	lease, err := st.AcquireLease(t.Context(), "test", subscribers.Actor{Kind: subscribers.Daemon})
	if err == nil {
		_, err = st.StartIssue(t.Context(), lease, storetest.Draft(1))
	}
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// An exchange looks up readers and rows by their keys, whatever the size of the list and
// of the audience.
func TestExchangesNeedNoScan(t *testing.T) {
	t.Parallel()
	db := sending(t, 1000)
	for _, statistics := range []string{``, `ANALYZE`} {
		if _, err := db.Exec(statistics); err != nil {
			t.Fatal(err)
		}
		for what, query := range ledger.Reads() {
			plan := storetest.Plan(t, db, query)
			for step := range strings.Lines(plan) {
				if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "json_each") {
					t.Errorf("%s, %q: the plan scans:\n%s", what, statistics, plan)
				}
			}
			if want := "SEARCH deliveries USING PRIMARY KEY (issue_id=? AND subscriber_id>? AND subscriber_id<?)"; what == "rows" && plan != want {
				t.Errorf("%q: rows are found by %s, want %s", statistics, plan, want)
			}
		}
	}
}

// The failed deliveries of an issue, which are few, are found without a look at the others.
func TestFailedDeliveriesHaveAnIndex(t *testing.T) {
	t.Parallel()
	db := sending(t, 1000)
	for _, statistics := range []string{``, `ANALYZE`} {
		if _, err := db.Exec(statistics); err != nil {
			t.Fatal(err)
		}
		plan := storetest.Plan(t, db, ledger.FailedQuery)
		for _, want := range []string{
			"SEARCH deliveries USING PRIMARY KEY (issue_id=? AND subscriber_id=?)",
			"SEARCH deliveries USING COVERING INDEX deliveries_failed (issue_id=? AND subscriber_id>?)",
		} {
			if !strings.Contains(plan, want) {
				t.Errorf("%q: they are found by\n%s\nwant %s", statistics, plan, want)
			}
		}
	}
}
