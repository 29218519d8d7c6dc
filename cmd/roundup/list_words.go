package main

import (
	"errors"
	"fmt"

	"roundup/cmd/roundup/terminal"
	"roundup/internal/list"
	"roundup/subscribers"
)

// listWords puts what the list refuses into words, and says what to do; any other
// error stays as it is.
func (a *app) listWords(err error) error {
	var (
		missing   *list.NotListedError
		taken     *list.TakenError
		forgotten *list.ForgottenError
		free      *list.NotSuppressedError
	)
	switch {
	case errors.As(err, &missing):
		return notListed(missing)
	case errors.As(err, &taken):
		return a.listedAlready(taken)
	case errors.As(err, &forgotten):
		given := forgotten.Address.Given
		return &hintedError{
			err:  fmt.Errorf("%s asked to be forgotten", given),
			hint: "if that person wants to come back: roundup suppressions lift " + terminal.ShellWord(given),
		}
	case errors.As(err, &free):
		return &hintedError{
			err:  fmt.Errorf("%s is not suppressed", free.Address.Given),
			hint: "`roundup suppressions list` shows the addresses that are",
		}
	}
	return err
}

// notListed says that an address is not on the list, and what else is known of it.
func notListed(e *list.NotListedError) error {
	given := e.Address.Given
	switch e.Suppressed {
	case subscribers.Erased:
		return fmt.Errorf("%s was forgotten: nothing but that is known", given)
	case "":
		return &hintedError{
			err:  fmt.Errorf("%s is not on the list", given),
			hint: "look for part of it: roundup subscribers list --text " + terminal.ShellWord(e.Address.Local),
		}
	}
	return &hintedError{
		err:  fmt.Errorf("%s is not on the list, only suppressed: %s", given, e.Suppressed),
		hint: "roundup suppressions lift " + terminal.ShellWord(given),
	}
}

// listedAlready says how a reader stands, and what would change that.
func (a *app) listedAlready(e *list.TakenError) error {
	given, word, sub := e.Address.Given, terminal.ShellWord(e.Address.Given), e.Reader
	known := given + " is on the list already"
	if sub.Email != given {
		known += " as " + oneLine(sub.Email)
	}
	switch sub.Status {
	case subscribers.Unsubscribed:
		return &hintedError{
			err:  fmt.Errorf("%s: unsubscribed on %s", known, a.local(sub.Changed)),
			hint: "if that person asks to come back: roundup subscribers confirm " + word,
		}
	case subscribers.Pending:
		return &hintedError{
			err:  fmt.Errorf("%s: pending since %s", known, a.local(sub.Changed)),
			hint: "if that person has told you yes: roundup subscribers confirm " + word,
		}
	}
	return &hintedError{err: fmt.Errorf("%s: %s", known, sub.Status), hint: "to see what is known: roundup subscribers show " + word}
}

// whyLeftWords is why a reader left, as they said.
func whyLeftWords(why subscribers.WhyLeft) string {
	switch why {
	case subscribers.TooOften:
		return "too much mail"
	case subscribers.NotForMe:
		return "the articles are not for them"
	case subscribers.NeverAsked:
		return "they never asked for it"
	case subscribers.Elsewhere:
		return "they read the articles elsewhere"
	}
	return "another reason"
}
