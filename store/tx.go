package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math"
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

// timeLayout is how the database keeps a moment: UTC text that sorts.
const timeLayout = "2006-01-02T15:04:05.000Z"

// timeText is t as a column holds it.
func timeText(t time.Time) string { return t.UTC().Format(timeLayout) }

// timeOrNull is t as a nullable column holds it: NULL for the zero time.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return timeText(t)
}

// textOrNull is s as a nullable column holds it: NULL for "".
func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// idOrNull is a reference as a nullable column holds it: NULL for 0.
func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// column adapts a function to sql.Scanner.
type column func(any) error

// Scan implements sql.Scanner.
func (c column) Scan(v any) error { return c(v) }

// timeInto scans a moment; NULL gives the zero time.
func timeInto(dst *time.Time) sql.Scanner {
	return column(func(v any) error {
		text, err := textOf(v)
		if err != nil || text == "" {
			*dst = time.Time{}
			return err
		}
		*dst, err = time.Parse(timeLayout, text)
		return err
	})
}

// textInto scans text; NULL gives "".
func textInto[S ~string](dst *S) sql.Scanner {
	return column(func(v any) error {
		text, err := textOf(v)
		*dst = S(text)
		return err
	})
}

// jsonInto scans a JSON column into dst, a pointer.
func jsonInto(dst any) sql.Scanner {
	return column(func(v any) error {
		text, err := textOf(v)
		if err != nil || text == "" {
			return err
		}
		return json.Unmarshal([]byte(text), dst)
	})
}

// jsonText is v as a JSON column holds it. Only for types that always encode:
// no channels, functions or NaN.
func jsonText(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(b), nil
}

// Lists are one value, the JSON of it, that a statement unfolds: so each statement is
// one text, however long a list. json_each and unhex are SQLite's: an engine that has
// none brings them with its schema.
const (
	eachText = `json_each(CAST(? AS TEXT))` // a row each, in the column value
	inTexts  = `IN (SELECT value FROM ` + eachText + `)`
	inIDs    = `IN (SELECT CAST(value AS BIGINT) FROM ` + eachText + `)`
	inHex    = `IN (SELECT unhex(value) FROM ` + eachText + `)` // octets, each written in hexadecimal
)

// noLimit is a LIMIT that takes all.
const noLimit = math.MaxInt64

// idList is ids as json_each reads them; it never fails, having only numbers.
func idList(ids []int64) string {
	b := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Append(b, id)
	}
	return string(append(b, ']'))
}

func textOf(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	default:
		return "", fmt.Errorf("column holds %T, want text", v)
	}
}
