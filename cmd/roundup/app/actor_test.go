package app_test

import (
	"testing"

	"roundup/cmd/roundup/app"
	"roundup/subscribers"
)

// Behind sudo it is the one who called it.
func TestUserName(t *testing.T) {
	t.Parallel()
	if got := (&app.App{Environ: []string{"SUDO_USER=anna"}}).Actor().Name; got != "anna" {
		t.Errorf("behind sudo: %q", got)
	}
	if got := (&app.App{}).Actor().Name; got == "" {
		t.Error("nobody types commands")
	}
	if got := (&app.App{Daemon: true}).Actor(); got != (subscribers.Actor{Kind: subscribers.Daemon}) {
		t.Errorf("the daemon is %+v", got)
	}
}
