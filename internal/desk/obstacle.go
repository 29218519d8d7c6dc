package desk

import (
	"context"
	"errors"

	"roundup/config"
	"roundup/digest"
)

// Obstacles says what keeps a planned issue from going out, as far as it can be
// told without asking anybody beyond this machine.
func (d *Desk) Obstacles(ctx context.Context, p Plan) ([]Why, error) {
	all := readiness(d.Ready(ctx))
	if !d.cfg.Mail.UnsubscribeChosen && d.cfg.Newsletter.BaseURL == "" {
		all = append(all, Why{Code: NoWayOut})
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
func readiness(err error) []Why {
	var problems config.Problems
	var notReady *NotReadyError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &problems):
		all := make([]Why, len(problems))
		for i, p := range problems {
			all[i] = Why{Code: Unfilled, Detail: p.Key}
		}
		return all
	case errors.As(err, &notReady):
		return []Why{{Code: notReady.Code, Detail: notReady.Why}}
	}
	return []Why{{Detail: err.Error()}}
}

func (d *Desk) heldBefore(ctx context.Context) ([]Why, error) {
	issues, err := d.store.UnderWay(ctx)
	if err != nil {
		return nil, err
	}
	var all []Why
	for _, i := range issues {
		if i.Status == digest.Held {
			all = append(all, Why{Code: HeldBefore, Detail: i.Why, Issue: i.Number})
		}
	}
	return all, nil
}
