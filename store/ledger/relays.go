package ledger

import (
	"context"
	"fmt"
	"time"

	"roundup/delivery"
	"roundup/store/engine"
)

// nowUS is the database's own clock, which all workers go by, in microseconds.
const nowUS = `CAST(unixepoch('subsec') * 1000000 AS BIGINT)`

// hourTick is how finely the messages of an hour are counted.
const hourTick = 10 * time.Second

// Grant implements delivery.Others.
func (l *Ledger) Grant(ctx context.Context, limits delivery.Limits, want int) (places delivery.Places, err error) {
	err = l.db.WriteRows(ctx, func(under *engine.Tx) error { // it begins with the relay's row
		places, err = (&Tx{Tx: under}).grant(ctx, limits, want)
		return err
	})
	if err != nil {
		return delivery.Places{}, fmt.Errorf("grant places of %s: %w", limits.Relay, err)
	}
	return places, nil
}

func (tx *Tx) grant(ctx context.Context, limits delivery.Limits, want int) (delivery.Places, error) {
	var due, now int64 // the row is locked from here on
	err := tx.QueryRowContext(ctx, `
		INSERT INTO relays (name, due_us)
		VALUES (?, 0)
		ON CONFLICT (name) DO UPDATE SET due_us = relays.due_us
		RETURNING due_us, `+nowUS, limits.Relay).Scan(&due, &now)
	if err != nil {
		return delivery.Places{}, err
	}
	begun, err := tx.begunOf(ctx, limits, time.UnixMicro(now))
	if err != nil {
		return delivery.Places{}, err
	}
	places, next := limits.Grant(time.UnixMicro(now), time.UnixMicro(due), begun, want)
	if places.Count == 0 {
		return places, nil
	}
	_, err = tx.Exec(ctx, `UPDATE relays SET due_us = ? WHERE name = ?`, next.UnixMicro(), limits.Relay)
	if err == nil && limits.PerHour > 0 {
		_, err = tx.Exec(ctx, `
			INSERT INTO relay_hours (relay, tick, begun)
			VALUES (?, ?, ?)
			ON CONFLICT (relay, tick) DO UPDATE SET begun = relay_hours.begun + excluded.begun`,
			limits.Relay, time.UnixMicro(now).Add(max(places.In, 0)).Truncate(hourTick).Unix(), places.Count)
	}
	return places, err
}

// begunOf counts the messages of a relay's last hour, and forgets those before; none
// where there is no limit to them.
func (tx *Tx) begunOf(ctx context.Context, limits delivery.Limits, now time.Time) ([]delivery.Begun, error) {
	if limits.PerHour <= 0 {
		return nil, nil
	}
	_, err := tx.Exec(ctx, `
		DELETE FROM relay_hours WHERE relay = ? AND tick < ?`, limits.Relay, now.Add(-time.Hour-2*hourTick).Unix())
	if err != nil {
		return nil, err
	}
	return engine.QueryAll(ctx, tx, func(r engine.Row) (b delivery.Begun, err error) {
		var tick int64
		err = r.Scan(&tick, &b.Count)
		b.At = time.Unix(tick, 0)
		return b, err
	}, `SELECT tick, begun FROM relay_hours WHERE relay = ? ORDER BY tick`, limits.Relay)
}
