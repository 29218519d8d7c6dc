package desk

import (
	"context"
	"fmt"
	"time"

	"roundup/digest"
	"roundup/internal/wording"
	"roundup/store"
)

// failingFor is how long a source must fail before the editor hears of it.
const failingFor = 24 * time.Hour

// tellOfSources tells of sources that fail or are damaged for a day, of articles
// set aside, and when that is over.
func (d *Desk) tellOfSources(ctx context.Context) error {
	records, err := d.sources(ctx)
	if err != nil {
		return err
	}
	for _, r := range records {
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
	return nil
}

func failingCause(source string) string { return "source " + source + " failing" }

func (d *Desk) tellIfFailing(ctx context.Context, r store.SourceRecord) error {
	cause := failingCause(r.URL)
	if r.LastError == "" {
		return d.end(ctx, notice{Cause: cause, Subject: "a source can be read again", Text: r.URL})
	}
	if r.FailingSince.IsZero() || d.now().Sub(r.FailingSince) < failingFor {
		return nil
	}
	text := r.URL + "\n" + r.LastError + "\nIssues go out without it."
	if digest.SaysEmptied(r.LastError) {
		text = r.URL + "\n" + r.LastError + "\nWhat was read of it before stays owed. If it may be empty: roundup sources accept " + r.URL
	}
	return d.begin(ctx, notice{Cause: cause, Subject: "a source has been failing for a day", Text: text})
}

// tellIfDamaged tells of a source that could be read for a day, but not without
// a loss.
func (d *Desk) tellIfDamaged(ctx context.Context, r store.SourceRecord) error {
	cause := "source " + r.URL + " damaged"
	if r.DamagedSince.IsZero() {
		return d.end(ctx, notice{Cause: cause, Subject: "a source is whole again", Text: r.URL})
	}
	if d.now().Sub(r.DamagedSince) < failingFor {
		return nil
	}
	return d.begin(ctx, notice{
		Cause:   cause,
		Subject: "a source has been damaged for a day",
		Text:    r.URL + "\n" + r.Damage + "\nWhat can be read of it goes out. Articles may be missing, or parts of them: tell its publisher.",
	})
}

func quarantineCause(source string) string { return "source " + source + " quarantined" }

// tellOfQuarantine tells of articles that wait for a decision. That it was made
// is no news to whoever made it.
func (d *Desk) tellOfQuarantine(ctx context.Context, r store.SourceRecord) error {
	cause := quarantineCause(r.URL)
	if r.Quarantined == 0 {
		_, err := d.store.CloseNotice(ctx, cause)
		return err
	}
	return d.begin(ctx, notice{
		Cause:   cause,
		Subject: fmt.Sprintf("%s of a source wait for a decision", wording.Count(r.Quarantined, "article")),
		Text: fmt.Sprintf(`%s
It suddenly showed %s that it dates before its last reading, and that were not known: most
likely its links or its archive have changed. They are quarantined: issues go out without
them, and with whatever is new.

Which they are:            roundup articles list --state quarantined
They are new, send them:   roundup sources accept %[1]s
They are old, never send:  roundup sources ignore %[1]s`,
			r.URL, wording.Count(r.Quarantined, "article")),
	})
}

// SettleQuarantine owes a source's quarantined articles, or makes them known and
// never owed, and returns how many there were.
func (d *Desk) SettleQuarantine(ctx context.Context, source string, accept bool) (int, error) {
	settle := d.store.IgnoreQuarantine
	if accept {
		settle = d.store.AcceptQuarantine
	}
	n, err := settle(ctx, source)
	if err != nil {
		return n, err
	}
	// The next quarantine is news again.
	_, err = d.store.CloseNotice(ctx, quarantineCause(source))
	return n, err
}

// AcceptEmpty takes a source at its word that has no article any more, and
// reports whether it was failing because of that.
func (d *Desk) AcceptEmpty(ctx context.Context, source string) (bool, error) {
	empty, err := d.store.AcceptEmpty(ctx, source)
	if err != nil || !empty {
		return false, err
	}
	_, err = d.store.CloseNotice(ctx, failingCause(source)) // no news to whoever said so
	return true, err
}
