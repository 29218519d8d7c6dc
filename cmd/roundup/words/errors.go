// Package words puts what the rooms say by code and fact into English for whoever
// runs Roundup: on a terminal, in a notice, in the hint below an error. It knows the
// commands by which something is done, as only this program has them.
//
// It must not ask, open or change anything. What one command alone prints is worded
// with that command. Start reading with remedy.go and notice.go.
package words

import "fmt"

// UsageError is a mistake in the command line.
type UsageError struct{ Msg, Hint string }

// Error implements error.
func (e *UsageError) Error() string { return e.Msg }

// HintedError adds what to do to an error.
type HintedError struct {
	Err  error
	Hint string
}

// Error implements error.
func (e *HintedError) Error() string { return e.Err.Error() }

// Unwrap gives the error itself.
func (e *HintedError) Unwrap() error { return e.Err }

// NoBaseURL is the error where readers' pages are nowhere to be reached.
func NoBaseURL(what string) error {
	return &HintedError{Err: fmt.Errorf("%s: newsletter.base_url is not set", what), Hint: "set it to where readers reach `roundup serve`"}
}
