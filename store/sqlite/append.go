package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"github.com/mattn/go-sqlite3"

	"roundup/store/engine"
)

// appended is how many rows one statement adds: with fewer, what SQLite does for a statement
// shows; with more, nothing gets quicker. They have fewer values than the 32,766 a statement takes.
const appended = 500

// Append runs statements of many rows, and those that are left one by one, so that there are
// two texts to prepare. They are run as queries, whose values the driver binds in one call of C;
// for a change it makes a call each, and database/sql would take as long again.
func (*database) Append(ctx context.Context, tx engine.Querier, table string, columns []string, rows int, fill func(row int, values []any) error) error {
	one := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	single := fmt.Sprintf(`INSERT INTO %s (%s) VALUES %s`, table, strings.Join(columns, ", "), one)
	many := single + strings.Repeat(", "+one, appended-1)
	return onDriver(tx, func(c *sqlite3.SQLiteConn) error {
		values, named := make([]any, len(columns)), make([]driver.NamedValue, 0, min(rows, appended)*len(columns))
		for row := 0; row < rows; {
			query, until := many, row+appended
			if until > rows {
				query, until = single, row+1
			}
			for named = named[:0]; row < until; row++ {
				if err := fill(row, values); err != nil {
					return err
				}
				for _, value := range values {
					named = append(named, driver.NamedValue{Ordinal: len(named) + 1, Value: value})
				}
			}
			// A context that can end costs a goroutine for each statement; between two nobody waits.
			ran, err := c.QueryContext(context.WithoutCancel(ctx), query, named)
			if err != nil {
				return fmt.Errorf("append to %s: %w", table, err)
			}
			if err := ran.Close(); err != nil {
				return fmt.Errorf("append to %s: %w", table, err)
			}
		}
		return nil
	})
}

// NextIDs reads the last id there ever was: nobody else adds rows meanwhile, and rows with
// a higher one move it.
func (*database) NextIDs(ctx context.Context, tx engine.Querier, table string, _ int) (int64, error) {
	var last int64
	err := tx.QueryRowContext(ctx, `SELECT seq FROM sqlite_sequence WHERE name = ?`, table).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("last id of %s: %w", table, err)
	}
	return last + 1, nil
}

// onDriver runs do on the driver's connection of a transaction.
func onDriver(tx engine.Querier, do func(*sqlite3.SQLiteConn) error) error {
	conn, ok := tx.(*sql.Conn)
	if !ok {
		return fmt.Errorf("a transaction is a %T", tx)
	}
	return conn.Raw(func(inner any) error {
		c, ok := inner.(*sqlite3.SQLiteConn)
		if !ok {
			return fmt.Errorf("the driver gave a %T", inner)
		}
		return do(c)
	})
}
