package main

import (
	"context"
	"errors"
	"fmt"

	"roundup/internal/list"
	"roundup/subscribers"
)

// askSubscriber asks an address by mail whether it wants the newsletter.
func (a *app) askSubscriber(ctx context.Context, addr subscribers.Address, name string) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	if a.cfg.Newsletter.BaseURL == "" {
		return noBaseURL("the link to confirm has nowhere to lead to")
	}
	if err := d.Ready(ctx); err != nil {
		return err
	}
	l, err := a.list(ctx)
	if err != nil {
		return err
	}
	l.MailThrough(d, a.cfg.Web.SignUpsPerHour)
	asked, err := l.SignUp(ctx, addr, name, subscribers.Consent{How: subscribers.ConsentCommand}, a.actor())
	if errors.Is(err, subscribers.ErrTooManySignUps) {
		return &hintedError{err: fmt.Errorf("%s is not asked: %w", addr.Given, err), hint: "try again in an hour, or set a higher web.sign_ups_per_hour"}
	}
	if err != nil {
		return err
	}
	if !asked {
		return a.notAsked(ctx, l, addr)
	}
	if err := d.FlushOutbox(ctx); err != nil {
		return err
	}
	r, err := l.Find(ctx, addr)
	if err != nil {
		return a.listWords(err)
	}
	return a.told(ctx, r.Subscriber, fmt.Sprintf("%s is asked to confirm, and was %s.", oneLine(r.Email), r.Status))
}

// notAsked says why an address was not asked.
func (a *app) notAsked(ctx context.Context, l *list.List, addr subscribers.Address) error {
	r, err := l.Find(ctx, addr)
	switch {
	case err != nil:
		return a.listWords(err)
	case r.Suppressed != "":
		return notListed(&list.NotListedError{Address: addr, Suppressed: r.Suppressed})
	case r.Status == subscribers.Active:
		return a.listWords(&list.TakenError{Address: addr, Reader: r.Subscriber})
	}
	return fmt.Errorf("%s was asked within the last 15 minutes, or three times within a day", addr.Given)
}
