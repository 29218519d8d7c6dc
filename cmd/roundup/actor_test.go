package main

import (
	"testing"

	"roundup/subscribers"
)

// Behind sudo it is the one who called it.
func TestUserName(t *testing.T) {
	t.Parallel()
	if got := (&app{environ: []string{"SUDO_USER=anna"}}).userName(); got != "anna" {
		t.Errorf("behind sudo: %q", got)
	}
	if got := (&app{}).userName(); got == "" {
		t.Error("nobody types commands")
	}
	if got := (&app{daemon: true}).actor(); got != (subscribers.Actor{Kind: subscribers.Daemon}) {
		t.Errorf("the daemon is %+v", got)
	}
}
