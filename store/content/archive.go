package content

import (
	"context"
	"fmt"
	"strings"
	"time"

	"roundup/digest"
	"roundup/store/engine"
	"roundup/subscribers"
)

// InArchive is which issues the archive has: those that reached somebody and are
// not taken down.
const InArchive = ` AND reached_at IS NOT NULL AND unpublished_at IS NULL`

// Page returns the page of the issue with this slug as it was frozen, with its
// neighbours in the archive. It has no HTML where there is no such issue, or it has
// not reached anybody, or it is taken down; then Issue.Unpublished says since when.
func (s *Content) Page(ctx context.Context, slug string) (page digest.ArchivedPage, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		page, err = tx.page(ctx, slug)
		return err
	})
	if err != nil {
		return digest.ArchivedPage{}, fmt.Errorf("read page: %w", err)
	}
	return page, nil
}

func (tx *Tx) page(ctx context.Context, slug string) (page digest.ArchivedPage, err error) {
	found, err := tx.IssueLines(ctx, `AND slug = ? AND reached_at IS NOT NULL ORDER BY number DESC LIMIT 1`, slug)
	if err != nil || len(found) == 0 {
		return page, err
	}
	page.Issue = found[0]
	if !page.Issue.Unpublished.IsZero() {
		return page, nil
	}
	page.HTML, err = engine.QueryOne(ctx, tx, engine.ScanValue[string], `
		SELECT page
		FROM issue_variants
		WHERE issue_id = ? AND number = ?
		ORDER BY revision DESC
		LIMIT 1`, page.Issue.ID, digest.Whole)
	if err != nil {
		return page, err
	}
	if page.Previous, err = tx.neighbour(ctx, `AND number < ? ORDER BY number DESC LIMIT 1`, page.Issue.Number); err != nil {
		return page, err
	}
	page.Next, err = tx.neighbour(ctx, `AND number > ? ORDER BY number LIMIT 1`, page.Issue.Number)
	return page, err
}

// neighbour is the issue of the archive that the end of the query asks for; the
// zero issue where there is none.
func (tx *Tx) neighbour(ctx context.Context, which string, number int) (digest.Issue, error) {
	found, err := tx.IssueLines(ctx, InArchive+` `+which, number)
	if err != nil || len(found) == 0 {
		return digest.Issue{}, err
	}
	return found[0], nil
}

// Archived returns issues of the archive, newest first.
func (s *Content) Archived(ctx context.Context, q digest.ArchiveQuery) (issues []digest.Issue, err error) {
	which, args := archived(q)
	err = s.read(ctx, func(tx *Tx) error {
		if issues, err = tx.IssueLines(ctx, which, args...); err != nil || !q.Articles {
			return err
		}
		return tx.addSections(ctx, issues)
	})
	if err != nil {
		return nil, fmt.Errorf("read archive: %w", err)
	}
	return issues, nil
}

// archived is the end of the query for the issues asked for.
func archived(q digest.ArchiveQuery) (which string, args []any) {
	var b strings.Builder
	b.WriteString(InArchive)
	add := func(condition string, arg any) {
		b.WriteString(` AND ` + condition)
		args = append(args, arg)
	}
	if q.Before > 0 {
		add(`number < ?`, q.Before)
	}
	if !q.From.IsZero() {
		add(`date >= ?`, engine.TimeText(q.From))
	}
	if !q.Until.IsZero() {
		add(`date < ?`, engine.TimeText(q.Until))
	}
	if q.Section != "" {
		add(`EXISTS (SELECT 1 FROM issue_articles a WHERE a.issue_id = issues.id AND a.section_key = ?)`, q.Section)
	}
	for _, word := range q.Words {
		add(`search_text LIKE ? ESCAPE '!'`, "%"+strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(word)+"%")
	}
	limit := q.Limit
	if limit <= 0 {
		limit = engine.NoLimit
	}
	b.WriteString(` ORDER BY number DESC LIMIT ?`)
	return b.String(), append(args, limit)
}

// ArchivedDates returns the date of every issue of the archive, newest first.
func (s *Content) ArchivedDates(ctx context.Context) (dates []time.Time, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		dates, err = engine.QueryAll(ctx, tx, func(r engine.Row) (t time.Time, err error) { return t, r.Scan(engine.TimeInto(&t)) },
			`SELECT date FROM issues WHERE newsletter_id = ?`+InArchive+` ORDER BY date DESC`, tx.Newsletter)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read archive's dates: %w", err)
	}
	return dates, nil
}

// UnpublishIssue takes an issue's page down; PublishIssue puts it back. One that
// is so already stays so.
func (s *Content) UnpublishIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	return s.publish(ctx, number, why, by, false)
}

// PublishIssue puts an issue's page back that was taken down.
func (s *Content) PublishIssue(ctx context.Context, number int, why string, by subscribers.Actor) error {
	return s.publish(ctx, number, why, by, true)
}

func (s *Content) publish(ctx context.Context, number int, why string, by subscribers.Actor, public bool) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		if public == issue.Unpublished.IsZero() {
			return nil
		}
		what, at := "issue published", any(nil)
		if !public {
			what, at = "issue unpublished", tx.Stamp()
		}
		if _, err := tx.Exec(ctx, `UPDATE issues SET unpublished_at = ? WHERE id = ?`, at, issue.ID); err != nil {
			return fmt.Errorf("record what is public: %w", err)
		}
		return tx.Record(ctx, engine.Entry{Issue: issue.ID, What: what, By: by, Detail: why})
	})
}
