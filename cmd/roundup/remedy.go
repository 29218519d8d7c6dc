package main

import (
	"fmt"
	"strings"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/wording"
	"roundup/store"
)

// What to do about errors of the rooms that name their reason: the rooms don't
// know by which commands they are reached.

// adoptHint is what to do about a database that is not in charge.
const adoptHint = "run `roundup adopt`, which asks what went out since"

// notReadyHint is what to do where nothing may be sent.
func notReadyHint(e *desk.NotReadyError) string {
	switch e.Code {
	case desk.Rehearsing:
		return "unset " + desk.ClockVariable + " to send for real, or point smtp.host at 127.0.0.1"
	case desk.NotInCharge:
		return adoptHint
	case desk.NoWayOut:
		return "set base_url to where `roundup serve` is reached, or unsubscribe to a mailbox that `roundup bounces read` reads"
	case desk.PagesAway:
		return "start `roundup serve`, or set mail.unsubscribe to a mailbox that `roundup bounces read` reads"
	}
	return ""
}

// changeHint is what to do about a change that can't be made.
func changeHint(e *digest.ChangeError) string {
	switch e.Code {
	case digest.NoSuchArticle:
		return "`roundup articles list` prints the ids"
	case digest.AlreadyCarried:
		return fmt.Sprintf("`roundup articles again %d` prints it once more", e.Article)
	case digest.NotOwed:
		return fmt.Sprintf("`roundup articles restore %d` owes it to the next issue", e.Article)
	}
	return e.Hint
}

// ownerHint is what to do where the database belongs to somebody else.
func ownerHint(e *store.OwnerError) string {
	owner := e.Owner
	if strings.HasPrefix(owner, "#") {
		owner = "'" + owner + "'" // or a shell takes the rest for a comment
	}
	return "run it as that user: sudo -u " + owner + " roundup ..."
}

// stepWords say how an issue goes on; "" where it is over.
func stepWords(s delivery.Summary) string {
	switch s.Next() {
	case delivery.ReleaseIt:
		return fmt.Sprintf("It waits for a person: when the cause is mended, `roundup issues release %d`, then `roundup send`.", s.Issue)
	case delivery.AwaitRelay:
		return "Run `roundup send` again: it goes on when the relay takes mail, and nobody is mailed twice."
	case delivery.AwaitDeferred:
		readers := "The deferred reader is"
		if s.Deferred != 1 {
			readers = fmt.Sprintf("The %s deferred readers are", wording.Thousands(s.Deferred))
		}
		return fmt.Sprintf("%s tried again from %s on, by `roundup serve`, the timer, or the next `roundup send`. Nobody is mailed twice.",
			readers, s.NextTry.Format("15:04 MST"))
	case delivery.RunAgain:
		return "Run `roundup send` again: it goes on where it stopped, and nobody is mailed twice."
	}
	return ""
}
