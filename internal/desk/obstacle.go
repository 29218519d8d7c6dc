package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"roundup/config"
	"roundup/digest"
	"roundup/internal/desk/planner"
	"roundup/store/engine"
	"roundup/subscribers"
)

// Obstacles says what keeps a planned issue from going out, as far as it can be
// told without asking anybody beyond this machine.
func (d *Desk) Obstacles(ctx context.Context, p planner.Plan) ([]Why, error) {
	underWay, err := d.store.UnderWay(ctx)
	if err != nil {
		return nil, err
	}
	return d.obstacles(ctx, p, underWay)
}

func (d *Desk) obstacles(ctx context.Context, p planner.Plan, underWay []digest.Issue) ([]Why, error) {
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
	return append(all, heldBefore(underWay)...), nil
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
	case errors.As(err, new(*engine.MovedError)):
		return []Why{{Code: MovedAway, Detail: err.Error()}}
	}
	return []Why{{Detail: err.Error()}}
}

func heldBefore(underWay []digest.Issue) []Why {
	var all []Why
	for _, i := range underWay {
		if i.Status == digest.Held {
			all = append(all, Why{Code: HeldBefore, Detail: i.Why, Issue: i.Number})
		}
	}
	return all
}

// WayOut refuses to send while readers have no working way to leave. Where mails lead
// to base_url, the pages there must answer, whoever reads mail.unsubscribe: the link
// in the text and the one click are dead without them.
func (d *Desk) WayOut(ctx context.Context) error {
	if d.cfg.Newsletter.BaseURL == "" {
		if d.cfg.Mail.UnsubscribeChosen {
			return nil
		}
		return &NotReadyError{
			Code: NoWayOut,
			Why:  "readers would have no way out: neither newsletter.base_url nor mail.unsubscribe is set",
		}
	}
	if d.now().Sub(d.answered) < answerGood {
		return nil
	}
	if err := d.Answers(ctx); err != nil {
		return &NotReadyError{
			Code: PagesAway,
			Why:  fmt.Sprintf("readers would have no way out: %s does not answer: %v", d.cfg.Newsletter.BaseURL, err),
		}
	}
	d.answered = d.now()
	return nil
}

// answerGood is how long an answer of the readers' pages proves that they work.
const answerGood = 5 * time.Minute

// Answers asks the readers' pages for the page of a test mail.
func (d *Desk) Answers(ctx context.Context) error {
	res, err := d.own.Get(ctx, d.cfg.Newsletter.BaseURL+"/u/"+d.TestToken(), nil, 1<<20)
	if err != nil {
		return err
	}
	if res.Status != http.StatusOK {
		return fmt.Errorf("it answers %d to an unsubscribe link", res.Status)
	}
	return nil
}

// TestToken is that of the links in a test mail, which do nothing.
func (d *Desk) TestToken() string {
	return d.keyring.Token(subscribers.PurposeTest, subscribers.PublicID{})
}
