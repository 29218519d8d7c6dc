package postgres_test

import (
	"database/sql"
	"testing"
	"time"

	"roundup/delivery"
	"roundup/digest"
	"roundup/store/storetest"
)

// A cancelling sees what an exchange claims that had read the status before: its mails go
// out, and what they carry must not be in the next issue too.
func TestCancellingSeesAnExchange(t *testing.T) {
	t.Parallel()
	s := storetest.NewScene(t, newSchemas(), 3, 1)
	issue := s.Start(1)
	r, err := s.OpenRange(t.Context(), s.Lease, issue.ID, nil, delivery.Resend)
	s.Must(err)
	editor := s.Again() // another process

	// Somebody has the range's row, so that the exchange stops between its two steps.
	raw := storetest.Raw(t, s.Base)
	row, err := raw.Begin()
	s.Must(err)
	defer func() { _ = row.Rollback() }()
	_, err = row.Exec(`SELECT number FROM ranges FOR UPDATE`)
	s.Must(err)
	exchanged, cancelled := make(chan error, 1), make(chan error, 1)
	go func() {
		_, _, err := s.Exchange(t.Context(), issue.ID, []*delivery.Range{r}, nil, delivery.Want{Count: 3, Policy: delivery.Resend})
		exchanged <- err
	}()
	waiting(t, row, 1, nil)
	go func() { cancelled <- editor.CancelIssue(t.Context(), 1, "wrong picture", storetest.Anna()) }()
	waiting(t, row, 2, cancelled)
	s.Must(row.Rollback())
	s.Must(<-exchanged)
	s.Must(<-cancelled)
	if got := s.ArticleState(1); got != digest.Reserved {
		t.Errorf("the article is %s while mails with it are on the wire, want %s", got, digest.Reserved)
	}
}

// waiting stays until so many statements of the schema's transactions wait for a lock, or
// what is asked for has ended, whose end it leaves there.
func waiting(t *testing.T, q *sql.Tx, n int, ended chan error) {
	t.Helper()
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); time.Sleep(5 * time.Millisecond) {
		var waits int
		check(t, q.QueryRow(`
			SELECT count(DISTINCT w.pid)
			FROM pg_locks w
			JOIN pg_locks own ON own.pid = w.pid AND own.relation = CAST('schema_version' AS regclass)
			WHERE NOT w.granted`).Scan(&waits))
		if waits >= n || len(ended) > 0 {
			return
		}
	}
	t.Fatalf("no %d statements wait for a lock", n)
}
