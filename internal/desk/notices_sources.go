package desk

import (
	"context"
	"time"

	"roundup/store/content"
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
