package main

import (
	"errors"
	"testing"

	"roundup/digest"
	"roundup/internal/desk"
)

func TestSourceTrouble(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		`there is no host "x.example"`:                                             "there is no such address; is it spelled right?",
		"lookup x.example on 127.0.0.53:53: server misbehaving":                    "its address could not be looked up just now",
		"no complete answer in time: waited 20s":                                   "it did not answer in time",
		"nothing answers there: dial tcp 10.0.0.1:80: connect: connection refused": "nothing answers at its address",
		"tls: failed to verify certificate: x509: certificate has expired":         "its certificate is not valid",
		"the feed cannot be read: it is in trouble (503 Service Unavailable)":      "the feed cannot be read: it is in trouble (503 Service Unavailable)",
	} {
		if got := sourceTrouble(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

func TestWithoutSockets(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		`x does not answer: there is no host "x": dial tcp: lookup x on 10.0.0.1:53: no such host; try again`: `x does not answer: there is no host "x"; try again`,
		"relay: dial tcp 127.0.0.1:25: connect: connection refused":                                           "relay: it can’t be reached just now",
		"all well": "all well",
	} {
		if got := withoutSockets(said); got != want {
			t.Errorf("%q: got %q, want %q", said, got, want)
		}
	}
}

// TestPageWordsNameNoCommand: an editor has a browser, and no command line.
func TestPageWordsNameNoCommand(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		&digest.ChangeError{Code: digest.NoSuchArticle, Message: "there is no article 5", Article: 5},
		&digest.ChangeError{Code: digest.AlreadyCarried, Message: "article 5: carried by issue 2", Article: 5},
		&digest.ChangeError{Code: digest.NotOwed, Message: "article 5: dropped, so no issue prints it", Article: 5},
		&desk.NotReadyError{Code: desk.NotInCharge, Why: "this database sends nothing yet"},
		&desk.NotReadyError{Code: desk.NoWayOut, Why: "readers would have no way out"},
		&hintedError{err: errors.New("broken"), hint: "run `roundup adopt`; look at the disk"},
	} {
		if got := pageWords(err); hasCommand(got) {
			t.Errorf("%v: %q", err, got)
		}
	}
}

func TestReadWords(t *testing.T) {
	t.Parallel()
	good, bad := desk.Fetched{Source: "feed.xml", New: 2}, desk.Fetched{Source: "https://www.x.example/feed", Error: "no complete answer in time"}
	got, err := readWords([]desk.Fetched{good, bad})
	if want := "Read 1 of 2 sources: 2 articles new, 0 changed. Not read: x.example/feed (it did not answer in time)."; got != want || err != nil {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
	if got, err := readWords([]desk.Fetched{bad}); err == nil {
		t.Errorf("nothing was read, and it says %q", got)
	}
}
