package subscribers

import (
	"errors"
	"time"
)

// ConfirmWithin is how long a mail that asks to confirm can be answered.
const ConfirmWithin = 7 * 24 * time.Hour

// UnconfirmedFor is how long somebody is remembered who was asked to confirm and has
// not; the link of the same mail to be left alone holds as long.
const UnconfirmedFor = 30 * 24 * time.Hour

// How often an address is asked to confirm at most, whoever asks for it from wherever:
// once in SignUpPause, and three times in SignUpSpan, as many as a row of sign_ups
// remembers.
const (
	SignUpPause = 15 * time.Minute
	SignUpSpan  = 24 * time.Hour
)

var (
	// ErrTooManySignUps is returned while the hour's confirmations are used up, whatever
	// address asks.
	ErrTooManySignUps = errors.New("the hour's confirmations are used up")
	// ErrVoid is returned for the link of a mail that is too old, or that something has
	// happened since: its reader has left, was forgotten, or is not to be mailed.
	ErrVoid = errors.New("the link holds no more")
)

// Confirmed is a reader who has confirmed.
type Confirmed struct {
	Email    string
	UnderWay int  // the number of the issue that is being sent without the reader; 0 for none, or where OnItsWay
	Latest   int  // the number of the one that they may ask for; 0 for none
	OnItsWay bool // that one is being sent to them, without asking or because they asked
	Had      int  // the number of the one that they asked for and were sent; 0 for none
}

// SignUp is what somebody says who wants to read the newsletter.
type SignUp struct {
	Address Address
	Name    string // as it was given; "" for none
	Consent Consent
	Choice  Choice
	Chose   bool // sections: else Choice is what a new reader has, and one who comes back keeps theirs
}
