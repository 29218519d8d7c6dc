package store

import (
	"context"
	"fmt"

	"roundup/store/engine"
	"roundup/subscribers"
)

// Labelled is what became of readers who were to be given a label, or to lose it.
type Labelled struct {
	Found   int
	Changed int // of those found; the others were as they were to be, or are Full
	Full    int // have as many labels as anybody may have, and were given none
}

// Label gives a label to some of the readers whom a filter finds, or takes it from them:
// to at most so many, in the order they were added, after the one with this id (0 for the
// first). last is the id of the last, 0 once there are no more. Whom the filter finds is
// read first; the transaction that changes them is brief, and leaves out who is not found
// any more. A rehearsal changes nothing, and counts as if it did.
func (s *Store) Label(ctx context.Context, l Labelling, after int64, most int) (done Labelled, last int64, err error) {
	page, err := s.listPage(ctx, SubscriberFilter{Where: l.Where}, after, most)
	if err != nil || len(page) == 0 {
		return done, 0, err
	}
	done.Found = len(page)
	var ids []int64
	for _, one := range page {
		if l.Full(one.Labels) {
			done.Full++
		}
		if l.changes(one.Labels) {
			ids = append(ids, one.ID)
		}
	}
	done.Changed = len(ids)
	if len(ids) > 0 && !l.Rehearse {
		err = s.write(ctx, func(tx *Tx) error {
			done.Changed, err = tx.label(ctx, l, ids)
			return err
		})
	}
	if err != nil {
		return Labelled{}, 0, fmt.Errorf("label readers: %w", err)
	}
	if len(page) < most {
		return done, 0, nil
	}
	return done, page[most-1].ID, nil
}

// Labelling says which readers are given which label, or lose it.
type Labelling struct {
	subscribers.Labelling
	Where    subscribers.Filter
	By       subscribers.Actor
	Rehearse bool
}

func (l Labelling) changes(labels []string) bool {
	return !l.Full(labels) && len(l.Apply(labels)) != len(labels)
}

// label changes the labels of those of some readers whom the filter finds still, and
// puts that on record. Readers whose labels become the same are changed at once.
func (tx *Tx) label(ctx context.Context, l Labelling, ids []int64) (changed int, err error) {
	conditions, values := segment(l.Where)
	found, err := engine.QueryAll(ctx, tx, scanSubscriber, selectSubscriber+` AND s.id `+engine.InIDs+conditions,
		append([]any{tx.Newsletter, engine.IDList(ids)}, values...)...)
	if err != nil {
		return 0, err
	}
	become := map[string][]int64{}
	ids = ids[:0]
	for _, sub := range found {
		if !l.changes(sub.Labels) {
			continue
		}
		text, err := engine.JSONText(notNil(l.Apply(sub.Labels)))
		if err != nil {
			return 0, err
		}
		become[text] = append(become[text], sub.ID)
		ids = append(ids, sub.ID)
	}
	for text, ids := range become {
		_, err := tx.Exec(ctx, `
			UPDATE subscriptions
			SET labels = ?
			WHERE newsletter_id = ? AND subscriber_id `+engine.InIDs, text, tx.Newsletter, engine.IDList(ids))
		if err != nil {
			return 0, err
		}
	}
	what := "label added"
	if l.Take {
		what = "label removed"
	}
	return len(ids), tx.eventOfEach(ctx, ids, what, l.By)
}
