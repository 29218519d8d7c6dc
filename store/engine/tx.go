package engine

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
	At         time.Time // UTC, whole milliseconds
	Newsletter int64     // the id every row of the newsletter carries

	engine  Engine
	atText  string // At as the database keeps it
	wrote   bool   // something was changed
	erased  bool   // what a person may not be known by any more
	changes int64  // how many the database has come to with it; 0 where they are not counted
	started int    // the number of the issue that starts; 0 for none
}

// Stamp is the transaction's time as the database keeps it.
func (tx *Tx) Stamp() string { return tx.atText }

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	n, err := result.RowsAffected()
	tx.wrote = tx.wrote || n > 0
	return n, err
}

// ExecErasing is Exec of a statement that takes away what a person is known by: who erases it
// need not think of the bytes, which are wiped once it is committed (see Engine).
func (tx *Tx) ExecErasing(ctx context.Context, query string, args ...any) (int64, error) {
	n, err := tx.Exec(ctx, query, args...)
	tx.erased = tx.erased || n > 0
	return n, err
}

// Insert runs an INSERT and returns the new row's id.
func (tx *Tx) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	tx.Wrote()
	return QueryOne(ctx, tx, ScanValue[int64], query+` RETURNING id`, args...)
}

// Append adds rows of one shape to a table (see Engine).
func (tx *Tx) Append(ctx context.Context, table string, columns []string, rows int, fill func(row int, values []any) error) error {
	tx.wrote = tx.wrote || rows > 0
	return tx.engine.Append(ctx, tx.Querier, table, columns, rows, fill)
}

// NextIDs sets so many ids of a table aside and returns the first of them (see Engine).
func (tx *Tx) NextIDs(ctx context.Context, table string, n int) (int64, error) {
	return tx.engine.NextIDs(ctx, tx.Querier, table, n)
}

// Alone waits for whatever work of WriteRows overlaps, and lets none begin until the end of
// the transaction. It comes before everything else: what it waits for may wait for a row.
func (tx *Tx) Alone(ctx context.Context) error {
	rows, can := tx.engine.(RowWriter)
	if !can {
		return nil
	}
	return rows.Alone(ctx, tx.Querier)
}

// Wrote says that a query changed something.
func (tx *Tx) Wrote() { tx.wrote = true }

// Starts says which number the issue has that starts.
func (tx *Tx) Starts(number int) { tx.started = number }

// IsUnique reports whether err is the refusal of a UNIQUE or PRIMARY KEY rule.
func (tx *Tx) IsUnique(err error) bool { return tx.engine.IsUnique(err) }

// Row is what a scan function reads: *sql.Row or *sql.Rows.
type Row interface{ Scan(dest ...any) error }

// QueryAll returns every row of a query, read by scan. The result is nil when
// there are none.
func QueryAll[T any](ctx context.Context, q Querier, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
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

// QueryOne returns the only row of a query, read by scan; ErrNotFound when
// there is none.
func QueryOne[T any](ctx context.Context, q Querier, scan func(Row) (T, error), query string, args ...any) (T, error) {
	one, err := scan(q.QueryRowContext(ctx, query, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return one, ErrNotFound
	}
	return one, err
}

// ScanValue reads a row of one column.
func ScanValue[T any](r Row) (T, error) {
	var v T
	return v, r.Scan(&v)
}

// Pages joins pages into one sequence without holding a view of the database open between
// them. fetch returns the page that follows after (the zero one for the first), in a transaction of
// its own; one of fewer than size is the last. While a page is used the next one is fetched, in
// another goroutine.
func Pages[T any](size int, fetch func(after T) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var last T
		ended := false
		PagesAtOnce(1, func() (func() ([]T, error), error) {
			if ended {
				return nil, nil
			}
			return func() (page []T, err error) {
				page, err = fetch(last)
				if ended = len(page) < size; !ended {
					last = page[len(page)-1]
				}
				return page, err
			}, nil
		})(yield)
	}
}

// PagesAtOnce is Pages of which several are fetched at once, each in a goroutine of its own,
// while one is used. next says how the following page is fetched; nil for the end.
func PagesAtOnce[T any](atOnce int, next func() (fetch func() ([]T, error), err error)) iter.Seq2[T, error] {
	type fetched struct {
		page []T
		err  error
	}
	return func(yield func(T, error) bool) {
		var ahead []chan fetched // in their order
		begin := func() bool {
			fetch, err := next()
			if fetch == nil && err == nil {
				return false
			}
			one := make(chan fetched, 1) // nobody may take it, once a loop panicked
			if ahead = append(ahead, one); err != nil {
				one <- fetched{nil, err}
				return false
			}
			go func() {
				page, err := fetch()
				one <- fetched{page, err}
			}()
			return true
		}
		defer func() { // nothing is read any more when the loop is left
			for _, one := range ahead {
				<-one
			}
		}()
		more := true
		for len(ahead) < atOnce && more {
			more = begin()
		}
		for len(ahead) > 0 {
			f := <-ahead[0]
			if ahead = ahead[1:]; f.err != nil {
				var none T
				yield(none, f.err)
				return
			}
			more = more && begin()
			for _, one := range f.page {
				if !yield(one, nil) {
					return
				}
			}
		}
	}
}
