package desk

import (
	"context"
	"fmt"
	"time"

	"roundup/digest"
	"roundup/digest/feeds"
	"roundup/store"
)

// Fetched is what one source gave.
type Fetched struct {
	Source      string        `json:"source"`
	Title       string        `json:"title,omitempty"`
	Items       int           `json:"items"`
	New         int           `json:"new"`
	Changed     int           `json:"changed"`
	Baseline    int           `json:"baseline"`
	Quarantined int           `json:"quarantined"`
	NotModified bool          `json:"not_modified,omitempty"`
	Warnings    []string      `json:"warnings,omitempty"`
	Error       string        `json:"error,omitempty"`
	Took        time.Duration `json:"-"`
}

// Fetch reads every source now, side by side, and stores what they say. A
// source that fails is reported in its own row and stops nothing; the error is
// only ever the database's or ctx's.
func (d *Desk) Fetch(ctx context.Context) ([]Fetched, error) {
	sources, err := d.readable(ctx)
	if err != nil {
		return nil, err
	}
	from, err := d.store.AlreadySentUntil(ctx)
	if err != nil {
		return nil, err
	}
	var all []Fetched
	for _, result := range d.reader.ReadAll(ctx, sources) {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		f, err := d.save(ctx, result, from)
		if err != nil {
			return all, fmt.Errorf("source %s: %w", result.Source, err)
		}
		all = append(all, f)
	}
	return all, d.tellOfSources(ctx)
}

// FetchIfStale fetches when the oldest last reading is older than
// fetch.interval; it returns nil when nothing was read.
func (d *Desk) FetchIfStale(ctx context.Context) ([]Fetched, error) {
	records, err := d.sources(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if d.now().Sub(r.LastReadAt) > d.cfg.Fetch.Interval {
			return d.Fetch(ctx)
		}
	}
	return nil, nil
}

// sources returns the records of the configured sources, in the file's order.
func (d *Desk) sources(ctx context.Context) ([]store.SourceRecord, error) {
	names := make([]string, len(d.cfg.Sources))
	for i, s := range d.cfg.Sources {
		names[i] = s.Name()
	}
	if err := d.store.EnsureSources(ctx, names); err != nil {
		return nil, err
	}
	known, err := d.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]store.SourceRecord, len(known))
	for _, r := range known {
		byName[r.URL] = r
	}
	records := make([]store.SourceRecord, len(names))
	for i, n := range names {
		records[i] = byName[n]
	}
	return records, nil
}

// Sources returns what is known of each configured source, in the file's order.
func (d *Desk) Sources(ctx context.Context) ([]store.SourceRecord, error) { return d.sources(ctx) }

// readable pairs the configured sources with their validators.
func (d *Desk) readable(ctx context.Context) ([]feeds.Source, error) {
	records, err := d.sources(ctx)
	if err != nil {
		return nil, err
	}
	sources := make([]feeds.Source, len(records))
	for i, s := range d.cfg.Sources {
		r := records[i]
		sources[i] = feeds.Source{
			Name:         s.Name(),
			URL:          s.URL,
			Path:         s.Path,
			Labels:       s.Labels,
			ETag:         r.ETag,
			LastModified: r.LastModified,
			ValidatorsOf: r.ValidatorsOf,
			NotBefore:    r.NotBefore,
		}
	}
	return sources, nil
}

func (d *Desk) save(ctx context.Context, r feeds.Result, from time.Time) (Fetched, error) {
	f := Fetched{
		Source: r.Source, Title: r.Title, Items: len(r.Articles),
		NotModified: r.NotModified, Warnings: r.Warnings, Took: r.Took,
	}
	reading := store.SourceReading{
		Reading: digest.Reading{
			Source:      r.Source,
			At:          d.now(),
			Articles:    r.Articles,
			FirstWindow: d.cfg.Digest.FirstWindow,
			MayOweFrom:  from,
		},
		Title:        r.Title,
		ETag:         r.ETag,
		LastModified: r.LastModified,
		ValidatorsOf: r.ValidatorsOf,
		NotModified:  r.NotModified,
		RetryAfter:   r.RetryAfter,
	}
	if r.Err != nil {
		f.Error = r.Err.Error()
		reading.Err = f.Error
	}
	sum, err := d.store.SaveReading(ctx, reading)
	if err != nil {
		return f, err
	}
	f.New, f.Changed, f.Baseline, f.Quarantined = sum.New, sum.Changed, sum.Baseline, sum.Quarantined
	return f, nil
}

// stale says why no issue should start: every source fails and none was read
// within fetch.stale_after. "" when there is no such reason.
func (d *Desk) stale(ctx context.Context) (string, error) {
	records, err := d.sources(ctx)
	if err != nil {
		return "", err
	}
	for _, r := range records {
		if r.LastError == "" || d.now().Sub(r.LastReadAt) <= d.cfg.Fetch.StaleAfter {
			return "", nil
		}
	}
	if len(records) == 0 {
		return "no source is configured", nil
	}
	return fmt.Sprintf("no source could be read for %s; the first one: %s: %s",
		d.cfg.Fetch.StaleAfter, records[0].URL, records[0].LastError), nil
}
