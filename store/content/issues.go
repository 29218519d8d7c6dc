package content

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundup/digest"
	"roundup/store/engine"
)

// Issue returns the issue of that number, articles and all; ErrNotFound.
func (s *Content) Issue(ctx context.Context, number int) (issue digest.Issue, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		issue, err = tx.Issue(ctx, number)
		return err
	})
	return issue, err
}

// IssueByMailToken returns the issue that a token in a Message-ID stands for
// (mail.IssueToken), without its articles; ErrNotFound.
func (s *Content) IssueByMailToken(ctx context.Context, token string) (issue digest.Issue, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		issues, err := tx.IssueLines(ctx, `AND mail_token = ?`, token)
		if err == nil && len(issues) == 0 {
			err = engine.ErrNotFound
		}
		if err == nil {
			issue = issues[0]
		}
		return err
	})
	return issue, err
}

// Issues returns the latest issues, newest first; all of them for limit 0.
func (s *Content) Issues(ctx context.Context, limit int) (issues []digest.Issue, err error) {
	if limit <= 0 {
		limit = engine.NoLimit
	}
	err = s.read(ctx, func(tx *Tx) error {
		issues, err = tx.issues(ctx, `ORDER BY number DESC LIMIT ?`, limit)
		return err
	})
	return issues, err
}

// UnderWay returns the issues that are sending, waiting or held, oldest first.
func (s *Content) UnderWay(ctx context.Context) (issues []digest.Issue, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		issues, err = tx.issues(ctx, `AND finished_at IS NULL ORDER BY number`)
		return err
	})
	return issues, err
}

// SentSince returns the issues that were sent since then, oldest first.
func (s *Content) SentSince(ctx context.Context, since time.Time) (issues []digest.Issue, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		issues, err = tx.issues(ctx, `AND status = 'sent' AND finished_at >= ? ORDER BY number`, engine.TimeText(since))
		return err
	})
	return issues, err
}

// Unaccounted returns the issues that were sent or cancelled since then and of whose end not
// all is done that follows (NoteAccounted), oldest first.
func (s *Content) Unaccounted(ctx context.Context, since time.Time) (issues []digest.Issue, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		issues, err = tx.issues(ctx, `
			AND finished_at >= ? AND coalesce(accounted_at, '') <> finished_at
			ORDER BY number`, engine.TimeText(since))
		return err
	})
	return issues, err
}

// NoteAccounted puts on record that all is done that follows from an issue's end. One that
// ends once more, because a delivery was settled by hand, is unaccounted again.
func (s *Content) NoteAccounted(ctx context.Context, issueID int64) error {
	err := s.write(ctx, func(tx *Tx) error {
		_, err := tx.Exec(ctx, `UPDATE issues SET accounted_at = finished_at WHERE id = ?`, issueID)
		return err
	})
	if err != nil {
		return fmt.Errorf("note that an issue is accounted for: %w", err)
	}
	return nil
}

// LastSent is when the last issue was finished; zero before the first.
func (s *Content) LastSent(ctx context.Context) (time.Time, error) {
	return s.issueTime(ctx, `SELECT max(finished_at) FROM issues WHERE newsletter_id = ? AND status = 'sent'`, s.db.Newsletter())
}

// IssueTouched is when the issue last saw a claim, a result or a change of status.
func (s *Content) IssueTouched(ctx context.Context, issueID int64) (time.Time, error) {
	return s.issueTime(ctx, `
		SELECT max(at)
		FROM (
			SELECT touched_at AS at FROM issues WHERE id = ?
			UNION ALL
			SELECT touched_at FROM ranges WHERE issue_id = ?) AS moves`, issueID, issueID)
}

// WaitingSince is since when the issue has been waiting; zero when it is not.
func (s *Content) WaitingSince(ctx context.Context, issueID int64) (time.Time, error) {
	return s.issueTime(ctx, `SELECT waiting_since FROM issues WHERE id = ?`, issueID)
}

func (s *Content) issueTime(ctx context.Context, query string, args ...any) (t time.Time, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		t, err = engine.QueryOne(ctx, tx, func(r engine.Row) (t time.Time, err error) { return t, r.Scan(engine.TimeInto(&t)) }, query, args...)
		return err
	})
	if err != nil {
		return time.Time{}, fmt.Errorf("read issue's time: %w", err)
	}
	return t, nil
}

// Issue returns the issue of that number, articles and all; ErrNotFound.
func (tx *Tx) Issue(ctx context.Context, number int) (digest.Issue, error) {
	issues, err := tx.issues(ctx, `AND number = ?`, number)
	if err != nil {
		return digest.Issue{}, err
	}
	if len(issues) == 0 {
		return digest.Issue{}, fmt.Errorf("issue %d: %w", number, engine.ErrNotFound)
	}
	return issues[0], nil
}

// issues returns the issues that the end of the query asks for, with their articles.
func (tx *Tx) issues(ctx context.Context, which string, args ...any) ([]digest.Issue, error) {
	issues, err := tx.IssueLines(ctx, which, args...)
	if err != nil {
		return nil, err
	}
	return issues, tx.addSections(ctx, issues)
}

// IssueLines returns the issues that the end of the query asks for, without their articles.
func (tx *Tx) IssueLines(ctx context.Context, which string, args ...any) ([]digest.Issue, error) {
	issues, err := engine.QueryAll(ctx, tx, scanIssue, `
		SELECT
			id,
			uid,
			number,
			kind,
			slot,
			slug,
			status,
			why,
			revision,
			subject,
			preheader,
			note,
			note_file,
			mail_domain,
			date,
			started_at,
			finished_at,
			unpublished_at,
			corrections,
			corrected_at
		FROM issues
		WHERE newsletter_id = ? `+which, append([]any{tx.Newsletter}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("read issues: %w", err)
	}
	return issues, nil
}

// addSections reads the articles of issues.
func (tx *Tx) addSections(ctx context.Context, issues []digest.Issue) (err error) {
	for i := range issues {
		if issues[i].Sections, err = tx.sections(ctx, issues[i].ID); err != nil {
			return fmt.Errorf("issue %d: %w", issues[i].Number, err)
		}
	}
	return nil
}

func scanIssue(r engine.Row) (i digest.Issue, err error) {
	return i, r.Scan(
		&i.ID,
		&i.UID,
		&i.Number,
		&i.Kind,
		engine.TimeInto(&i.Slot),
		&i.Slug,
		&i.Status,
		&i.Why,
		&i.Revision,
		&i.Subject,
		&i.Preheader,
		&i.Note,
		&i.NoteFile,
		&i.MailDomain,
		engine.TimeInto(&i.Date),
		engine.TimeInto(&i.Started),
		engine.TimeInto(&i.Finished),
		engine.TimeInto(&i.Unpublished),
		engine.JSONInto(&i.Corrections),
		engine.TimeInto(&i.Corrected))
}

// printedIn is an article of an issue with the section it is printed in.
type printedIn struct {
	title, key string
	printed    digest.Printed
}

// sections returns the issue's articles as printed: neighbours of one section are
// together.
func (tx *Tx) sections(ctx context.Context, issueID int64) ([]digest.IssueSection, error) {
	scan := func(r engine.Row) (p printedIn, err error) {
		return p, r.Scan(&p.title, &p.key, engine.JSONInto(&p.printed))
	}
	all, err := engine.QueryAll(ctx, tx, scan, `
		SELECT section, section_key, printed
		FROM issue_articles
		WHERE issue_id = ?
		ORDER BY position`, issueID)
	if err != nil {
		return nil, fmt.Errorf("read printed articles: %w", err)
	}
	var sections []digest.IssueSection
	for _, p := range all {
		if n := len(sections); n == 0 || sections[n-1].Title != p.title {
			sections = append(sections, digest.IssueSection{Title: p.title, Key: p.key})
		}
		last := &sections[len(sections)-1]
		last.Articles = append(last.Articles, p.printed)
	}
	return sections, nil
}

// LastNoteFile is the digest of the note file as it was last printed, and the
// number of the issue that did; "" before the first. An issue that was cancelled
// before it reached anybody does not count.
func (s *Content) LastNoteFile(ctx context.Context) (digest string, number int, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		digest, err = engine.QueryOne(ctx, tx, func(r engine.Row) (digest string, err error) {
			return digest, r.Scan(&digest, &number)
		}, `
			SELECT
				i.note_file,
				i.number
			FROM issues i
			WHERE i.newsletter_id = ? AND i.note_file <> ''
				AND (i.status <> 'cancelled' OR i.reached_at IS NOT NULL)
			ORDER BY i.number DESC
			LIMIT 1`, tx.Newsletter)
		return err
	})
	if errors.Is(err, engine.ErrNotFound) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, fmt.Errorf("read the last note: %w", err)
	}
	return digest, number, nil
}
