package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"roundup/store"
)

// placeOf is where this schema is: the server's own number, which a copy of its files
// keeps and no other server has; the database's; and the table's, which is another once
// it was restored from a dump.
const placeOf = `(
	SELECT CAST(system_identifier AS text) FROM pg_control_system()
) || '/' || (
	SELECT CAST(oid AS text) FROM pg_database WHERE datname = current_database()
) || '/' || CAST(CAST(CAST('mark' AS regclass) AS oid) AS text)`

// Mark implements store.Beside. The mark is in the database, since nothing is beside it
// that a program on another machine could read. So it never lags, and is good as long
// as it was written where it is.
func (e *engine) Mark(ctx context.Context) (m store.Mark, err error) {
	m = store.Mark{File: "its mark", State: store.MarkMissing}
	err = e.Read(ctx, func(q store.Querier) error {
		if err := e.inPlace(ctx, q); err != nil {
			return err
		}
		var home string
		err := q.QueryRowContext(ctx, `
			SELECT m.place, m.id, greatest(m.issue, (SELECT coalesce(max(number), 0) FROM issues))
			FROM mark m`).Scan(&home, &m.ID, &m.Issue)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return nil
		case err != nil:
			return fmt.Errorf("read the mark: %w", err)
		case home != e.home:
			m.State = store.MarkCopied
		default:
			m.State = store.MarkGood
		}
		return nil
	})
	return m, err
}

// SetMark implements store.Beside.
func (e *engine) SetMark(ctx context.Context, m store.Mark) error {
	return e.Write(ctx, func(q store.Querier) error {
		_, err := q.ExecContext(ctx, `DELETE FROM mark`)
		if err == nil {
			_, err = q.ExecContext(ctx, `INSERT INTO mark (place, id, issue) VALUES (?, ?, ?)`, e.home, m.ID, m.Issue)
		}
		if err != nil {
			return fmt.Errorf("mark database: %w", err)
		}
		return nil
	})
}

// Advance has nothing to do: the mark is never behind.
func (*engine) Advance(int64, int) {}
