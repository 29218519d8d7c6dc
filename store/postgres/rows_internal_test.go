package postgres

import (
	"context"
	"errors"
	"testing"
	"time"

	"roundup/internal/testing/pgtest"
	"roundup/store/engine"
)

// Work on rows of its own waits for no writer, nor for one of its own process that waits; any
// other write does.
func TestWriteRowsOverlaps(t *testing.T) {
	t.Parallel()
	var server pgtest.Server
	t.Cleanup(server.Stop)
	address := server.URL(t)
	o := Options{Now: time.Now}
	st, _, err := Create(t.Context(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	open := func() *database {
		e, err := connect(address, Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		if err := errors.Join(e.find(t.Context()), e.migrate(t.Context(), o)); err != nil {
			t.Fatal(err)
		}
		return e
	}
	nothing := func(engine.Querier) error { return nil }
	ours, theirs, waited := open(), open(), make(chan error, 1)
	err = theirs.Write(t.Context(), func(q engine.Querier) error {
		if err := ours.WriteRows(t.Context(), nothing); err != nil {
			t.Errorf("WriteRows beside a writer: %v", err)
		}
		brief, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if err := ours.Write(brief, nothing); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Write beside a writer = %v, want that it waits", err)
		}
		go func() { waited <- ours.Write(t.Context(), nothing) }()
		if err := waiting(t.Context(), q); err != nil {
			return err
		}
		brief, cancel = context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := ours.WriteRows(brief, nothing); err != nil {
			t.Errorf("WriteRows beside a writer of the same process that waits: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := <-waited; err != nil {
		t.Error(err)
	}
}

// waiting returns once somebody waits for an advisory lock.
func waiting(ctx context.Context, q engine.Querier) error {
	for waits := 0; waits == 0; {
		err := q.QueryRowContext(ctx, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`).Scan(&waits)
		if err != nil {
			return err
		}
	}
	return nil
}
