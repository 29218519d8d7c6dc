package desk

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"roundup/digest"
	"roundup/digest/feeds"
	"roundup/internal/desk/planner"
	"roundup/internal/oneline"
	"roundup/internal/outbound"
	"roundup/internal/wording"
	"roundup/store/content"
)

// Fetched is what one source gave.
type Fetched struct {
	Source      string
	Title       string
	Items       int
	New         int
	Changed     int
	Baseline    int
	Quarantined int
	NotModified bool
	Warnings    []string
	Error       string
	Took        time.Duration
}

// retryAfter is how soon a source that could not be read is tried again by what
// nobody waits for, unless fetch.interval is shorter.
const retryAfter = 10 * time.Minute

// maxReason is how much is kept of why the database refused what a source gave, which may
// repeat a link of 2,000 octets.
const maxReason = 500

// Fetch reads every source now, side by side, and stores what they say. A
// source that fails, or gives what the database refuses, is reported in its own row
// and stops nothing; the error is only ever the database's own or ctx's.
func (d *Desk) Fetch(ctx context.Context) ([]Fetched, error) {
	return d.fetch(ctx, false, func(content.SourceRecord) bool { return true })
}

// FetchIfStale reads, for a person who asks now, the sources whose last reading
// is older than fetch.interval; it returns nil when nothing was read.
func (d *Desk) FetchIfStale(ctx context.Context) ([]Fetched, error) {
	return d.fetch(ctx, false, func(r content.SourceRecord) bool {
		return !d.askedToWait(r) && !d.within(d.cfg.Fetch.Interval, r.LastReadAt)
	})
}

// fetchDue reads the sources that are due, when nobody asked: those whose last
// reading is older than fetch.interval, and every source not tried since a
// moment, the zero time for none. One that fails is left alone for retryAfter.
//
// An issue reads what was not tried since its slot. So its articles don't depend
// on when within fetch.interval the last reading happened to be: the daemon and
// any timer come to the same issue.
func (d *Desk) fetchDue(ctx context.Context, since time.Time) ([]Fetched, error) {
	return d.fetch(ctx, !since.IsZero(), func(r content.SourceRecord) bool {
		switch {
		case d.askedToWait(r):
			return false
		case r.TriedAt.Before(since):
			return true
		case d.within(d.cfg.Fetch.Interval, r.LastReadAt):
			return false
		}
		return !d.within(min(d.cfg.Fetch.Interval, retryAfter), r.TriedAt)
	})
}

// askedToWait reports whether a source's server asked for a pause that is not
// over. Only `fetch`, which a person types, tells what it would have said.
func (d *Desk) askedToWait(r content.SourceRecord) bool { return d.now().Before(r.NotBefore) }

// within reports whether a moment is at most so long ago. One further in the
// future is not: the clock was wrong then, and nothing waits until it has come.
func (d *Desk) within(span time.Duration, t time.Time) bool {
	return d.now().Sub(t).Abs() <= span
}

// fetch reads the sources that are wanted. One fetch at a time: who comes second
// finds what the first has read, and reads it no more.
//
// Where an issue waits that can't start, because no source was read, a server's
// wish for a pause holds for retryAfter at most: a server asks for two days that
// is back within minutes, and the week's issue would be missed.
func (d *Desk) fetch(ctx context.Context, forIssue bool, wanted func(content.SourceRecord) bool) ([]Fetched, error) {
	d.reading.Lock()
	defer d.reading.Unlock()
	records, err := d.sources(ctx)
	if err != nil {
		return nil, err
	}
	if forIssue && d.unread(records) != "" {
		for i, r := range records {
			if soon := r.TriedAt.Add(retryAfter); soon.Before(r.NotBefore) {
				records[i].NotBefore = soon
			}
		}
	}
	sources := d.readable(records, wanted)
	if len(sources) == 0 {
		return nil, nil
	}
	from, err := d.store.AlreadySentUntil(ctx)
	if err != nil {
		return nil, err
	}
	at := d.now() // what comes out while a source is read may be in it or not
	var all []Fetched
	for _, result := range d.reader.ReadAll(ctx, sources) {
		if err := ctx.Err(); err != nil {
			return all, err
		}
		f, err := d.save(ctx, result, at, from)
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

// sources returns the records of the configured sources, in the file's order.
func (d *Desk) sources(ctx context.Context) ([]content.SourceRecord, error) {
	configured := make([]content.Configured, len(d.cfg.Sources))
	for i, s := range d.cfg.Sources {
		configured[i] = content.Configured{Name: s.Name(), Rule: planner.RuleOf(s)}
	}
	if err := d.store.EnsureSources(ctx, configured); err != nil {
		return nil, err
	}
	known, err := d.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	byName := make(map[string]content.SourceRecord, len(known))
	for _, r := range known {
		byName[r.URL] = r
	}
	records := make([]content.SourceRecord, len(configured))
	for i, c := range configured {
		records[i] = byName[c.Name]
	}
	return records, nil
}

// Sources returns what is known of each configured source, in the file's order.
func (d *Desk) Sources(ctx context.Context) ([]content.SourceRecord, error) { return d.sources(ctx) }

// readable pairs the configured sources that are wanted with their validators.
func (d *Desk) readable(records []content.SourceRecord, wanted func(content.SourceRecord) bool) []feeds.Source {
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

func (d *Desk) save(ctx context.Context, r feeds.Result, at, from time.Time) (Fetched, error) {
	f := Fetched{
		Source: r.Source, Title: r.Title, Items: len(r.Articles),
		NotModified: r.NotModified, Warnings: r.Warnings, Took: r.Took,
	}
	reading := content.SourceReading{
		Reading: digest.Reading{
			Source:      r.Source,
			At:          at,
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
		By:           d.by,
	}
	if r.Damaged {
		reading.Damage = strings.Join(r.Warnings, "; ")
	}
	if r.Err != nil {
		f.Error = r.Err.Error()
		reading.Err = f.Error
	}
	sum, err := d.store.SaveReading(ctx, reading)
	if err != nil && !known(err) && ctx.Err() == nil {
		// Where the database takes that the source failed, what it refused is the source's.
		reason := "what it gave can't be kept: " + oneline.Of(err.Error(), maxReason)
		if _, noted := d.store.SaveReading(ctx, content.SourceReading{
			Reading: digest.Reading{Source: r.Source, At: at}, Err: reason, RetryAfter: r.RetryAfter, By: d.by,
		}); noted == nil {
			f.Error = reason
			return f, nil
		}
	}
	if err != nil {
		return f, err
	}
	f.Error = cmp.Or(f.Error, sum.Refused)
	f.New, f.Changed, f.Baseline, f.Quarantined = sum.New, sum.Changed, sum.Baseline, sum.Quarantined
	if f.Quarantined > 0 { // told of anew, also while others wait already
		_, err = d.store.CloseNotice(ctx, quarantineCause(f.Source))
	}
	return f, err
}

// stale says why no issue should start: every source fails and none was read
// within fetch.stale_after. "" when there is no such reason.
func (d *Desk) stale(ctx context.Context) (string, error) {
	records, err := d.sources(ctx)
	return d.unread(records), err
}

// unread says of the sources' records what stale does.
func (d *Desk) unread(records []content.SourceRecord) string {
	for _, r := range records {
		if r.LastError == "" || d.now().Sub(r.LastReadAt) <= d.cfg.Fetch.StaleAfter {
			return ""
		}
	}
	if len(records) == 0 {
		return "no source is configured"
	}
	return fmt.Sprintf("no source could be read in the last %s; the first one: %s: %s",
		wording.Span(d.cfg.Fetch.StaleAfter), records[0].URL, records[0].LastError)
}

// tryTimeout is how long a person waits at most for what their feed says.
const tryTimeout = 20 * time.Second

// TryFeedOptions say what to read before there is a configuration.
type TryFeedOptions struct {
	URL, Path    string // one of them; a path with its folder
	AllowPrivate bool   // see fetch.allow_private
	Now          func() time.Time
	Version      string
}

// TriedFeed is what a feed says of itself.
type TriedFeed struct {
	Title    string
	URL      string // its own address, where a web page named it; "" where it is what was read
	Articles int
	Newest   time.Time // zero where no article has a date
	Warnings []string
}

// TryFeed reads one feed, as a fetch would, and keeps nothing. Its errors are
// those of a fetch.
func TryFeed(ctx context.Context, o TryFeedOptions) (TriedFeed, error) {
	client := outbound.New(outbound.Options{
		AllowPrivate: o.AllowPrivate, UserAgent: UserAgent(o.Version, ""), Timeout: tryTimeout,
	})
	reader := feeds.NewReader(client, feeds.Options{Now: o.Now, Timeout: tryTimeout})
	source := feeds.Source{URL: o.URL}
	if o.URL == "" {
		source.Path = filepath.Clean(o.Path)
	}
	r := reader.ReadAll(ctx, []feeds.Source{source})[0]
	if r.Err != nil {
		return TriedFeed{}, r.Err
	}
	t := TriedFeed{Title: r.Title, URL: r.FeedURL, Articles: len(r.Articles), Warnings: r.Warnings}
	for _, a := range r.Articles {
		if a.Published.After(t.Newest) {
			t.Newest = a.Published
		}
	}
	return t, nil
}
