package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"roundup/store/engine"
	"roundup/subscribers"
)

// ImportOptions says how rows are taken in.
type ImportOptions struct {
	Policy subscribers.ImportPolicy // its Suppressed is set for each row here
	By     subscribers.Actor        // through "import of list.csv"

	// Rehearsal, one for all batches of a file, makes the import change nothing
	// and still count as it would; nil for a real one.
	Rehearsal *Rehearsal
}

// ImportCounts is what became of the rows of a batch.
type ImportCounts struct {
	Added     int
	Updated   int
	Unchanged int
	Skipped   []SkippedRow // left as they were, against what the file asks
}

// SkippedRow is a row that an import may not do as it says.
type SkippedRow struct {
	Line  int
	Email string // as the file gives it
	Why   string
}

// ImportBatch takes in rows of a file, in one transaction: they should be few, since
// a sender and the web wait for their turn meanwhile. What each does is decided by
// subscribers.Merge; the addresses that the file calls bounced or complained are
// suppressed besides. With an error nothing of them is in. Importing rows again
// changes nothing.
func (s *Store) ImportBatch(ctx context.Context, rows []subscribers.Row, o ImportOptions) (ImportCounts, error) {
	if len(rows) == 0 {
		return ImportCounts{}, nil
	}
	keys, err := s.Keyring(ctx)
	if err != nil {
		return ImportCounts{}, err
	}
	transact := s.write
	if o.Rehearsal != nil {
		transact = s.read
	}
	var im *importer
	err = transact(ctx, func(tx *Tx) (err error) {
		im = &importer{tx: tx, keys: keys, options: o}
		return im.take(ctx, rows)
	})
	if err != nil {
		return ImportCounts{}, fmt.Errorf("import lines %d to %d: %w", rows[0].Line, rows[len(rows)-1].Line, err)
	}
	return im.counts, nil
}

// importer takes rows in within one transaction. What the list knows about
// them is looked up once, and kept as the rows change it.
type importer struct {
	tx         *Tx
	keys       *subscribers.Keyring
	options    ImportOptions
	byKey      map[string]subscribers.Subscriber
	byID       map[subscribers.PublicID]subscribers.Subscriber // only id and key are set
	suppressed map[string]subscribers.Reason                   // by hash
	counts     ImportCounts
}

func (im *importer) take(ctx context.Context, rows []subscribers.Row) error {
	if err := im.look(ctx, rows); err != nil {
		return err
	}
	im.options.Rehearsal.recall(im)
	for _, row := range rows {
		if err := im.row(ctx, row); err != nil {
			return fmt.Errorf("line %d: %w", row.Line, err)
		}
	}
	return nil
}

// row merges one row and stores the result.
func (im *importer) row(ctx context.Context, row subscribers.Row) error {
	hash := im.keys.AddressHash(row.Address.Key)
	policy := im.options.Policy
	policy.Suppressed = im.suppressed[string(hash)]
	existing := im.find(row)
	merged, change := subscribers.Merge(existing, row, policy, im.tx.At)
	var err error
	switch change.Outcome {
	case subscribers.Added:
		im.counts.Added++
		err = im.add(ctx, merged, hash)
	case subscribers.Updated:
		im.counts.Updated++
		err = im.update(ctx, *existing, merged)
	case subscribers.Unchanged:
		im.counts.Unchanged++
	case subscribers.Skipped:
		im.counts.Skipped = append(im.counts.Skipped, SkippedRow{Line: row.Line, Email: row.Address.Given, Why: change.Why})
	default:
		err = fmt.Errorf("unknown outcome %q of a merge", change.Outcome)
	}
	if err != nil || row.Suppress == "" {
		return err
	}
	return im.suppress(ctx, row, hash)
}

// find returns whom the list has under a row's address, else under its public
// id; nil for neither.
func (im *importer) find(row subscribers.Row) *subscribers.Subscriber {
	if sub, ok := im.byKey[row.Address.Key]; ok {
		return &sub
	}
	if sub, ok := im.byID[row.PublicID]; ok {
		return &sub
	}
	return nil
}

func (im *importer) add(ctx context.Context, sub subscribers.Subscriber, hash []byte) error {
	if im.options.Rehearsal != nil {
		im.byKey[sub.Key] = sub
		return nil
	}
	sub, err := im.tx.addSubscriber(ctx, sub, hash)
	if err != nil {
		return err
	}
	im.byKey[sub.Key] = sub
	im.byID[sub.PublicID] = sub
	return im.tx.event(ctx, event{subscriber: sub.ID, what: becomes(sub.Status), by: im.options.By})
}

func (im *importer) update(ctx context.Context, before, after subscribers.Subscriber) error {
	im.byKey[after.Key] = after
	details := before.Name != after.Name || !slices.Equal(before.Labels, after.Labels)
	if before.Status == after.Status && !details || im.options.Rehearsal != nil {
		return nil // only suppressed, or nothing is to be written
	}
	labels, err := engine.JSONText(notNil(after.Labels))
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
		after.Status, after.Consent.How, engine.TimeOrNull(after.Consent.At), after.Consent.From,
		after.Consent.Wording, labels, engine.TimeText(after.Changed), im.tx.Newsletter, after.ID)
	if err != nil {
		return fmt.Errorf("update subscription %d: %w", after.ID, err)
	}
	if err := im.tx.setPerson(ctx, after); err != nil {
		return err
	}
	if before.Status != after.Status {
		if err := im.tx.noteStatus(ctx, after, after.Status); err != nil {
			return err
		}
	}
	return errors.Join(
		im.eventIf(ctx, details, after.ID, "name or labels changed"),
		im.eventIf(ctx, before.Status != after.Status, after.ID, becomes(after.Status)))
}

func (im *importer) eventIf(ctx context.Context, happened bool, id int64, what string) error {
	if !happened {
		return nil
	}
	return im.tx.event(ctx, event{subscriber: id, what: what, by: im.options.By})
}

func (im *importer) suppress(ctx context.Context, row subscribers.Row, hash []byte) error {
	if im.options.Rehearsal != nil {
		if im.suppressed[string(hash)] == "" {
			im.suppressed[string(hash)] = row.Suppress
		}
		return nil
	}
	p := subscribers.Suppression{Hash: hash, Email: row.Address.Given, Reason: row.Suppress, At: im.tx.At}
	if p.Reason == subscribers.Erased {
		p.Email = ""
	}
	added, err := im.tx.suppress(ctx, p, im.options.By)
	if added {
		im.suppressed[string(hash)] = p.Reason
	}
	return err
}

// look reads what the list knows about the addresses and public ids of rows.
func (im *importer) look(ctx context.Context, rows []subscribers.Row) error {
	var keys, ids, hashes []string
	for _, row := range rows {
		keys = append(keys, row.Address.Key)
		ids = append(ids, hex.EncodeToString(row.PublicID[:]))
		hashes = append(hashes, hex.EncodeToString(im.keys.AddressHash(row.Address.Key)))
	}
	return errors.Join(im.lookKeys(ctx, keys), im.lookIDs(ctx, ids), im.lookHashes(ctx, hashes))
}

func (im *importer) lookKeys(ctx context.Context, keys []string) error {
	list, err := engine.JSONText(notNil(keys))
	if err != nil {
		return err
	}
	known, err := engine.QueryAll(ctx, im.tx, scanSubscriber, subscribersByKeys, im.tx.Newsletter, list)
	if err != nil {
		return fmt.Errorf("look up addresses: %w", err)
	}
	im.byKey = make(map[string]subscribers.Subscriber, len(known))
	for _, sub := range known {
		im.byKey[sub.Key] = sub
	}
	return nil
}

const publicIDsKnown = `
	SELECT public_id, key
	FROM subscribers
	WHERE public_id ` + engine.InHex

// lookIDs finds forgotten subscribers too: their ids are never given again.
func (im *importer) lookIDs(ctx context.Context, ids []string) error {
	list, err := engine.JSONText(notNil(ids))
	if err != nil {
		return err
	}
	scan := func(r engine.Row) (s subscribers.Subscriber, err error) {
		return s, r.Scan(idInto(&s.PublicID), engine.TextInto(&s.Key))
	}
	known, err := engine.QueryAll(ctx, im.tx, scan, publicIDsKnown, list)
	if err != nil {
		return fmt.Errorf("look up public ids: %w", err)
	}
	im.byID = make(map[subscribers.PublicID]subscribers.Subscriber, len(known))
	for _, sub := range known {
		im.byID[sub.PublicID] = sub
	}
	return nil
}

func (im *importer) lookHashes(ctx context.Context, hashes []string) error {
	list, err := engine.JSONText(notNil(hashes))
	if err != nil {
		return err
	}
	known, err := engine.QueryAll(ctx, im.tx, scanSuppression, selectSuppression+`
		WHERE hash `+engine.InHex, list)
	if err != nil {
		return fmt.Errorf("look up suppressions: %w", err)
	}
	im.suppressed = make(map[string]subscribers.Reason, len(known))
	for _, p := range known {
		im.suppressed[string(p.Hash)] = p.Reason
	}
	return nil
}

// Rehearsal remembers what an import would have changed so far, for a file may
// name a reader twice. It grows with the file: some hundred octets a line.
type Rehearsal struct {
	byKey      map[string]subscribers.Subscriber
	suppressed map[string]subscribers.Reason
}

// NewRehearsal begins a rehearsal of one file.
func NewRehearsal() *Rehearsal {
	return &Rehearsal{byKey: map[string]subscribers.Subscriber{}, suppressed: map[string]subscribers.Reason{}}
}

// recall puts what the batches before would have changed over what the list
// says, which is the same for all of them.
func (r *Rehearsal) recall(im *importer) {
	if r == nil {
		return
	}
	addMissing(r.byKey, im.byKey)
	addMissing(r.suppressed, im.suppressed)
	im.byKey, im.suppressed = r.byKey, r.suppressed
}

func addMissing[V any](to, from map[string]V) {
	for key, value := range from {
		if _, known := to[key]; !known {
			to[key] = value
		}
	}
}
