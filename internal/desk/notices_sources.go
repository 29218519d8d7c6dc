package desk

import (
	"context"
	"time"

	"roundup/store/content"
	"roundup/subscribers"
)

// failingFor is how long a source must fail before the editor hears of it.
const failingFor = 24 * time.Hour

// tellOfSources tells of sources that fail or are damaged for a day, of articles
// set aside, and when that is over. Of one that is not configured any more nothing
// remains to be told; put back, it is told of anew.
func (d *Desk) tellOfSources(ctx context.Context) error {
	records, err := d.sources(ctx)
	if err != nil {
		return err
	}
	var causes []string
	for _, r := range records {
		causes = append(causes, failingCause(r.URL), damagedCause(r.URL), quarantineCause(r.URL))
		if err := d.tellIfFailing(ctx, r); err != nil {
			return err
		}
		if err := d.tellIfDamaged(ctx, r); err != nil {
			return err
		}
		if err := d.tellOfQuarantine(ctx, r); err != nil {
			return err
		}
	}
	return d.store.CloseNotices(ctx, "source %", causes...)
}

func failingCause(source string) string { return "source " + source + " failing" }

func (d *Desk) tellIfFailing(ctx context.Context, r content.SourceRecord) error {
	cause := failingCause(r.URL)
	if r.LastError == "" {
		return d.end(ctx, cause, News{Kind: SourceReads, Source: r})
	}
	if r.FailingSince.IsZero() || d.now().Sub(r.FailingSince) < failingFor {
		return nil
	}
	return d.begin(ctx, cause, News{Kind: SourceFails, Source: r})
}

func damagedCause(source string) string { return "source " + source + " damaged" }

// tellIfDamaged tells of a source that could be read for a day, but not without
// a loss.
func (d *Desk) tellIfDamaged(ctx context.Context, r content.SourceRecord) error {
	cause := damagedCause(r.URL)
	if r.DamagedSince.IsZero() {
		return d.end(ctx, cause, News{Kind: SourceWhole, Source: r})
	}
	if d.now().Sub(r.DamagedSince) < failingFor {
		return nil
	}
	return d.begin(ctx, cause, News{Kind: SourceDamaged, Source: r})
}

func quarantineCause(source string) string { return "source " + source + " quarantined" }

// tellOfQuarantine tells of articles that wait for a decision. That it was made
// is no news to whoever made it.
func (d *Desk) tellOfQuarantine(ctx context.Context, r content.SourceRecord) error {
	cause := quarantineCause(r.URL)
	if r.Quarantined == 0 {
		_, err := d.store.CloseNotice(ctx, cause)
		return err
	}
	return d.begin(ctx, cause, News{Kind: Quarantined, Source: r})
}

// SettleQuarantine owes a source's quarantined articles, or makes them known and
// never owed, and returns how many there were.
func (d *Desk) SettleQuarantine(ctx context.Context, source string, accept bool, by subscribers.Actor) (int, error) {
	settle := d.store.IgnoreQuarantine
	if accept {
		settle = d.store.AcceptQuarantine
	}
	n, err := settle(ctx, source, by)
	if err != nil {
		return n, err
	}
	// The next quarantine is news again.
	_, err = d.store.CloseNotice(ctx, quarantineCause(source))
	return n, err
}

// AcceptEmpty takes a source at its word that has no article any more, and
// reports whether it was failing because of that.
func (d *Desk) AcceptEmpty(ctx context.Context, source string, by subscribers.Actor) (bool, error) {
	empty, err := d.store.AcceptEmpty(ctx, source, by)
	if err != nil || !empty {
		return false, err
	}
	_, err = d.store.CloseNotice(ctx, failingCause(source)) // no news to whoever said so
	return true, err
}
