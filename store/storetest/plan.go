package storetest

import (
	"database/sql"
	"strings"
	"testing"
)

// Plan is how SQLite finds what a query reads, a line a step.
func Plan(t testing.TB, db *sql.DB, query string) string {
	t.Helper()
	rows, err := db.Query(`EXPLAIN QUERY PLAN `+query, make([]any, strings.Count(query, "?"))...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(steps, "\n")
}

// WantIndexes fails for each query, by what it looks for, that walks a whole table: such a
// look-up is quick in every other test and slow at a hundred thousand readers.
func WantIndexes(t testing.TB, db *sql.DB, queries map[string]string) {
	t.Helper()
	for name, query := range queries {
		plan := Plan(t, db, query)
		for step := range strings.Lines(plan) {
			step = strings.TrimSpace(step)
			small := strings.Contains(step, "json_each") || strings.Contains(step, " j ") || strings.HasSuffix(step, "SCAN s") || strings.HasSuffix(step, "SCAN g")
			all := strings.Contains(step, "subscriptions_status") || strings.Contains(step, "(source=?)")
			if strings.HasPrefix(step, "SCAN") && !small || all {
				t.Errorf("%s: %q walks everything:\n%s", name, step, plan)
			}
		}
	}
}
