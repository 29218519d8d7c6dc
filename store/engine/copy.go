package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// RowsOf counts the rows of a table.
func (tx *Tx) RowsOf(ctx context.Context, table string) (int, error) {
	n, err := QueryOne(ctx, tx, ScanValue[int], `SELECT count(*) FROM `+table)
	if err != nil {
		return 0, fmt.Errorf("count %s: %w", table, err)
	}
	return n, nil
}

// copiedValues is how many values are written by one statement: the engines take some 32,000.
const copiedValues = 4000

// CopyTable copies the rows of one table to another database, and the id it gave out last. It
// returns how many they were, counted on both sides. told hears on the way how many of them
// all are copied.
func (tx *Tx) CopyTable(ctx context.Context, into *Tx, table string, told func(n, all int)) (n int, err error) {
	all, err := tx.RowsOf(ctx, table)
	if err != nil {
		return 0, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT * FROM `+table)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	batch := max(copiedValues/len(columns), 1)
	var values []any
	for rows.Next() {
		row, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			dest[i] = &row[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return n, err
		}
		values = append(values, row...)
		if n++; len(values) == batch*len(columns) {
			if err := into.insertRows(ctx, table, columns, values); err != nil {
				return n, err
			}
			values = values[:0]
			told(n, all)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return n, err
	}
	if len(values) > 0 {
		if err := into.insertRows(ctx, table, columns, values); err != nil {
			return n, err
		}
	}
	there, err := into.RowsOf(ctx, table)
	if err != nil {
		return n, err
	}
	if n != all || there != all {
		return n, fmt.Errorf("%d of %d rows were copied, and there are %d", n, all, there)
	}
	return n, tx.copyLastID(ctx, into, table)
}

func (tx *Tx) copyLastID(ctx context.Context, into *Tx, table string) error {
	last, err := tx.engine.LastID(ctx, tx, table)
	if err == nil && last > 0 {
		err = into.engine.SetLastID(ctx, into, table, last)
	}
	return err
}

// insertRows writes rows whose values follow each other.
func (tx *Tx) insertRows(ctx context.Context, table string, columns []string, values []any) error {
	row := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ") + ")"
	rows := strings.TrimSuffix(strings.Repeat(row+", ", len(values)/len(columns)), ", ")
	_, err := tx.ExecContext(ctx, `INSERT INTO `+table+` (`+strings.Join(columns, ", ")+`) VALUES `+rows, values...)
	return err
}
