package content

import (
	"context"
	"errors"
	"fmt"

	"roundup/digest"
	"roundup/store/engine"
	"roundup/subscribers"
)

var (
	// ErrNotOut is returned for a correction of an issue that nobody has.
	ErrNotOut = errors.New("nobody has it, so there is nothing to correct")
	// ErrNoCorrection is returned where a correction is to be taken away and there is none.
	ErrNoCorrection = errors.New("it has no correction")
)

// CorrectIssue puts a correction on record, which stands on top of the issue's page; its
// mails stay as they were frozen. It fails with ErrNotOut.
func (s *Content) CorrectIssue(ctx context.Context, number int, text string, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		out, err := engine.QueryOne(ctx, tx, engine.ScanValue[bool], `SELECT reached_at IS NOT NULL FROM issues WHERE id = ?`, issue.ID)
		if err != nil {
			return fmt.Errorf("read whom it reached: %w", err)
		}
		if !out {
			return ErrNotOut
		}
		issue.Corrections = append(issue.Corrections, digest.IssueCorrection{At: tx.At, Text: text})
		return tx.setCorrections(ctx, issue, engine.Entry{What: IssueCorrected, By: by, Detail: text})
	})
}

// RemoveCorrection takes the last correction of an issue away. It fails with ErrNoCorrection.
func (s *Content) RemoveCorrection(ctx context.Context, number int, by subscribers.Actor) error {
	return s.changeStatus(ctx, number, func(tx *Tx, issue digest.Issue) error {
		last := len(issue.Corrections) - 1
		if last < 0 {
			return ErrNoCorrection
		}
		removed := issue.Corrections[last]
		issue.Corrections = issue.Corrections[:last]
		return tx.setCorrections(ctx, issue, engine.Entry{What: "correction removed", By: by, Detail: removed.Text})
	})
}

// IssueCorrected is what is on record of a correction (engine.Entry.What).
const IssueCorrected = "issue corrected"

// setCorrections writes an issue's corrections. That one was taken away is a change of the
// page too: whoever asks whether there is another is to get it.
func (tx *Tx) setCorrections(ctx context.Context, issue digest.Issue, change engine.Entry) error {
	list, err := engine.JSONText(issue.Corrections)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE issues SET corrections = ?, corrected_at = ?, search_text = ? WHERE id = ?`,
		list, tx.Stamp(), digest.SearchText(issue), issue.ID)
	if err != nil {
		return fmt.Errorf("record what was corrected: %w", err)
	}
	change.Issue = issue.ID
	return tx.Record(ctx, change)
}
