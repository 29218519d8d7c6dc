package storetest

import (
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
			_, err := s.Add(s.t.Context(), s.person("new@example.com", ""), Anna())
			return err
		}},
		{"unsubscribe", "events", func(s *shelf) error {
			_, err := s.Unsubscribe(s.t.Context(), s.get(ann).PublicID, oneClick())
			return err
		}},
		{"confirm", "subscriptions", func(s *shelf) error {
			return s.ConfirmSubscriber(s.t.Context(), "pending@example.com", "confirmation", Anna())
		}},
		{"change", "events", func(s *shelf) error {
			_, err := s.Change(s.t.Context(), ann, s.address("new@example.com"), "New", Anna())
			return err
		}},
		{"forget", "suppressions", func(s *shelf) error { return s.Forget(s.t.Context(), ann, Anna()) }},
		{"suppress", "events", func(s *shelf) error {
			return s.Suppress(s.t.Context(), s.hash(ann), ann, subscribers.Manual, Anna())
		}},
		{"import", "suppressions", func(s *shelf) error {
			_, err := s.ImportBatch(s.t.Context(), s.file(messy), store.ImportOptions{By: Anna()})
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
			_, err := s.AddArticle(s.t.Context(), digest.Article{URL: "https://else.example/a", Title: "A"}, Anna())
			return err
		}},
		{"accept", "events", func(s *shelf) error {
			_, err := s.AcceptQuarantine(s.t.Context(), feed, Anna())
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
			e.Refuse(t, s.Store, tt.block)
			before := dump(t, s.Base)
			if err := tt.do(s); err == nil || !strings.Contains(err.Error(), "blocked") {
				t.Errorf("error = %v, want the refusal to write %s", err, tt.block)
			}
			if diff := cmp.Diff(before, dump(t, s.Base)); diff != "" {
				t.Errorf("left behind (-before +after):\n%s", diff)
			}
		})
	}
}

// dump is every row of every table.
func dump(t testing.TB, b *Base) map[string][]string {
	t.Helper()
	tables := map[string][]string{}
	for _, name := range b.e.Tables(t, b.Store) {
		rows := rowsOf(t, b, name)
		slices.Sort(rows)
		tables[name] = rows
	}
	return tables
}

// rowsOf is every row of a table, a line each.
func rowsOf(t testing.TB, b *Base, table string) (lines []string) {
	t.Helper()
	rows, err := Raw(t, b).Query(`SELECT * FROM ` + table)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		var line strings.Builder
		for _, v := range values {
			fmt.Fprintf(&line, "%q ", fmt.Sprint(*v.(*any)))
		}
		lines = append(lines, line.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}
