package main

import (
	"cmp"
	"context"
	"os"
	"os/user"
	"strconv"

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
		a.printf("  %s  %s (%s)\n", a.local(e.At), oneLine(e.What), oneLine(byWhom(e.By)))
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
	return oneLine(byWhom(e.By)) + ", " + a.local(e.At)
}

// byWhom says who did something: "by anna, command line".
func byWhom(by subscribers.Actor) string {
	who, way := "by "+by.Name, waysWords(by.Through)
	switch by.Kind {
	case subscribers.CommandLine:
		way = cmp.Or(way, "command line")
	case subscribers.Reader:
		who = "by the reader"
	case subscribers.OneClick:
		who = "by the reader, one click"
	case subscribers.Editor:
		if by.Name == "" {
			who = "by an editor"
		}
		way = cmp.Or(way, "on the editor's page")
	case subscribers.APIKey:
		who = "by API key " + by.Name
	case subscribers.Daemon:
		who = "by the daemon"
	}
	if way == "" {
		return who
	}
	return who + ", " + way
}

// waysWords are those of the ways that Roundup puts on record; others are words.
func waysWords(through string) string {
	switch through {
	case subscribers.ThroughPage:
		return "on the readers' page"
	case subscribers.ThroughMail:
		return "by mail"
	case subscribers.ThroughSending:
		return "while sending"
	case subscribers.ThroughFetch:
		return "reading the sources"
	case subscribers.ThroughAdopt:
		return "adopting the database"
	}
	return through
}
