package postgres

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"roundup/store"
	"roundup/store/engine"
	"roundup/store/migrations"
)

// WithMigrations makes options with other migrations than the embedded ones.
func (o Options) WithMigrations(files fs.FS) Options {
	o.migrations = files
	return o
}

// Shape is everything in a schema but its rows: any change of a table, an index, a trigger or
// a function makes another one.
func Shape(ctx context.Context, q engine.Querier, schema string) (shape string, err error) {
	err = q.QueryRowContext(ctx, `
		WITH home AS (SELECT oid FROM pg_namespace WHERE nspname = ?), tables AS (
			SELECT oid, relname FROM pg_class WHERE relnamespace = (SELECT oid FROM home)
		), parts AS (
			SELECT 'c' || oid || relname AS part FROM tables
			UNION ALL SELECT 'a' || attrelid || '.' || attnum || '.' || xmin FROM pg_attribute WHERE attrelid IN (SELECT oid FROM tables)
			UNION ALL SELECT 'd' || oid || '.' || xmin FROM pg_attrdef WHERE adrelid IN (SELECT oid FROM tables)
			UNION ALL SELECT 'i' || indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM tables)
			UNION ALL SELECT 't' || oid || '.' || xmin FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM tables)
			UNION ALL SELECT 'k' || oid || '.' || xmin FROM pg_constraint WHERE connamespace = (SELECT oid FROM home)
			UNION ALL SELECT 'f' || oid || '.' || xmin FROM pg_proc WHERE pronamespace = (SELECT oid FROM home)
		)
		SELECT md5(string_agg(part, ',' ORDER BY part)) FROM parts`, schema).Scan(&shape)
	return shape, err
}

// ErrUsed says that what a test left can't be used again.
var ErrUsed = errors.New("the schema is not as it was made, or still in use")

// Empty gives a schema that a test has done with another name and takes every row away, so that
// ids begin at 1 again. A connection that the test left behind finds nothing under the old
// name. It fails with ErrUsed where somebody is at work in the schema, or it is not of the shape it was made in.
func Empty(ctx context.Context, q engine.Querier, schema, shape, name string) error {
	if now, err := Shape(ctx, q, schema); err != nil || now != shape {
		return errors.Join(err, ErrUsed)
	}
	if _, err := q.ExecContext(ctx, fmt.Sprintf(empty, schema, name)); err != nil {
		return fmt.Errorf("%w: %w", ErrUsed, err)
	}
	return nil
}

// empty looks at neither triggers nor references.
const empty = `
	DO $$
	DECLARE
		it record;
		home bigint := CAST('%[1]s' AS regnamespace);
	BEGIN
		SET LOCAL session_replication_role = replica;
		IF EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = CAST(home AS oid)) THEN
			RAISE EXCEPTION 'locked';
		END IF;
		FOR it IN SELECT relname, relkind FROM pg_class
			WHERE relnamespace = CAST(home AS oid) AND (relkind = 'S' OR relkind = 'r' AND pg_relation_size(oid) > 0)
		LOOP
			IF it.relkind = 'S' THEN
				PERFORM setval(CAST('%[1]s.' || it.relname AS regclass), 1, false);
			ELSE
				EXECUTE format('LOCK TABLE %[1]s.%%I IN ACCESS EXCLUSIVE MODE NOWAIT', it.relname);
				EXECUTE format('DELETE FROM %[1]s.%%I', it.relname);
			END IF;
		END LOOP;
		ALTER SCHEMA %[1]s RENAME TO %[2]s;
	END $$`

// Refill does what Create does, in a schema that was emptied: making the tables takes twenty
// times as long.
func Refill(ctx context.Context, address string, o Options) (s *store.Store, err error) {
	all, err := migrations.Steps(migrations.Postgres, o.migrations)
	if err != nil {
		return nil, err
	}
	e, err := connect(address, o)
	if err != nil {
		return nil, err
	}
	err = engine.Within(ctx, e.writer, `BEGIN`, func(q engine.Querier) error {
		if _, err := q.ExecContext(ctx, `INSERT INTO schema_version (version) VALUES (?)`, migrations.VersionAfter(len(all))); err != nil {
			return err
		}
		return store.Populate(ctx, building{database: e, q: q}, o.Now)
	})
	if err == nil {
		s, err = e.open(ctx, o)
	}
	if err == nil {
		err = s.TakeCharge(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return s, nil
}
