package storetest

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/digest"
	"roundup/store"
	"roundup/subscribers"
)

// Every change is one transaction: where its last statement fails, nothing of
// it is left.
func (e suite) TestChangesAreAllOrNothing(t *testing.T) {
	t.Parallel()
	ann := "ann@example.com"
	tests := []struct {
		name  string
		block string // the table whose rows can't be written
		do    func(*shelf) error
	}{
		{"add", "events", func(s *shelf) error {
			_, err := s.Add(s.t.Context(), s.person("new@example.com", ""), anna())
			return err
		}},
		{"unsubscribe", "events", func(s *shelf) error {
			_, err := s.Unsubscribe(s.t.Context(), s.get(ann).PublicID, oneClick())
			return err
		}},
		{"confirm", "subscriptions", func(s *shelf) error {
			return s.ConfirmSubscriber(s.t.Context(), "pending@example.com", "confirmation", anna())
		}},
		{"change", "events", func(s *shelf) error {
			_, err := s.Change(s.t.Context(), ann, s.address("new@example.com"), "New", anna())
			return err
		}},
		{"forget", "suppressions", func(s *shelf) error { return s.Forget(s.t.Context(), ann, anna()) }},
		{"suppress", "events", func(s *shelf) error {
			return s.Suppress(s.t.Context(), s.hash(ann), ann, subscribers.Manual, anna())
		}},
		{"import", "suppressions", func(s *shelf) error {
			_, err := s.ImportBatch(s.t.Context(), s.file(messy), store.ImportOptions{By: anna()})
			return err
		}},
		{"reading", "sources", func(s *shelf) error {
			_, err := s.SaveReading(s.t.Context(), s.reading(item("trade", day)))
			return err
		}},
		{"names of a reading", "article_aliases", func(s *shelf) error {
			_, err := s.SaveReading(s.t.Context(), s.reading(item("trade", day)))
			return err
		}},
		{"add article", "article_aliases", func(s *shelf) error {
			_, err := s.AddArticle(s.t.Context(), digest.Article{URL: "https://else.example/a", Title: "A"}, anna())
			return err
		}},
		{"accept", "events", func(s *shelf) error {
			_, err := s.AcceptQuarantine(s.t.Context(), feed, anna())
			return err
		}},
		{"notice", "outbox", func(s *shelf) error {
			_, err := s.OpenNotice(s.t.Context(), "issue 12 held", notice("held"))
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			s.quarantine(5)
			s.add(ann)
			s.addPending("pending@example.com")
			s.clock.Forward(time.Hour)
			for _, verb := range []string{"INSERT", "UPDATE"} {
				run(t, s.base, fmt.Sprintf(`CREATE TRIGGER block_%s BEFORE %s ON %s BEGIN SELECT RAISE(ABORT, 'blocked'); END`, verb, verb, tt.block))
			}
			before := dump(t, s.base)
			if err := tt.do(s); err == nil || !strings.Contains(err.Error(), "blocked") {
				t.Errorf("error = %v, want the refusal to write %s", err, tt.block)
			}
			if diff := cmp.Diff(before, dump(t, s.base)); diff != "" {
				t.Errorf("left behind (-before +after):\n%s", diff)
			}
		})
	}
}

// dump is every row of every table.
func dump(t testing.TB, st *base) map[string][]string {
	t.Helper()
	db := raw(t, st)
	tables := map[string][]string{}
	for _, name := range column(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		columns := column(t, db, `SELECT quote(name) FROM pragma_table_info(?)`, name)
		for i, c := range columns {
			columns[i] = `quote("` + strings.Trim(c, "'") + `")`
		}
		rows := column(t, db, fmt.Sprintf(`SELECT concat_ws(' ', %s) FROM %s`, strings.Join(columns, ", "), name))
		slices.Sort(rows)
		tables[name] = rows
	}
	return tables
}

// column is the only column of a query.
func column(t testing.TB, db *sql.DB, query string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
