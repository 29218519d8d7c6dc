package content

import (
	"context"
	"fmt"
	"time"

	"roundup/digest"
	"roundup/store/engine"
	"roundup/subscribers"
)

// SourceRecord is what the database remembers about a source.
type SourceRecord struct {
	ID           int64
	URL          string // as configured: an address, a path or a glob
	Title        string // what the feed calls itself
	ETag         string
	LastModified string
	ValidatorsOf string            // the address that gave ETag and LastModified, which may differ from URL
	Readings     int               // successful ones that gave articles, or said that those given have not changed
	Items        int               // in the last reading that brought any; 0 again once a person takes it for empty
	FirstReadAt  time.Time         // the first of Readings; zero for none
	LastReadAt   time.Time         // last success; zero for none
	TriedAt      time.Time         // last reading, well or not; zero for none
	LastError    string            // of the last reading; "" when it succeeded
	FailingSince time.Time         // first failure since the last success; zero while it can be read
	NotBefore    time.Time         // the server asked to be left alone until then; zero for no such wish
	Damage       string            // what the last success lost or had to mend; "" for nothing
	DamagedSince time.Time         // first such success since one without; zero for none
	Rule         digest.SourceRule // the last one it was configured with
	Quarantined  int               // articles waiting for "sources accept" or "ignore"
}

const selectSource = `
	SELECT
		s.id,
		s.url,
		s.title,
		s.etag,
		s.last_modified,
		s.validators_of,
		s.readings,
		s.items,
		s.first_read_at,
		s.last_read_at,
		s.tried_at,
		s.last_error,
		s.failing_since,
		s.not_before,
		s.damage,
		s.damaged_since,
		s.rule,
		(
			SELECT count(*)
			FROM article_states st
			JOIN articles a ON a.id = st.article_id
			WHERE st.newsletter_id = s.newsletter_id
			AND st.state = 'quarantined'
			AND a.source = s.url
		)
	FROM sources s
	WHERE s.newsletter_id = ?`

func scanSource(r engine.Row) (SourceRecord, error) {
	var s SourceRecord
	err := r.Scan(
		&s.ID,
		&s.URL,
		&s.Title,
		&s.ETag,
		&s.LastModified,
		&s.ValidatorsOf,
		&s.Readings,
		&s.Items,
		engine.TimeInto(&s.FirstReadAt),
		engine.TimeInto(&s.LastReadAt),
		engine.TimeInto(&s.TriedAt),
		&s.LastError,
		engine.TimeInto(&s.FailingSince),
		engine.TimeInto(&s.NotBefore),
		&s.Damage,
		engine.TimeInto(&s.DamagedSince),
		engine.JSONInto(&s.Rule),
		&s.Quarantined,
	)
	return s, err
}

// Sources returns every source ever configured, in the order they were first seen.
func (s *Content) Sources(ctx context.Context) ([]SourceRecord, error) {
	var all []SourceRecord
	err := s.read(ctx, func(tx *Tx) (err error) {
		all, err = engine.QueryAll(ctx, tx, scanSource, selectSource+` ORDER BY s.id`, tx.Newsletter)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	return all, nil
}

// Configured is a source as the configuration has it.
type Configured struct {
	Name string
	Rule digest.SourceRule
}

// EnsureSources makes a record of each source that has none yet, and keeps their
// rules for when they are not configured any more.
func (s *Content) EnsureSources(ctx context.Context, all []Configured) error {
	// The editor's page asks every second: the write lock is not taken for nothing.
	known := true
	err := s.read(ctx, func(tx *Tx) error {
		for _, c := range all {
			is, err := tx.knowsSource(ctx, c)
			if err != nil {
				return fmt.Errorf("source %q: %w", c.Name, err)
			}
			known = known && is
		}
		return nil
	})
	if err != nil || known {
		return err
	}
	return s.write(ctx, func(tx *Tx) error {
		for _, c := range all {
			err := tx.ensureSource(ctx, c.Name)
			if err == nil {
				err = tx.keepRule(ctx, c)
			}
			if err != nil {
				return fmt.Errorf("source %q: %w", c.Name, err)
			}
		}
		return nil
	})
}

// knowsSource reports whether a source has a record, with its rule as it is.
func (tx *Tx) knowsSource(ctx context.Context, c Configured) (bool, error) {
	rule, err := engine.JSONText(c.Rule)
	if err != nil {
		return false, err
	}
	return engine.QueryOne(ctx, tx, engine.ScanValue[bool], `
		SELECT EXISTS (SELECT 1 FROM sources WHERE newsletter_id = ? AND url = ? AND rule = ?)`, tx.Newsletter, c.Name, rule)
}

func (tx *Tx) keepRule(ctx context.Context, c Configured) error {
	rule, err := engine.JSONText(c.Rule)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE sources
		SET rule = ?1
		WHERE newsletter_id = ?2 AND url = ?3 AND rule <> ?1`, rule, tx.Newsletter, c.Name)
	return err
}

func (tx *Tx) ensureSource(ctx context.Context, name string) error {
	// Not ON CONFLICT DO NOTHING: that would use up an id, and write, every time.
	_, err := tx.Exec(ctx, `
		INSERT INTO sources (newsletter_id, url)
		SELECT CAST(?1 AS BIGINT), CAST(?2 AS TEXT)
		WHERE NOT EXISTS (SELECT 1 FROM sources WHERE newsletter_id = ?1 AND url = ?2)`, tx.Newsletter, name)
	return err
}

// source returns the record of one source.
func (tx *Tx) source(ctx context.Context, name string) (SourceRecord, error) {
	return engine.QueryOne(ctx, tx, scanSource, selectSource+` AND s.url = ?`, tx.Newsletter, name)
}

// updateSource stores what a reading changed in a source's record.
func (tx *Tx) updateSource(ctx context.Context, s SourceRecord) error {
	_, err := tx.Exec(ctx, `
		UPDATE sources
		SET
			title = ?,
			etag = ?,
			last_modified = ?,
			validators_of = ?,
			readings = ?,
			items = ?,
			first_read_at = ?,
			last_read_at = ?,
			tried_at = ?,
			last_error = ?,
			failing_since = ?,
			not_before = ?,
			damage = ?,
			damaged_since = ?
		WHERE id = ?`,
		s.Title, s.ETag, s.LastModified, s.ValidatorsOf, s.Readings, s.Items,
		engine.TimeOrNull(s.FirstReadAt), engine.TimeOrNull(s.LastReadAt), engine.TimeOrNull(s.TriedAt), s.LastError,
		engine.TimeOrNull(s.FailingSince), engine.TimeOrNull(s.NotBefore), s.Damage, engine.TimeOrNull(s.DamagedSince), s.ID)
	return err
}

// AcceptEmpty takes a source at its word that has no article any more
// (digest.Reading.Emptied), and reports whether it fails because of that. It
// fails with ErrNotFound for an unknown source.
func (s *Content) AcceptEmpty(ctx context.Context, name string, by subscribers.Actor) (bool, error) {
	emptied := false
	err := s.write(ctx, func(tx *Tx) error {
		source, err := tx.source(ctx, name)
		if err != nil {
			return err
		}
		if emptied = digest.SaysEmptied(source.LastError); !emptied {
			return nil
		}
		source.Items, source.LastError, source.FailingSince = 0, "", time.Time{}
		if err := tx.updateSource(ctx, source); err != nil {
			return err
		}
		return tx.Record(ctx, engine.Entry{Source: source.ID, By: by, What: "source may be empty"})
	})
	if err != nil {
		return false, fmt.Errorf("source %q: %w", name, err)
	}
	return emptied, nil
}
