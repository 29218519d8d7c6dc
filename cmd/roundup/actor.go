package main

import (
	"cmp"
	"os"
	"os/user"
	"strconv"

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

// happened is a line about something that is on record.
func (a *app) happened(e store.Event) string {
	return a.local(e.At) + "  " + oneLine(e.What) + " (" + oneLine(byWhom(e.By)) + ")"
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
