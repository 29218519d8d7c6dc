package app

import (
	"os"
	"os/user"
	"strconv"
	"time"

	"roundup/cmd/roundup/words"
	"roundup/internal/asjson"
	"roundup/internal/oneline"
	"roundup/store"
	"roundup/subscribers"
)

// Actor is who does what the commands do: the user who typed one, or whom the
// timer runs as; in `serve` the daemon itself.
func (a *App) Actor() subscribers.Actor {
	if a.Daemon {
		return subscribers.Actor{Kind: subscribers.Daemon}
	}
	return subscribers.Actor{Kind: subscribers.CommandLine, Name: a.userName()}
}

// userName is the user's name on this system. Behind sudo it is the one who called
// it: several people who may do so all work as one user. It is a note for
// colleagues and proves nothing, as anybody may set the variable.
func (a *App) userName() string {
	if name := a.Env("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	// A container's user may have no name.
	return "user " + strconv.Itoa(os.Getuid())
}

// PrintEvents prints a line about each thing that is on record, with who did it.
func (a *App) PrintEvents(events []store.Event) error {
	for _, e := range events {
		if a.JSON {
			if err := a.PrintJSON(asjson.EventOf(e)); err != nil {
				return err
			}
			continue
		}
		a.Printf("  %s  %s (%s)\n", a.Local(e.At), oneline.Plain(a.happened(e)), oneline.Plain(words.ByWhom(e.By)))
	}
	return nil
}

// happened is what happened, with its detail where that says more: each decision about a
// reader has its ground, and each choice of theirs what it changed.
func (a *App) happened(e store.Event) string {
	switch {
	case e.Detail == "": // as of what was put on record before it had one
	case e.What == store.WasBounced, e.What == store.WasJudged, e.What == store.ChoiceChanged:
		return e.What + ": " + e.Detail
	case e.What == store.Paused:
		if until, err := time.Parse(time.RFC3339, e.Detail); err == nil {
			return e.What + " until " + a.Local(until)
		}
	}
	return e.What
}
