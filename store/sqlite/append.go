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

// Append runs one prepared statement for all rows, without database/sql in between,
// which would take as long again for each value.
func (*database) Append(ctx context.Context, tx engine.Querier, table string, columns []string, rows int, fill func(row int, values []any) error) error {
	query := fmt.Sprintf(`INSERT INTO %s (%s) VALUES (?%s)`, table, strings.Join(columns, ", "), strings.Repeat(", ?", len(columns)-1))
	return onDriver(tx, func(c *sqlite3.SQLiteConn) error {
		statement, err := c.Prepare(query)
		if err != nil {
			return err
		}
		defer func() { _ = statement.Close() }()
		run, ok := statement.(driver.StmtExecContext)
		if !ok {
			return fmt.Errorf("the driver gave a %T", statement)
		}
		// A context that can end costs a goroutine for each row; between two rows nobody waits.
		ctx := context.WithoutCancel(ctx)
		values, named := make([]any, len(columns)), make([]driver.NamedValue, len(columns))
		for row := range rows {
			if err := fill(row, values); err != nil {
				return err
			}
			for i, value := range values {
				named[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
			}
			if _, err := run.ExecContext(ctx, named); err != nil {
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
