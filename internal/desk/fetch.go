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

// retryAfter is how soon a source that could not be read is tried again by a
// program that keeps running, unless fetch.interval is shorter.
const retryAfter = 10 * time.Minute

// Fetch reads every source now, side by side, and stores what they say. A
// source that fails is reported in its own row and stops nothing; the error is
// only ever the database's or ctx's.
func (d *Desk) Fetch(ctx context.Context) ([]Fetched, error) {
	records, err := d.sources(ctx)
	if err != nil {
		return nil, err
	}
	return d.fetch(ctx, d.readable(records, func(store.SourceRecord) bool { return true }))
}

func (d *Desk) fetch(ctx context.Context, sources []feeds.Source) ([]Fetched, error) {
	d.tried.Store(d.now().UnixNano())
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
	if d.watcher != nil {
		d.watcher.Fetched(all)
	}
	return all, d.tellOfSources(ctx)
}

// FetchIfStale reads the sources whose last reading is older than
// fetch.interval; it returns nil when nothing was read. One that fails is left
// alone for retryAfter.
func (d *Desk) FetchIfStale(ctx context.Context) ([]Fetched, error) {
	if d.now().Sub(time.Unix(0, d.tried.Load())) < min(d.cfg.Fetch.Interval, retryAfter) {
		return nil, nil
	}
	records, err := d.sources(ctx)
	if err != nil {
		return nil, err
	}
	stale := d.readable(records, func(r store.SourceRecord) bool {
		return d.now().Sub(r.LastReadAt) > d.cfg.Fetch.Interval
	})
	if len(stale) == 0 {
		return nil, nil
	}
	return d.fetch(ctx, stale)
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

// readable pairs the configured sources that are wanted with their validators.
func (d *Desk) readable(records []store.SourceRecord, wanted func(store.SourceRecord) bool) []feeds.Source {
	var sources []feeds.Source
	for i, s := range d.cfg.Sources {
		r := records[i]
		if !wanted(r) {
			continue
		}
		sources = append(sources, feeds.Source{
			Name:         s.Name(),
			URL:          s.URL,
			Path:         s.Path,
			Labels:       s.Labels,
			ETag:         r.ETag,
			LastModified: r.LastModified,
			ValidatorsOf: r.ValidatorsOf,
			NotBefore:    r.NotBefore,
		})
	}
	return sources
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
	return fmt.Sprintf("no source could be read in the last %s; the first one: %s: %s",
		plain(d.cfg.Fetch.StaleAfter), records[0].URL, records[0].LastError), nil
}
