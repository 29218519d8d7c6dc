package words

import (
	"errors"
	"fmt"
	"time"

	"roundup/cmd/roundup/terminal"
	"roundup/internal/list"
	"roundup/internal/oneline"
	"roundup/subscribers"
)

// List puts what the list refuses into words, and says what to do; any other
// error stays as it is.
func List(local func(time.Time) string, err error) error {
	var (
		missing   *list.NotListedError
		taken     *list.TakenError
		forgotten *list.ForgottenError
		free      *list.NotSuppressedError
		unsent    *list.NotSentError
	)
	switch {
	case errors.As(err, &missing):
		return NotListed(missing)
	case errors.As(err, &taken):
		return listedAlready(local, taken)
	case errors.As(err, &forgotten):
		given := forgotten.Address.Given
		return &HintedError{
			Err:  fmt.Errorf("%s asked to be forgotten", given),
			Hint: "if that person wants to come back: roundup suppressions lift " + terminal.ShellWord(given),
		}
	case errors.As(err, &unsent):
		return notSent(local, unsent)
	case errors.As(err, &free):
		return &HintedError{
			Err:  fmt.Errorf("%s is not suppressed", free.Address.Given),
			Hint: "`roundup suppressions list` shows the addresses that are",
		}
	}
	return err
}

// NotListed says that an address is not on the list, and what else is known of it.
func NotListed(e *list.NotListedError) error {
	given := e.Address.Given
	switch e.Suppressed {
	case subscribers.Erased:
		return fmt.Errorf("%s was forgotten: nothing but that is known", given)
	case "":
		return &HintedError{
			Err:  fmt.Errorf("%s is not on the list", given),
			Hint: "look for part of it: roundup subscribers list --text " + terminal.ShellWord(e.Address.Local),
		}
	}
	return &HintedError{
		Err:  fmt.Errorf("%s is not on the list, only suppressed: %s", given, e.Suppressed),
		Hint: "roundup suppressions lift " + terminal.ShellWord(given),
	}
}

// listedAlready says how a reader stands, and what would change that.
func listedAlready(local func(time.Time) string, e *list.TakenError) error {
	given, word, sub := e.Address.Given, terminal.ShellWord(e.Address.Given), e.Reader
	known := given + " is on the list already"
	if sub.Email != given {
		known += " as " + oneline.Plain(sub.Email)
	}
	switch sub.Status {
	case subscribers.Unsubscribed:
		return &HintedError{
			Err:  fmt.Errorf("%s: unsubscribed on %s", known, local(sub.Changed)),
			Hint: "if that person asks to come back: roundup subscribers confirm " + word,
		}
	case subscribers.Pending:
		return &HintedError{
			Err:  fmt.Errorf("%s: pending since %s", known, local(sub.Changed)),
			Hint: "if that person has told you yes: roundup subscribers confirm " + word,
		}
	}
	return &HintedError{Err: fmt.Errorf("%s: %s", known, sub.Status), Hint: "to see what is known: roundup subscribers show " + word}
}

// notSent says why a reader is not sent the latest issue, and what would change that.
func notSent(local func(time.Time) string, e *list.NotSentError) error {
	email, word := oneline.Plain(e.Reader.Email), terminal.ShellWord(e.Reader.Email)
	switch u := e.Unmailed; {
	case e.Issue > 0:
		return &HintedError{
			Err:  fmt.Errorf("%s is among the readers of issue %d, and nobody is sent it twice", email, e.Issue),
			Hint: "what became of it: roundup history " + word,
		}
	case e.Reader.Suppressed != "": // of who has left, too: coming back would not be enough
		return &HintedError{Err: fmt.Errorf("%s is suppressed (%s) and not mailed", email, e.Reader.Suppressed), Hint: "roundup suppressions lift " + word}
	case u.Why == list.NotConfirmed:
		return &HintedError{Err: fmt.Errorf("%s has not confirmed", email), Hint: "if that person has told you yes: roundup subscribers confirm " + word}
	case u.Why == list.HasLeft:
		return &HintedError{
			Err:  fmt.Errorf("%s is unsubscribed since %s", email, local(u.Day)),
			Hint: "if that person asks to come back: roundup subscribers confirm " + word,
		}
	case u.Why == list.IsPaused:
		return &HintedError{
			Err:  fmt.Errorf("%s pauses until %s", email, local(u.Day)),
			Hint: fmt.Sprintf("if that person wants it now: roundup subscribers change %s --pause-until ''", word),
		}
	}
	return &HintedError{Err: errors.New("there is no issue to send"), Hint: "`roundup issues` lists those that went out: the latest that is in the archive is sent"}
}

// WhyLeft is why a reader left, as they said.
func WhyLeft(why subscribers.WhyLeft) string {
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

// JoinedFrom is by which way readers joined: how is a subscribers.Consent constant,
// from the page, site or file, "" where none is known.
func JoinedFrom(how, from string) string {
	switch how {
	case subscribers.ConsentImport:
		how = "import"
	case subscribers.ConsentForm:
		how = "a form"
	case subscribers.ConsentConfirmation:
		how = "a form"
		if from == "" { // a form has its page: asked by an editor, or confirmed elsewhere before an import
			how = "a mail that asked to confirm"
		}
	case subscribers.ConsentCommand:
		how = "the command line"
	case "":
		how = "unknown"
	}
	if from != "" {
		how += ": " + from
	}
	return how
}
