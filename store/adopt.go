package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundup/store/engine"
	"roundup/subscribers"
)

// AdoptOptions are the answers of whoever adopts a database.
type AdoptOptions struct {
	NextNumber       int         // of the next issue; 0 to go on from the last one here
	AlreadySentUntil time.Time   // articles dated up to here, and slots, were dealt with elsewhere; zero for none
	Issues           []SentIssue // that went out elsewhere
	By               subscribers.Actor
}

// Adopted is what an adoption found and did.
type Adopted struct {
	Replayed
	Issues []SettledIssue // those given
}

// Adopt puts the database in charge here. Issues under way are held, since
// nobody here knows how far they got elsewhere; mail that waited in a copy's
// outbox is given up; and who left since, by the record beside the database,
// leaves again.
func (s *Store) Adopt(ctx context.Context, o AdoptOptions) (done Adopted, err error) {
	lines, err := s.leftOnRecord()
	if err != nil {
		return done, err
	}
	var f facts
	err = s.write(ctx, func(tx *Tx) (err error) {
		if f, err = tx.adopt(ctx, o); err != nil {
			return err
		}
		if done.Issues, err = tx.settleIssues(ctx, o.Issues); err != nil {
			return err
		}
		done.Replayed, err = tx.replay(ctx, lines, o.By.Via(subscribers.ThroughAdopt))
		return err
	})
	if err != nil {
		return done, err
	}
	return done, s.mark(ctx, f)
}

func (tx *Tx) adopt(ctx context.Context, o AdoptOptions) (facts, error) {
	by := o.By.Via(subscribers.ThroughAdopt)
	f, err := tx.facts(ctx)
	if err != nil {
		return f, err
	}
	if err := tx.giveUpOutbox(ctx); err != nil {
		return f, err
	}
	// Copies made before this are not taken for this database any more.
	f.id = lineage(f.id) + randomHex(engine.IDSize/2)
	err = errors.Join(tx.setMeta(ctx, metaCopyOf, ""), tx.setMeta(ctx, metaID, f.id))
	if err != nil {
		return f, err
	}
	if o.NextNumber > 0 {
		f.lastIssue = max(f.lastIssue, o.NextNumber-1)
		if err := tx.setNextNumber(ctx, o.NextNumber); err != nil {
			return f, err
		}
	}
	if !o.AlreadySentUntil.IsZero() {
		if err := tx.setAlreadySent(ctx, o.AlreadySentUntil); err != nil {
			return f, err
		}
	}
	if err := tx.holdAll(ctx, "the database was adopted here; how far the issue got elsewhere is not known", by); err != nil {
		return f, err
	}
	return f, tx.event(ctx, event{what: "database adopted", by: by, detail: f.original})
}

func (tx *Tx) giveUpOutbox(ctx context.Context) error {
	_, err := tx.Exec(ctx, `
		UPDATE outbox
		SET state = 'failed', error = 'not sent: it waited when the database was adopted', changed_at = ?
		WHERE state IN ('queued', 'sending')`, tx.Stamp())
	if err != nil {
		return fmt.Errorf("give up outbox: %w", err)
	}
	return nil
}

// SentIssue is an issue that went out from elsewhere, as a copy of its mail says.
type SentIssue struct {
	Number int
	Start  time.Time // slots up to it were dealt with
	Links  []string  // canonical addresses of what it carried
}

// SettledIssue is what became of such an issue's articles.
type SettledIssue struct {
	SentIssue
	Settled int      // were owed here, and are no more
	Known   int      // were not owed here
	Unknown []string // are not known here yet; they will not be owed
}

// settleIssues takes the articles of issues that went out elsewhere off the
// ledger. Those not known yet are remembered by their links.
func (tx *Tx) settleIssues(ctx context.Context, issues []SentIssue) (all []SettledIssue, err error) {
	if len(issues) == 0 {
		return nil, nil
	}
	links, err := tx.sentLinks(ctx)
	if err != nil {
		return nil, err
	}
	slots, err := tx.metaTime(ctx, metaSlotsDone)
	if err != nil {
		return nil, err
	}
	for _, issue := range issues {
		settled, err := tx.settleIssue(ctx, issue)
		if err != nil {
			return nil, fmt.Errorf("issue %d from elsewhere: %w", issue.Number, err)
		}
		for _, link := range settled.Unknown {
			links[link] = issue.Number
		}
		if issue.Start.After(slots) {
			slots = issue.Start
		}
		all = append(all, settled)
	}
	text, err := engine.JSONText(links)
	if err != nil {
		return nil, err
	}
	if err := tx.setMeta(ctx, metaSentLinks, text); err != nil {
		return nil, err
	}
	return all, tx.setMeta(ctx, metaSlotsDone, engine.TimeText(slots))
}

func (tx *Tx) settleIssue(ctx context.Context, issue SentIssue) (s SettledIssue, err error) {
	s.SentIssue = issue
	known, err := tx.knownBy(ctx, knownByURL, issue.Links)
	if err != nil {
		return s, err
	}
	for _, link := range slices.Compact(slices.Sorted(slices.Values(issue.Links))) {
		articles := known[link]
		if len(articles) == 0 {
			s.Unknown = append(s.Unknown, link)
			continue
		}
		n, err := tx.Exec(ctx, `
			UPDATE article_states
			SET state = 'baseline', why = ?, owed_since = NULL, changed_at = ?
			WHERE newsletter_id = ? AND article_id = ? AND state IN ('owed', 'quarantined')`,
			fmt.Sprintf("went out in issue %d, before this database was in charge", issue.Number),
			tx.Stamp(), tx.Newsletter, articles[len(articles)-1].ID)
		if err != nil {
			return s, err
		}
		if s.Settled += int(n); n == 0 {
			s.Known++
		}
	}
	return s, nil
}

// sentLinks maps the canonical addresses of articles that went out before this
// database was in charge, and that it had never seen, to the issues' numbers.
func (tx *Tx) sentLinks(ctx context.Context) (map[string]int, error) {
	links := map[string]int{}
	text, err := tx.meta(ctx, metaSentLinks)
	if err != nil || text == "" {
		return links, err
	}
	if err := json.Unmarshal([]byte(text), &links); err != nil {
		return nil, fmt.Errorf("read %s: %w", metaSentLinks, err)
	}
	return links, nil
}
