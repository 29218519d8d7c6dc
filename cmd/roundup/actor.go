package main

import (
	"context"
	"os"
	"os/user"
	"strconv"

	"roundup/cmd/roundup/words"
	"roundup/digest"
	"roundup/store"
	"roundup/subscribers"
)

// actor is who does what the commands do: the user who typed one, or whom the
// timer runs as; in `serve` the daemon itself.
func (a *app) actor() subscribers.Actor {
	if a.daemon {
		return subscribers.Actor{Kind: subscribers.Daemon}
	}
	return subscribers.Actor{Kind: subscribers.CommandLine, Name: a.userName()}
}

// userName is the user's name on this system. Behind sudo it is the one who called
// it: several people who may do so all work as one user. It is a note for
// colleagues and proves nothing, as anybody may set the variable.
func (a *app) userName() string {
	if name := a.env("SUDO_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	// A container's user may have no name.
	return "user " + strconv.Itoa(os.Getuid())
}

// printEvents prints a line about each thing that is on record, with who did it; JSON
// does not have them.
func (a *app) printEvents(events []store.Event, err error) error {
	if err != nil || a.json {
		return err
	}
	for _, e := range events {
		what := e.What
		if what == store.WasBounced || what == store.WasJudged { // each decision about a reader has its ground
			what += ": " + e.Detail
		}
		a.printf("  %s  %s (%s)\n", a.local(e.At), oneLine(what), oneLine(words.ByWhom(e.By)))
	}
	return nil
}

// lastEdits is who changed last what the next issue prints.
func (a *app) lastEdits(ctx context.Context) (store.Editing, error) {
	st, err := a.store(ctx)
	if err != nil {
		return store.Editing{}, err
	}
	return st.LastEdits(ctx)
}

// decided reports whether the last that was done to an article, by somebody, is why
// it stands as it does.
func decided(e store.Event, c digest.Candidate, edit digest.ArticleEdit) bool {
	if e.By.Through == subscribers.ThroughSending {
		return false // it follows from the rules
	}
	switch e.What {
	case store.ArticleDropped:
		return c.State == digest.Dropped
	case store.ArticleSkipped:
		return edit.Skip
	case store.ArticlePinned:
		return edit.Pin
	case store.ArticleMoved:
		return edit.Position > 0 || edit.Section != ""
	}
	return false
}

// whoAndWhen says who did something, and when; "" where that is not on record.
func (a *app) whoAndWhen(e store.Event) string {
	if e.What == "" {
		return ""
	}
	return oneLine(words.ByWhom(e.By)) + ", " + a.local(e.At)
}
