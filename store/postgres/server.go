package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"roundup/store/engine"
)

// Server implements engine.OnServer. What the user may not know is left out: lags of replicas,
// and whether one is waited for, are for members of pg_monitor. A copy that is being made
// (pg_basebackup, which streams beside it) is no replica.
func (e *database) Server(ctx context.Context) (s engine.Server, err error) {
	var clock float64
	var unsafe, followers string
	err = e.readers.QueryRowContext(ctx, `
		SELECT
			current_setting('server_version'),
			CAST(extract(epoch FROM clock_timestamp()) AS float8),
			CAST(pg_is_in_recovery() AS int),
			CAST(current_setting('autovacuum') = 'on' AND current_setting('track_counts') = 'on' AS int),
			CAST(current_setting('max_connections') AS int),
			(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' OR backend_type IS NULL),
			(
				SELECT coalesce(json_agg(name), '[]')
				FROM pg_settings
				WHERE setting = 'off' AND name IN ('fsync', 'full_page_writes', 'synchronous_commit')
			),
			(
				SELECT coalesce(json_agg(json_build_object(
					'Name', r.application_name,
					'Behind', coalesce(CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn) END, -1),
					'Waited', CASE
						WHEN current_setting('synchronous_commit') IN ('off', 'local') OR current_setting('synchronous_standby_names') = '' THEN false
						ELSE r.sync_state IN ('sync', 'quorum')
					END)), '[]')
				FROM pg_stat_replication r
				WHERE r.state IS DISTINCT FROM 'backup' AND r.application_name IS DISTINCT FROM 'pg_basebackup'
			)`).Scan(&s.Version, &clock, &s.Replica, &s.Vacuums, &s.Most, &s.Open, &unsafe, &followers)
	if err != nil {
		return s, classify(fmt.Errorf("ask the server: %w", err))
	}
	s.Clock = time.UnixMicro(int64(clock * 1e6))
	if err := json.Unmarshal([]byte(unsafe), &s.Unsafe); err != nil {
		return s, fmt.Errorf("ask the server: %w", err)
	}
	if err := json.Unmarshal([]byte(followers), &s.Followers); err != nil {
		return s, fmt.Errorf("ask the server: %w", err)
	}
	return s, nil
}
