package content

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"roundup/digest"
	"roundup/store/engine"
)

// Facts about what was dealt with before this database was in charge, by their key in meta.
const (
	metaAlreadySent = "already_sent" // a moment: what is older went out before
	metaSentLinks   = "sent_links"   // articles not known yet that went out before
	metaSlotsDone   = "slots_done"   // a moment: slots up to it were dealt with elsewhere
)

// AlreadySentUntil is the moment up to which articles went out before this
// database knew of them; zero for none.
func (s *Content) AlreadySentUntil(ctx context.Context) (until time.Time, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		until, err = tx.MetaTime(ctx, metaAlreadySent)
		return err
	})
	return until, err
}

// SetAlreadySentUntil sets what AlreadySentUntil returns, and takes articles
// that are owed and dated up to then off the ledger. The zero time clears it.
func (s *Content) SetAlreadySentUntil(ctx context.Context, until time.Time) error {
	return s.write(ctx, func(tx *Tx) error { return tx.SetAlreadySent(ctx, until) })
}

// SetAlreadySent is SetAlreadySentUntil within a transaction.
func (tx *Tx) SetAlreadySent(ctx context.Context, until time.Time) error {
	if until.IsZero() {
		return tx.SetMeta(ctx, metaAlreadySent, "")
	}
	if err := tx.SetMeta(ctx, metaAlreadySent, engine.TimeText(until)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE article_states
		SET state = 'baseline',
		    why = 'went out before this database was in charge',
		    changed_at = ?
		WHERE newsletter_id = ? AND state = 'owed' AND article_id IN (
			SELECT id FROM articles WHERE coalesce(published, first_seen) <= ?)`,
		tx.Stamp(), tx.Newsletter, engine.TimeText(until))
	if err != nil {
		return fmt.Errorf("settle articles already sent: %w", err)
	}
	return nil
}

// SentIssue is an issue that went out from elsewhere, as a copy of its mail says.
type SentIssue struct {
	Number int
	Start  time.Time // slots up to it were dealt with, if it is past
	Links  []string  // canonical addresses of what it carried, as digest.AsPrinted has them
}

// SettledIssue is what became of such an issue's articles.
type SettledIssue struct {
	SentIssue
	Settled int      // were owed here, and are no more
	Known   int      // were not owed here
	Unknown []string // are not known here yet; they will not be owed
}

// SettleIssues takes the articles of issues that went out elsewhere off the
// ledger. Those not known yet are remembered by their links.
func (tx *Tx) SettleIssues(ctx context.Context, issues []SentIssue) (all []SettledIssue, err error) {
	if len(issues) == 0 {
		return nil, nil
	}
	links, err := tx.sentLinks(ctx)
	if err != nil {
		return nil, err
	}
	known, err := tx.printedAt(ctx)
	if err != nil {
		return nil, err
	}
	slots, err := tx.MetaTime(ctx, metaSlotsDone)
	if err != nil {
		return nil, err
	}
	for _, issue := range issues {
		settled, err := tx.settleIssue(ctx, issue, known)
		if err != nil {
			return nil, fmt.Errorf("issue %d from elsewhere: %w", issue.Number, err)
		}
		for _, link := range settled.Unknown {
			links[link] = issue.Number
		}
		if issue.Start.After(slots) {
			slots = issue.Start
		}
		if slots.After(tx.At) { // the date in a mail may be wrong, and no slot counts before then
			slots = tx.At
		}
		all = append(all, settled)
	}
	text, err := engine.JSONText(links)
	if err != nil {
		return nil, err
	}
	if err := tx.SetMeta(ctx, metaSentLinks, text); err != nil {
		return nil, err
	}
	return all, tx.SetMeta(ctx, metaSlotsDone, engine.TimeText(slots))
}

func (tx *Tx) settleIssue(ctx context.Context, issue SentIssue, known map[string][]int64) (s SettledIssue, err error) {
	s.SentIssue = issue
	for _, link := range slices.Compact(slices.Sorted(slices.Values(issue.Links))) {
		if len(known[link]) == 0 {
			s.Unknown = append(s.Unknown, link)
			continue
		}
		n, err := tx.Exec(ctx, `
			UPDATE article_states
			SET state = 'baseline', why = ?, owed_since = NULL, changed_at = ?
			WHERE newsletter_id = ? AND state IN ('owed', 'quarantined') AND article_id `+engine.InIDs,
			fmt.Sprintf("went out in issue %d, before this database was in charge", issue.Number),
			tx.Stamp(), tx.Newsletter, engine.IDList(known[link]))
		if err != nil {
			return s, err
		}
		if s.Settled += int(n); n == 0 {
			s.Known++
		}
	}
	return s, nil
}

// printedAt maps the addresses of all articles, as digest.AsPrinted has them, to
// the articles.
func (tx *Tx) printedAt(ctx context.Context) (map[string][]int64, error) {
	type address struct {
		canonical string
		article   int64
	}
	all, err := engine.QueryAll(ctx, tx, func(r engine.Row) (a address, err error) {
		err = r.Scan(&a.canonical, &a.article)
		return a, err
	}, `
		SELECT
			canonical,
			article_id
		FROM article_aliases
		WHERE canonical <> ''`)
	if err != nil {
		return nil, fmt.Errorf("read the addresses of articles: %w", err)
	}
	at := map[string][]int64{}
	for _, a := range all {
		link := digest.AsPrinted(a.canonical)
		at[link] = append(at[link], a.article)
	}
	return at, nil
}

// sentLinks maps the canonical addresses, as digest.AsPrinted has them, of articles
// that went out before this database was in charge, and that it had never seen, to
// the issues' numbers.
func (tx *Tx) sentLinks(ctx context.Context) (map[string]int, error) {
	links := map[string]int{}
	text, err := tx.Meta(ctx, metaSentLinks)
	if err != nil || text == "" {
		return links, err
	}
	if err := json.Unmarshal([]byte(text), &links); err != nil {
		return nil, fmt.Errorf("read %s: %w", metaSentLinks, err)
	}
	return links, nil
}
