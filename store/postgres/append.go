package postgres

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"

	"roundup/store/engine"
)

// Append implements store.Engine with COPY.
func (*database) Append(ctx context.Context, tx engine.Querier, table string, columns []string, rows int, fill func(row int, values []any) error) error {
	sqlConn, ok := tx.(*sql.Conn)
	if !ok {
		return fmt.Errorf("a transaction is a %T", tx)
	}
	return sqlConn.Raw(func(inner any) error {
		c, ok := inner.(*conn)
		if !ok {
			return fmt.Errorf("the driver gave a %T", inner)
		}
		values := make([]any, len(columns))
		copied := pgx.CopyFromSlice(rows, func(row int) ([]any, error) { return values, fill(row, values) })
		if _, err := c.Conn.Conn().CopyFrom(ctx, pgx.Identifier{table}, columns, copied); err != nil {
			return fmt.Errorf("append to %s: %w", table, err)
		}
		return nil
	})
}

// NextIDs moves the table's sequence on.
func (*database) NextIDs(ctx context.Context, tx engine.Querier, table string, n int) (int64, error) {
	var last int64
	err := tx.QueryRowContext(ctx, `
		SELECT setval(pg_get_serial_sequence(?1, 'id'), nextval(pg_get_serial_sequence(?1, 'id')) + CAST(?2 AS bigint) - 1)`,
		table, n).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("next ids of %s: %w", table, err)
	}
	return last - int64(n) + 1, nil
}
