package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"roundup/store/engine"
)

// placeOf is where this schema is: the server's own number, which a copy of its files
// keeps and no other server has; the database's; and the table's, which is another once
// it was restored from a dump.
const placeOf = `(
	SELECT CAST(system_identifier AS text) FROM pg_control_system()
) || '/' || (
	SELECT CAST(oid AS text) FROM pg_database WHERE datname = current_database()
) || '/' || CAST(CAST(CAST('mark' AS regclass) AS oid) AS text)`

// Mark implements engine.Beside. The mark is in the database, since nothing is beside it
// that a program on another machine could read. So it never lags, and is good as long
// as it was written where it is.
func (e *database) Mark(ctx context.Context) (m engine.Mark, err error) {
	m = engine.Mark{File: "its mark", State: engine.MarkMissing}
	err = e.Read(ctx, func(q engine.Querier) error {
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
			m.State = engine.MarkCopied
		default:
			m.State = engine.MarkGood
		}
		return nil
	})
	return m, err
}

// SetMark implements engine.Beside.
func (e *database) SetMark(ctx context.Context, m engine.Mark) error {
	return e.Write(ctx, func(q engine.Querier) error {
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
func (*database) Advance(int64, int) {}
