package store

import (
	"context"
	"fmt"
	"math"

	"roundup/store/engine"
	"roundup/subscribers"
)

// Labelled is what became of readers who were to be given a label, or to lose it.
type Labelled struct {
	Found   int
	Changed int // of those found; the others were as they were to be, or are Full
	Full    int // have as many labels as anybody may have, and were given none
}

// ToLabel are some of the readers whom a filter finds.
type ToLabel struct {
	Found int
	Full  int     // of them, as in Labelled
	IDs   []int64 // of those to be changed
	Last  int64   // the id of the last found; 0 once there are no more
}

// ToLabel reads at most so many of the readers whom a filter finds, in the order they were
// added, after the one with this id (0 for the first).
func (s *Store) ToLabel(ctx context.Context, l subscribers.Labelling, where subscribers.Filter, after int64, most int) (to ToLabel, err error) {
	page, err := s.listPage(ctx, SubscriberFilter{Where: where}, after, math.MaxInt64, most)
	if err != nil {
		return to, err
	}
	to.Found = len(page)
	for _, one := range page {
		if l.Full(one.Labels) {
			to.Full++
		}
		if l.Changes(one.Labels) {
			to.IDs = append(to.IDs, one.ID)
		}
	}
	if len(page) == most {
		to.Last = page[most-1].ID
	}
	return to, nil
}

// Label gives a label to readers, or takes it from them, in one transaction, and leaves out
// whom the filter does not find any more. A rehearsal changes nothing, and counts as if it did.
func (s *Store) Label(ctx context.Context, l Labelling, ids []int64) (changed int, err error) {
	if l.Rehearse {
		return len(ids), nil
	}
	err = s.write(ctx, func(tx *Tx) error {
		changed, err = tx.label(ctx, l, ids)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("label readers: %w", err)
	}
	return changed, nil
}

// Labelling says which readers are given which label, or lose it.
type Labelling struct {
	subscribers.Labelling
	Where    subscribers.Filter
	By       subscribers.Actor
	Rehearse bool
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
	ids = nil
	for _, sub := range found {
		if !l.Changes(sub.Labels) {
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
	return len(ids), tx.RecordEach(ctx, ids, what, l.By)
}
