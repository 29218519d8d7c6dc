package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"

	"roundup/store/engine"
	"roundup/subscribers"
)

// ImportOptions says how rows are taken in.
type ImportOptions struct {
	Policy   subscribers.ImportPolicy // its Suppressed is set for each row here
	By       subscribers.Actor        // through "import of list.csv"
	Rehearse bool                     // change nothing, and count as if it were done
}

// ImportCounts is what became of the rows of a batch.
type ImportCounts struct {
	Added     int
	Mailable  int // of the added: active, at an address that is not suppressed
	Updated   int
	Unchanged int
	Skipped   []SkippedRow // left as they were, against what the file asks
}

// SkippedRow is a row that an import may not do as it says.
type SkippedRow struct {
	Line int
	Why  string
}

// ImportBatch takes in rows of a file, in one transaction: they should be few, since
// a sender and the web wait for their turn meanwhile. What each does is decided by
// subscribers.Merge; the addresses that the file calls bounced or complained are
// suppressed besides. With an error nothing of them is in. Importing rows again
// changes nothing. It is quickest with rows in the order of their hashes
// (subscribers.Keyring.AddressHash): what belongs together in the indexes comes together.
func (s *Store) ImportBatch(ctx context.Context, rows []subscribers.Row, o ImportOptions) (ImportCounts, error) {
	if len(rows) == 0 {
		return ImportCounts{}, nil
	}
	keys, err := s.Keyring(ctx)
	if err != nil {
		return ImportCounts{}, err
	}
	hashes := make([][]byte, len(rows))
	for i, row := range rows {
		hashes[i] = keys.AddressHash(row.Address.Key)
	}
	transact := s.write
	if o.Rehearse {
		transact = s.read
	}
	var im *importer
	err = transact(ctx, func(tx *Tx) (err error) {
		im = &importer{tx: tx, options: o}
		return im.take(ctx, rows, hashes)
	})
	if err != nil {
		return ImportCounts{}, fmt.Errorf("import %d lines from line %d on: %w", len(rows), rows[0].Line, err)
	}
	return im.counts, nil
}

// importer takes rows in within one transaction. What the list knows about
// them is looked up once, and kept as the rows change it.
type importer struct {
	tx         *Tx
	options    ImportOptions
	byKey      map[string]*imported
	byID       map[subscribers.PublicID]*imported // of those, only id and key are set
	suppressed map[string]subscribers.Reason      // by hash
	added      []*imported                        // in the order of their rows
	suppress   []subscribers.Suppression          // to be added, once those are there
	owing      bool                               // an issue is under way
	counts     ImportCounts
}

// imported is a reader of whom a row speaks.
type imported struct {
	subscribers.Subscriber
	hash   []byte
	events []string // of one who is added: what to put on record
}

func (im *importer) take(ctx context.Context, rows []subscribers.Row, hashes [][]byte) error {
	if err := im.look(ctx, rows, hashes); err != nil {
		return err
	}
	for i, row := range rows {
		if err := im.row(ctx, row, hashes[i]); err != nil {
			return fmt.Errorf("line %d: %w", row.Line, err)
		}
	}
	for _, one := range im.added {
		if one.Status == subscribers.Active && im.suppressed[string(one.hash)] == "" {
			im.counts.Mailable++
		}
	}
	if im.options.Rehearse {
		return nil
	}
	if err := im.store(ctx); err != nil {
		return err
	}
	for _, p := range im.suppress {
		if _, err := im.tx.suppress(ctx, p, im.options.By); err != nil {
			return err
		}
	}
	return nil
}

// row merges one row; what it makes of a reader who is on the list is stored at once.
func (im *importer) row(ctx context.Context, row subscribers.Row, hash []byte) error {
	policy := im.options.Policy
	policy.Suppressed = im.suppressed[string(hash)]
	existing := im.find(row)
	var before *subscribers.Subscriber
	if existing != nil {
		before = &existing.Subscriber
	}
	merged, change := subscribers.Merge(before, row, policy, im.tx.At)
	var err error
	switch change.Outcome {
	case subscribers.Added:
		im.counts.Added++
		err = im.add(merged, hash)
	case subscribers.Updated:
		im.counts.Updated++
		err = im.update(ctx, existing, merged)
	case subscribers.Unchanged:
		im.counts.Unchanged++
	case subscribers.Skipped:
		im.counts.Skipped = append(im.counts.Skipped, SkippedRow{Line: row.Line, Why: change.Why})
	default:
		err = fmt.Errorf("unknown outcome %q of a merge", change.Outcome)
	}
	if err == nil && row.Suppress != "" {
		im.keepFrom(row, hash)
	}
	return err
}

// keepFrom has an address suppressed, unless it is.
func (im *importer) keepFrom(row subscribers.Row, hash []byte) {
	if im.suppressed[string(hash)] != "" {
		return
	}
	im.suppressed[string(hash)] = row.Suppress
	p := subscribers.Suppression{Hash: hash, Email: row.Address.Given, Reason: row.Suppress, At: im.tx.At}
	if p.Reason == subscribers.Erased {
		p.Email = ""
	}
	im.suppress = append(im.suppress, p)
}

// find returns whom the list has under a row's address, else under its public
// id; nil for neither.
func (im *importer) find(row subscribers.Row) *imported {
	if sub, ok := im.byKey[row.Address.Key]; ok {
		return sub
	}
	return im.byID[row.PublicID]
}

func (im *importer) add(sub subscribers.Subscriber, hash []byte) error {
	if sub.Email == "" || sub.Key == "" {
		return errors.New("a subscriber needs an address")
	}
	if sub.PublicID.IsZero() {
		sub.PublicID = subscribers.NewPublicIDBy(hash)
	}
	one := &imported{Subscriber: sub, hash: hash, events: []string{becomes(sub.Status)}}
	im.byKey[sub.Key], im.byID[sub.PublicID] = one, one
	im.added = append(im.added, one)
	return nil
}

// store adds those who are new, as they are after the last row.
func (im *importer) store(ctx context.Context) error {
	if len(im.added) == 0 {
		return nil
	}
	first, err := im.tx.NextIDs(ctx, "subscribers", len(im.added))
	if err != nil {
		return err
	}
	im.tx.Wrote()
	for i, sub := range im.added {
		sub.ID = first + int64(i)
	}
	people := []string{"id", "public_id", "email", "key", "hash", "name", "created_at"}
	err = im.tx.Append(ctx, "subscribers", people, len(im.added), func(i int, row []any) error {
		sub := im.added[i]
		row[0], row[1], row[2], row[3], row[4], row[5], row[6] = sub.ID, sub.PublicID[:], sub.Email, sub.Key, sub.hash, sub.Name, im.tx.Stamp()
		return nil
	})
	if err != nil {
		return err
	}
	standings := []string{"newsletter_id", "subscriber_id", "status", "consent_how", "consent_at", "consent_from", "consent_wording",
		"labels", "sections_off", "monthly", "language", "joined_at", "changed_at"}
	err = im.tx.Append(ctx, "subscriptions", standings, len(im.added), func(i int, row []any) (err error) {
		sub := im.added[i]
		row[0], row[1], row[2] = im.tx.Newsletter, sub.ID, string(sub.Status)
		row[3], row[4], row[5], row[6] = sub.Consent.How, engine.TimeOrNull(sub.Consent.At), sub.Consent.From, sub.Consent.Wording
		row[7], row[8], row[9] = noneText, noneText, int64(0)
		if len(sub.Labels) > 0 {
			row[7], err = engine.JSONText(sub.Labels)
		}
		if len(sub.Choice.Off) > 0 {
			row[8] = engine.KeysText(sub.Choice.Off)
		}
		if sub.Choice.Monthly {
			row[9] = int64(1)
		}
		row[10], row[11], row[12] = sub.Choice.Language, engine.TimeText(sub.Joined), engine.TimeText(sub.Changed)
		return err
	})
	if err != nil {
		return err
	}
	return im.record(ctx)
}

// noneText is an empty list as a column holds it.
const noneText = "[]"

// record puts on record that those who are new were added, and what became of them since.
func (im *importer) record(ctx context.Context) error {
	for nth := 0; ; nth++ {
		to := map[string][]int64{}
		for _, sub := range im.added {
			if nth < len(sub.events) {
				to[sub.events[nth]] = append(to[sub.events[nth]], sub.ID)
			}
		}
		if len(to) == 0 {
			return nil
		}
		for _, what := range slices.Sorted(maps.Keys(to)) {
			if err := im.tx.RecordEach(ctx, to[what], what, im.options.By); err != nil {
				return err
			}
		}
	}
}

func (im *importer) update(ctx context.Context, sub *imported, after subscribers.Subscriber) error {
	before := sub.Subscriber
	sub.Subscriber = after
	var events []string
	if before.Name != after.Name || !slices.Equal(before.Labels, after.Labels) {
		events = append(events, "name or labels changed")
	}
	if before.Status != after.Status {
		events = append(events, becomes(after.Status))
	}
	switch {
	case len(events) == 0, im.options.Rehearse: // only suppressed, or nothing is to be written
		return nil
	case sub.ID == 0: // to be added
		sub.events = append(sub.events, events...)
		return nil
	}
	if err := im.write(ctx, after); err != nil {
		return err
	}
	if before.Status != after.Status {
		if err := im.tx.noteStatus(ctx, after, after.Status); err != nil {
			return err
		}
		if im.owing && after.Status == subscribers.Unsubscribed {
			if err := im.tx.SkipReader(ctx, after.ID, string(after.Status)); err != nil {
				return err
			}
		}
	}
	for _, what := range events {
		if err := im.tx.Record(ctx, engine.Entry{Subscriber: after.ID, What: what, By: im.options.By}); err != nil {
			return err
		}
	}
	return nil
}

// write stores what an import may change of a reader.
func (im *importer) write(ctx context.Context, sub subscribers.Subscriber) error {
	labels, err := engine.JSONText(notNil(sub.Labels))
	if err != nil {
		return err
	}
	_, err = im.tx.Exec(ctx, `
		UPDATE subscriptions
		SET
			status = ?,
			consent_how = ?,
			consent_at = ?,
			consent_from = ?,
			consent_wording = ?,
			labels = ?,
			changed_at = ?
		WHERE newsletter_id = ? AND subscriber_id = ?`,
		sub.Status, sub.Consent.How, engine.TimeOrNull(sub.Consent.At), sub.Consent.From,
		sub.Consent.Wording, labels, engine.TimeText(sub.Changed), im.tx.Newsletter, sub.ID)
	if err != nil {
		return fmt.Errorf("update subscription %d: %w", sub.ID, err)
	}
	return im.tx.setPerson(ctx, sub)
}

// look reads what the list knows about the addresses and public ids of rows.
func (im *importer) look(ctx context.Context, rows []subscribers.Row, hashes [][]byte) error {
	im.byKey, im.byID = make(map[string]*imported, len(rows)), map[subscribers.PublicID]*imported{}
	im.suppressed = map[string]subscribers.Reason{}
	list := hexList(hashes)
	var err error
	if im.owing, err = im.tx.Owing(ctx); err != nil {
		return err
	}
	err = engine.QueryMany(ctx, im.tx.Querier, func(v *engine.Values) error {
		sub, err := subscriberOf(v)
		im.byKey[sub.Key] = &imported{Subscriber: sub}
		return err
	}, subscribersByHashes, im.tx.Newsletter, list)
	if err != nil {
		return fmt.Errorf("look up addresses: %w", err)
	}
	suppressed, err := engine.QueryAll(ctx, im.tx, scanSuppression, selectSuppression+`
		WHERE hash `+engine.InHex, list)
	if err != nil {
		return fmt.Errorf("look up suppressions: %w", err)
	}
	for _, p := range suppressed {
		im.suppressed[string(p.Hash)] = p.Reason
	}
	return im.lookIDs(ctx, rows)
}

const publicIDsKnown = `
	SELECT public_id, key
	FROM subscribers
	WHERE public_id ` + engine.InHex

// lookIDs finds forgotten subscribers too: their ids are never given again.
func (im *importer) lookIDs(ctx context.Context, rows []subscribers.Row) error {
	var ids [][]byte
	for i := range rows {
		if !rows[i].PublicID.IsZero() {
			ids = append(ids, rows[i].PublicID[:])
		}
	}
	if len(ids) == 0 {
		return nil
	}
	scan := func(r engine.Row) (s subscribers.Subscriber, err error) {
		return s, r.Scan(idInto(&s.PublicID), engine.TextInto(&s.Key))
	}
	known, err := engine.QueryAll(ctx, im.tx, scan, publicIDsKnown, hexList(ids))
	if err != nil {
		return fmt.Errorf("look up public ids: %w", err)
	}
	for _, sub := range known {
		im.byID[sub.PublicID] = &imported{Subscriber: sub}
	}
	return nil
}

// hexList is octets as engine.InHex takes them.
func hexList(all [][]byte) string {
	b := make([]byte, 0, 2+len(all)*67)
	b = append(b, '[')
	for i, one := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = hex.AppendEncode(b, one)
		b = append(b, '"')
	}
	return string(append(b, ']'))
}
