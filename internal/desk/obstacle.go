package desk

import (
	"context"
	"errors"

	"roundup/config"
	"roundup/digest"
)

// Code names a reason for those who word it another way than the terminal does.
type Code string

// Why an issue would not go out as things stand. Each ends when what it names is
// mended; nothing of it is kept.
const (
	Unfilled    Code = "unfilled"      // a setting that a send needs is missing: Detail names it
	Rehearsing  Code = "rehearsing"    // the clock is moved, and the relay is not on this machine
	NotInCharge Code = "not in charge" // the database is a copy, or was restored
	NoWayOut    Code = "no way out"    // readers could not leave: no address is set for it
	PagesAway   Code = "pages away"    // readers could not leave: their pages do not answer
	Unread      Code = "unread"        // no source could be read for too long
	NoArticles  Code = "no articles"
	TooFew      Code = "too few" // fewer articles than an issue needs: Detail says how many
	NoReaders   Code = "no readers"
	HeldBefore  Code = "held" // an issue before this one waits for a person: Detail says why
)

// Obstacle is a reason why the next issue would not go out, or not alone.
type Obstacle struct {
	Code   Code
	Detail string
	Issue  int // the one that is held
}

// Obstacles says what keeps a planned issue from going out, as far as it can be
// told without asking anybody beyond this machine.
func (d *Desk) Obstacles(ctx context.Context, p Plan) ([]Obstacle, error) {
	all := readiness(d.Ready(ctx))
	if !d.cfg.Mail.UnsubscribeChosen && d.cfg.Newsletter.BaseURL == "" {
		all = append(all, Obstacle{Code: NoWayOut})
	}
	somebody, err := d.store.AnyMailable(ctx)
	if err != nil {
		return nil, err
	}
	prospect, err := d.prospect(ctx, p)
	if err != nil {
		return nil, err
	}
	if somebody {
		prospect.Readers = 1 // or more: counting them takes its time
	}
	all = append(all, prospect.lacks()...)
	held, err := d.heldBefore(ctx)
	return append(all, held...), err
}

// readiness is what Ready says, reason by reason.
func readiness(err error) []Obstacle {
	var problems config.Problems
	var notReady *NotReadyError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &problems):
		all := make([]Obstacle, len(problems))
		for i, p := range problems {
			all[i] = Obstacle{Code: Unfilled, Detail: p.Key}
		}
		return all
	case errors.As(err, &notReady):
		return []Obstacle{{Code: notReady.Code, Detail: notReady.Why}}
	}
	return []Obstacle{{Detail: err.Error()}}
}

func (d *Desk) heldBefore(ctx context.Context) ([]Obstacle, error) {
	issues, err := d.store.UnderWay(ctx)
	if err != nil {
		return nil, err
	}
	var all []Obstacle
	for _, i := range issues {
		if i.Status == digest.Held {
			all = append(all, Obstacle{Code: HeldBefore, Detail: i.Why, Issue: i.Number})
		}
	}
	return all, nil
}
