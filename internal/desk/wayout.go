package desk

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"roundup/subscribers"
)

// wayOut refuses to send while readers have no working way to leave: neither
// pages that answer at base_url, nor an address chosen for the purpose.
func (d *Desk) wayOut(ctx context.Context) error {
	if d.cfg.Mail.UnsubscribeChosen {
		return nil
	}
	if d.cfg.Newsletter.BaseURL == "" {
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
