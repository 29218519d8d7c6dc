package content

import (
	"context"
	"errors"
	"fmt"

	"roundup/delivery"
	"roundup/delivery/mail"
	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/store/engine"
	"roundup/store/ledger"
	"roundup/subscribers"
)

var (
	// ErrSlotDecided is returned for a slot that has been decided before.
	ErrSlotDecided = errors.New("the slot was decided before")
	// ErrNotOwed is returned when an article of a starting issue is no longer owed.
	ErrNotOwed = errors.New("an article of the issue is no longer owed")
	// ErrEdited is returned when the next issue was edited since the one that starts was chosen.
	ErrEdited = errors.New("the next issue was edited meanwhile")
	// ErrNewChoice is returned when a reader of the audience has a choice that no variant
	// is for.
	ErrNewChoice = ledger.ErrNewChoice
)

// WithoutSource is on record of an issue for each source that could not be read for it.
const WithoutSource = "without a source"

// Start is an issue with all that becomes fact at its start.
type Start struct {
	Issue      digest.Issue     // a slot other than zero is taken by it; its ID and Number are assigned
	Variants   []digest.Variant // the whole issue first; those that nobody gets are left out, but for that one
	Choices    map[string]int   // the number of the variant, by subscribers.Choice.Text; nil: everybody gets the whole issue
	Edits      *digest.Edits    // that the issue was chosen with; nil: they are not compared
	SlotLabel  string           // local time of the slot
	Month      string           // whose first issue it is; "" for another
	PassedOver []int64          // articles that were eligible and found no place
	Expired    []digest.Fate    // articles to drop for their age
	Without    []SourceRecord   // sources that could not be read for it
	RangeSize  int              // how many readers a range of the audience has at most; 0 for 2,000
}

// StartIssue turns a compiled issue into fact, in one transaction: its number,
// its slot, its articles (reserved, and copied), the edits made for it, the
// frozen mail, and its audience of every active reader who is not suppressed.
// It fails with delivery.ErrLeaseLost, ErrSlotDecided, ErrEdited, ErrNotOwed or ErrNewChoice,
// and then nothing of it has happened.
func (s *Content) StartIssue(ctx context.Context, lease delivery.Lease, start Start) (issue digest.Issue, err error) {
	err = s.write(ctx, func(tx *Tx) error {
		if err := tx.CheckLease(ctx, lease); err != nil {
			return err
		}
		if err := tx.editedSince(ctx, start.Edits); err != nil {
			return err
		}
		issue, err = tx.startIssue(ctx, start, lease.By)
		return err
	})
	if err != nil {
		return digest.Issue{}, fmt.Errorf("start issue: %w", err)
	}
	return issue, nil
}

func (tx *Tx) startIssue(ctx context.Context, start Start, by subscribers.Actor) (digest.Issue, error) {
	issue, err := tx.insertIssue(ctx, start, by)
	if err != nil {
		return digest.Issue{}, err
	}
	readers, err := tx.FreezeAudience(ctx, issue.ID, start.RangeSize, start.Choices)
	if err != nil {
		return digest.Issue{}, err
	}
	steps := []func() error{
		func() error { return tx.insertVariants(ctx, issue, start.Variants, readers) },
		func() error { return tx.printArticles(ctx, issue) },
		func() error { return tx.bindEdits(ctx, issue) },
		func() error { return tx.passOver(ctx, start.PassedOver) },
		func() error { return tx.expire(ctx, start.Expired, by) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return digest.Issue{}, err
		}
	}
	err = tx.Record(ctx, engine.Entry{Issue: issue.ID, What: "issue started", By: by, Detail: issue.Subject})
	if err != nil {
		return digest.Issue{}, err
	}
	for _, s := range start.Without {
		err := tx.Record(ctx, engine.Entry{Issue: issue.ID, Source: s.ID, What: WithoutSource, By: by, Detail: s.URL + ": " + s.LastError})
		if err != nil {
			return digest.Issue{}, err
		}
	}
	return tx.Issue(ctx, issue.Number)
}

// insertIssue assigns number and id, and takes the slot.
func (tx *Tx) insertIssue(ctx context.Context, start Start, by subscribers.Actor) (issue digest.Issue, err error) {
	issue = start.Issue
	if issue.Number, err = tx.nextNumber(ctx); err != nil {
		return issue, err
	}
	if !issue.Slot.IsZero() {
		record := schedule.Slot{At: issue.Slot, Label: start.SlotLabel, Outcome: schedule.Taken, Month: start.Month}
		if err := tx.decideSlot(ctx, record, by); err != nil {
			return issue, err
		}
	}
	tx.Starts(issue.Number)
	issue.Revision = max(issue.Revision, 1)
	issue.ID, err = tx.Insert(ctx, `
		INSERT INTO issues (
			newsletter_id,
			uid,
			number,
			kind,
			slot,
			slug,
			status,
			revision,
			subject,
			preheader,
			note,
			note_file,
			mail_domain,
			mail_token,
			date,
			started_at,
			touched_at,
			search_text
		) VALUES (?, ?, ?, ?, ?, ?, 'sending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		tx.Newsletter, issue.UID, issue.Number, issue.Kind, engine.TimeOrNull(issue.Slot), issue.Slug,
		issue.Revision, issue.Subject, issue.Preheader, issue.Note, issue.NoteFile, issue.MailDomain, mail.IssueToken(issue.UID),
		engine.TimeText(issue.Date), tx.Stamp(), tx.Stamp(), digest.SearchText(issue))
	if err != nil {
		return issue, fmt.Errorf("issue %d: %w", issue.Number, err)
	}
	return issue, nil
}

// printArticles copies the articles into the issue and reserves them.
func (tx *Tx) printArticles(ctx context.Context, issue digest.Issue) error {
	position := 0
	for _, section := range issue.Sections {
		for _, printed := range section.Articles {
			position++
			if err := tx.printArticle(ctx, issue.ID, position, section, printed); err != nil {
				return fmt.Errorf("article %d: %w", printed.ID, err)
			}
		}
	}
	return nil
}

func (tx *Tx) printArticle(ctx context.Context, issueID int64, position int, section digest.IssueSection, printed digest.Printed) error {
	reserved, err := tx.Exec(ctx, `
		UPDATE article_states
		SET state = 'reserved', why = '', issue_id = ?, changed_at = ?
		WHERE newsletter_id = ? AND article_id = ? AND state = 'owed'`,
		issueID, tx.Stamp(), tx.Newsletter, printed.ID)
	if err != nil {
		return err
	}
	if reserved != 1 {
		return ErrNotOwed
	}
	text, err := engine.JSONText(printed)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO issue_articles (issue_id, position, section, section_key, article_id, printed)
		VALUES (?, ?, ?, ?, ?, ?)`,
		issueID, position, section.Title, section.Key, printed.ID, text)
	return err
}

// passOver counts one more choice that articles were eligible for and not in.
func (tx *Tx) passOver(ctx context.Context, ids []int64) error {
	_, err := tx.Exec(ctx, `
		UPDATE article_states
		SET passed_over = passed_over + 1
		WHERE newsletter_id = ? AND state = 'owed' AND article_id `+engine.InIDs,
		tx.Newsletter, engine.IDList(ids))
	if err != nil {
		return fmt.Errorf("count articles passed over: %w", err)
	}
	return nil
}

// expire drops articles that grew too old.
func (tx *Tx) expire(ctx context.Context, fates []digest.Fate, by subscribers.Actor) error {
	for _, fate := range fates {
		why := fate.Reason
		if why == "" {
			why = "older than digest.max_age"
		}
		dropped, err := tx.Exec(ctx, `
			UPDATE article_states
			SET state = 'dropped', why = ?, changed_at = ?
			WHERE newsletter_id = ? AND article_id = ? AND state = 'owed'`,
			why, tx.Stamp(), tx.Newsletter, fate.Candidate.ID)
		if err == nil && dropped > 0 {
			err = tx.Record(ctx, engine.Entry{Article: fate.Candidate.ID, What: ArticleDropped, By: by.Via(subscribers.ThroughSending), Detail: why})
		}
		if err != nil {
			return fmt.Errorf("drop article %d: %w", fate.Candidate.ID, err)
		}
	}
	return nil
}
