package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"roundup/store/content"
	"roundup/store/engine"
	"roundup/subscribers"
)

// Event is something that happened to a subscription, article, issue, slot or source.
type Event struct {
	What   string // "unsubscribed"
	By     subscribers.Actor
	Detail string
	At     time.Time
}

const selectEvent = `
	SELECT
		what,
		detail,
		actor,
		actor_name,
		through,
		at
	FROM events`

func scanEvent(r engine.Row) (e Event, err error) {
	return e, r.Scan(&e.What, &e.Detail, &e.By.Kind, &e.By.Name, &e.By.Through, engine.TimeInto(&e.At))
}

// SubscriberEvents returns what happened to a subscription, oldest first.
func (s *Store) SubscriberEvents(ctx context.Context, id int64) ([]Event, error) {
	return s.events(ctx, `WHERE subscriber_id = ?`, id)
}

// IssueEvents returns what happened to an issue, oldest first.
func (s *Store) IssueEvents(ctx context.Context, id int64) ([]Event, error) {
	return s.events(ctx, `WHERE issue_id = ? AND subscriber_id IS NULL`, id)
}

// WithoutSources are the sources that an issue went without, each with why it could not be read.
func (s *Store) WithoutSources(ctx context.Context, issue int64) (sources []string, err error) {
	events, err := s.events(ctx, `WHERE issue_id = ? AND what = '`+content.WithoutSource+`'`, issue)
	for _, e := range events {
		sources = append(sources, e.Detail)
	}
	return sources, err
}

// Editing is who changed last what the next issue prints.
type Editing struct {
	Texts    map[string]Event // of the issue's own: "subject", "preheader", "note"
	Articles map[int64]Event  // the last that was done to an article, by number
}

// LastEdits returns the last events of articles and of the next issue's texts.
func (s *Store) LastEdits(ctx context.Context) (e Editing, err error) {
	e = Editing{Texts: map[string]Event{}, Articles: map[int64]Event{}}
	type of struct {
		article int64
		event   Event
	}
	var all []of
	err = s.read(ctx, func(tx *Tx) error {
		all, err = engine.QueryAll(ctx, tx, func(r engine.Row) (o of, err error) {
			o.event, err = scanEvent(rowWith{r, []any{&o.article}})
			return o, err
		}, `
			SELECT
				what,
				detail,
				actor,
				actor_name,
				through,
				at,
				coalesce(article_id, 0)
			FROM events
			WHERE id IN (
				SELECT max(id) FROM events WHERE article_id IS NOT NULL GROUP BY article_id
				UNION ALL
				SELECT max(id) FROM events WHERE what IN ('subject edited', 'preheader edited', 'note edited') GROUP BY what
			)`)
		return err
	})
	if err != nil {
		return e, fmt.Errorf("read who edited: %w", err)
	}
	for _, o := range all {
		if o.article > 0 {
			e.Articles[o.article] = o.event
		} else {
			e.Texts[strings.TrimSuffix(o.event.What, content.Edited)] = o.event
		}
	}
	return e, nil
}

func (s *Store) events(ctx context.Context, which string, id int64) (all []Event, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		all, err = engine.QueryAll(ctx, tx, scanEvent, selectEvent+` `+which+` ORDER BY id`, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return all, nil
}
