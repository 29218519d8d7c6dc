package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"
)

// Tx is one transaction. Everything written in it bears the same time.
type Tx struct {
	Querier
	engine     Engine
	at         time.Time // UTC, whole milliseconds
	atText     string    // the same as the database keeps it
	newsletter int64     // the id every row of the newsletter carries

	changed  bool      // something was written
	started  int       // the number of the issue that starts; 0 for none
	left     []leaving // on record beside the database before the commit,
	rejoined []leaving // and after it: an interruption makes nobody a reader
}

// stamp is the transaction's time as the database keeps it.
func (tx *Tx) stamp() string { return tx.atText }

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	tx.changed = tx.changed || n > 0
	return n, err
}

// insert runs an INSERT and returns the new row's id.
func (tx *Tx) insert(ctx context.Context, query string, args ...any) (int64, error) {
	tx.changed = true
	return queryOne(ctx, tx, scanValue[int64], query+` RETURNING id`, args...)
}

// row is what a scan function reads: *sql.Row or *sql.Rows.
type row interface{ Scan(dest ...any) error }

// queryAll returns every row of a query, read by scan. The result is nil when
// there are none.
func queryAll[T any](ctx context.Context, tx *Tx, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

// queryOne returns the only row of a query, read by scan; ErrNotFound when
// there is none.
func queryOne[T any](ctx context.Context, tx *Tx, scan func(row) (T, error), query string, args ...any) (T, error) {
	one, err := scan(tx.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return one, ErrNotFound
	}
	return one, err
}

// scanValue reads a row of one column.
func scanValue[T any](r row) (T, error) {
	var v T
	return v, r.Scan(&v)
}

// pages joins pages into one sequence without holding a view of the database
// open between them. fetch returns the page that follows after (nil for the
// first), in a transaction of its own; an empty page is the end.
func pages[T any](fetch func(after *T) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var after *T
		for {
			page, err := fetch(after)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, one := range page {
				if !yield(one, nil) {
					return
				}
			}
			if len(page) == 0 {
				return
			}
			after = &page[len(page)-1]
		}
	}
}
