package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"roundup/store/engine"
)

// lock is an advisory lock of a session: the server frees it when the connection ends,
// and that ends with the process. Whoever takes it then takes the lease too, with which the
// one before can write nothing more.
type lock struct {
	conn *sql.Conn
	free string
}

// Lock implements engine.Engine.
func (e *database) Lock(ctx context.Context) (engine.Lock, error) {
	conn, err := e.locks.Conn(ctx)
	if err != nil {
		return nil, classify(fmt.Errorf("lock database: %w", err))
	}
	var mine bool
	key := fmt.Sprintf(`(%d, %d)`, lockProcess, e.key)
	err = conn.QueryRowContext(ctx, `SELECT pg_try_advisory_lock`+key).Scan(&mine)
	if err == nil && !mine {
		err = engine.ErrLocked
	}
	if err != nil {
		return nil, errors.Join(classify(fmt.Errorf("lock database: %w", err)), conn.Close())
	}
	return &lock{conn: conn, free: `SELECT pg_advisory_unlock` + key}, nil
}

// Unlock implements engine.Lock.
func (l *lock) Unlock() error {
	if l.conn == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), endsWithin)
	defer cancel()
	_, err := l.conn.ExecContext(ctx, l.free)
	if isStale(err) {
		err = nil // the server freed it when the connection ended
	}
	err = errors.Join(err, l.conn.Close())
	l.conn = nil
	return classify(err)
}

// LockHolder is by the name its connection has.
func (e *database) LockHolder(ctx context.Context) (name string) {
	_ = e.readers.QueryRowContext(ctx, `
		SELECT a.application_name
		FROM pg_locks l
		JOIN pg_stat_activity a ON a.pid = l.pid
		WHERE l.locktype = 'advisory' AND l.granted
			AND CAST(l.classid AS bigint) = ? AND CAST(l.objid AS bigint) = ?
			AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
		lockProcess, e.key).Scan(&name)
	return name
}
