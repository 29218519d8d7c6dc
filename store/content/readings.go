package content

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundup/digest"
	"roundup/internal/wording"
	"roundup/store/engine"
	"roundup/subscribers"
)

// SourceReading is one look at a source: its articles, or why there are none.
type SourceReading struct {
	digest.Reading
	Title        string // what the feed calls itself; "" leaves the last known
	ETag         string
	LastModified string
	ValidatorsOf string    // the address that gave the two
	NotModified  bool      // the server said that nothing changed (304)
	Err          string    // why it could not be read; "" for success
	Damage       string    // what was lost or had to be mended; "" for nothing
	RetryAfter   time.Time // not to be read before; zero for no such wish
	By           subscribers.Actor
}

// ReadingSummary counts what a reading brought.
type ReadingSummary struct {
	New         int    // owed from now on
	Changed     int    // known ones whose printed fields differ
	Baseline    int    // new to the database, but never owed
	Quarantined int    // new, and held back until a person decides
	Refused     string // why a reading without an error counts as failed all the same; "" when it does not
}

// SaveReading stores a reading: new articles and how they stand, changes of
// known ones, every name they were seen under, and the source's own record.
// What becomes of each article is digest.Absorb's decision. A reading that
// failed, or found nothing changed, touches the source's record only; the time
// of a first failure stays until the source can be read again. One without
// articles after one with some counts as failed (digest.Reading.Emptied), and
// the next is unconditional.
func (s *Content) SaveReading(ctx context.Context, r SourceReading) (ReadingSummary, error) {
	var sum ReadingSummary
	err := s.write(ctx, func(tx *Tx) (err error) {
		if r.At.IsZero() {
			r.At = tx.At
		}
		if err := tx.ensureSource(ctx, r.Source); err != nil {
			return err
		}
		before, err := tx.source(ctx, r.Source)
		if err != nil {
			return err
		}
		if r.Err == "" && !r.NotModified {
			sum.Refused = r.Emptied(before.Items)
		}
		if sum.Refused != "" {
			r.Err = sum.Refused
			before.ETag, before.LastModified, before.ValidatorsOf = "", "", ""
		}
		if r.Err == "" && !r.NotModified {
			if sum, err = tx.saveArticles(ctx, before, r.Reading); err != nil {
				return err
			}
		}
		after := before.read(r)
		if err := tx.updateSource(ctx, after); err != nil {
			return err
		}
		return tx.readingEvents(ctx, before, after, sum, r.By.Via(subscribers.ThroughFetch))
	})
	if err != nil {
		return ReadingSummary{}, fmt.Errorf("save reading: %w", err)
	}
	return sum, nil
}

// read is the source's record after a reading.
func (s SourceRecord) read(r SourceReading) SourceRecord {
	s.LastError, s.NotBefore, s.TriedAt = r.Err, r.RetryAfter, r.At
	if r.Err != "" {
		if s.FailingSince.IsZero() {
			s.FailingSince = r.At
		}
		return s
	}
	s.FailingSince = time.Time{}
	s.LastReadAt = r.At
	if len(r.Articles) > 0 || r.NotModified && s.Items > 0 {
		s.Readings++
	}
	if s.FirstReadAt.IsZero() && s.Readings > 0 {
		s.FirstReadAt = r.At
	}
	if r.NotModified {
		return s // its validators are still good: a 304 need not repeat them
	}
	s.ETag, s.LastModified, s.ValidatorsOf = r.ETag, r.LastModified, r.ValidatorsOf
	s.Items = len(r.Articles)
	s.Damage = r.Damage
	switch {
	case r.Damage == "":
		s.DamagedSince = time.Time{}
	case s.DamagedSince.IsZero():
		s.DamagedSince = r.At
	}
	if r.Title != "" {
		s.Title = r.Title
	}
	return s
}

// readingEvents records what a person may later ask about: when a source
// began to fail, when that ended, and a quarantine.
func (tx *Tx) readingEvents(ctx context.Context, before, after SourceRecord, sum ReadingSummary, by subscribers.Actor) error {
	e := engine.Entry{Source: after.ID, By: by}
	switch failed, fails := !before.FailingSince.IsZero(), !after.FailingSince.IsZero(); {
	case fails && !failed:
		e.What, e.Detail = "source failing", after.LastError
	case failed && !fails:
		e.What, e.Detail = "source readable again", "failing since "+engine.TimeText(before.FailingSince)
	}
	if e.What != "" {
		if err := tx.Record(ctx, e); err != nil {
			return err
		}
	}
	if sum.Quarantined == 0 {
		return nil
	}
	return tx.Record(ctx, engine.Entry{Source: after.ID, By: by, What: "quarantined",
		Detail: wording.Count(sum.Quarantined, "article")})
}

// saveArticles stores what digest.Absorb makes of the articles of a reading.
func (tx *Tx) saveArticles(ctx context.Context, source SourceRecord, r digest.Reading) (ReadingSummary, error) {
	var sum ReadingSummary
	known, err := tx.known(ctx, source, r.Identified().Articles)
	if err != nil {
		return sum, err
	}
	for _, x := range digest.Absorb(r, known) {
		if err := tx.saveAbsorbed(ctx, r.Source, x); err != nil {
			return sum, err
		}
		sum.count(x)
	}
	return sum, nil
}

// saveAbsorbed stores one article as decided, and every name it was given.
func (tx *Tx) saveAbsorbed(ctx context.Context, source string, x digest.Absorbed) error {
	id := x.Article.ID
	var err error
	switch {
	case x.New:
		if id, err = tx.addArticle(ctx, x.Article); err == nil {
			err = tx.addState(ctx, id, x.State, x.Why)
		}
	case x.Changed:
		err = tx.updateArticle(ctx, x.Article)
	}
	if err != nil {
		return err
	}
	for _, name := range x.Names {
		if err := tx.addAlias(ctx, id, source, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *ReadingSummary) count(x digest.Absorbed) {
	switch {
	case !x.New && x.Changed:
		s.Changed++
	case x.New && x.State == digest.Baseline:
		s.Baseline++
	case x.New && x.State == digest.Quarantined:
		s.Quarantined++
	case x.New:
		s.New++
	}
}

// known gathers what the database holds about the articles of a reading.
func (tx *Tx) known(ctx context.Context, source SourceRecord, articles []digest.Article) (digest.Known, error) {
	known := digest.Known{Readings: source.Readings, LastRead: source.LastReadAt}
	if since := source.DamagedSince; !since.IsZero() && since.Before(known.LastRead) {
		known.LastRead = since // what a damaged source didn't show since then is no surprise
	}
	var urls, guids []string
	for _, a := range articles {
		urls = append(urls, a.Canonical)
		guids = append(guids, a.GUID)
	}
	byURL, err := tx.knownBy(ctx, knownByURL, urls)
	if err != nil {
		return known, err
	}
	known.ByURL = map[string]digest.Article{}
	for url, articles := range byURL {
		known.ByURL[url] = articles[len(articles)-1] // there is one: each link leads to one article
	}
	if known.ByGUID, err = tx.knownBy(ctx, knownByGUID, guids, source.URL); err != nil {
		return known, err
	}
	if known.Sent, err = tx.sentLinks(ctx); err != nil {
		return known, err
	}
	known.Shared, err = tx.shared(ctx, known)
	return known, err
}

// selectNamed reads articles with the name each was asked for by; joins follow,
// in an order that SQLite is to keep: a feed names a few of many articles.
const selectNamed = `
	SELECT` + articleColumns + `,
		j.value
	FROM ` + engine.EachText + ` j`

const (
	knownByURL = selectNamed + `
		CROSS JOIN article_aliases al
		CROSS JOIN articles a
		WHERE al.canonical = j.value AND al.canonical <> '' AND a.id = al.article_id
		ORDER BY a.id`
	knownByGUID = selectNamed + `
		CROSS JOIN article_aliases al
		CROSS JOIN articles a
		WHERE al.source = ? AND al.guid = j.value AND al.guid <> '' AND a.id = al.article_id
		ORDER BY a.id`
)

// knownBy maps names to the articles that have them, each once, in the order of
// their numbers.
func (tx *Tx) knownBy(ctx context.Context, query string, names []string, args ...any) (map[string][]digest.Article, error) {
	list, err := engine.JSONText(append([]string{}, slices.Compact(slices.Sorted(slices.Values(names)))...))
	if err != nil {
		return nil, err
	}
	type named struct {
		name    string
		article digest.Article
	}
	all, err := engine.QueryAll(ctx, tx, func(r engine.Row) (n named, err error) {
		err = scanArticle(r, &n.article, &n.name)
		return n, err
	}, query, append([]any{list}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("look up known articles: %w", err)
	}
	known := map[string][]digest.Article{}
	for _, n := range all {
		got := known[n.name]
		if len(got) == 0 || got[len(got)-1].ID != n.article.ID {
			known[n.name] = append(got, n.article)
		}
	}
	return known, nil
}

// shared says which of the known articles more than one source has given.
func (tx *Tx) shared(ctx context.Context, known digest.Known) (map[int64]bool, error) {
	var ids []int64
	for _, a := range known.ByURL {
		ids = append(ids, a.ID)
	}
	for _, articles := range known.ByGUID {
		for _, a := range articles {
			ids = append(ids, a.ID)
		}
	}
	several, err := engine.QueryAll(ctx, tx, engine.ScanValue[int64], `
		SELECT article_id
		FROM article_aliases
		WHERE article_id `+engine.InIDs+`
		GROUP BY article_id
		HAVING count(DISTINCT source) > 1`, engine.IDList(ids))
	if err != nil {
		return nil, fmt.Errorf("look up shared articles: %w", err)
	}
	shared := map[int64]bool{}
	for _, id := range several {
		shared[id] = true
	}
	return shared, nil
}
