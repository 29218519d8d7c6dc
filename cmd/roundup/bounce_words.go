package main

import (
	"fmt"
	"strings"

	"roundup/delivery/inbox"
	"roundup/delivery/reason"
	"roundup/internal/list"
	"roundup/internal/wording"
)

// bounceWords says what a mail says of one recipient.
func bounceWords(t list.Taken) string {
	who := oneLine(t.Recipient)
	if t.Sub.ID > 0 {
		who = oneLine(t.Sub.Email)
	}
	if who == "" {
		who = "nobody named"
	}
	switch t.Kind {
	case inbox.Unsubscribe:
		if t.Proof != inbox.ByToken {
			return "left alone: it asks to be unsubscribed, but holds no token of ours"
		}
		return "unsubscribe: " + who
	case inbox.AutoReply:
		return "left alone: an automatic answer of " + who
	case inbox.Nothing:
		if t.Reason == reason.Delivered {
			return "left alone: it says that the mail arrived"
		}
		return "left alone: ordinary mail, or about no reader"
	}
	words := fmt.Sprintf("%s: %s: %s", t.Kind, who, reasonWords(t.Reason))
	if t.Words != "" {
		words += " (" + wording.Cut(oneLine(t.Words), 120) + ")"
	}
	switch {
	case !t.Counts:
		words += "; without effect: it does not prove itself"
	case t.Sub.ID == 0:
		words += "; not on the list"
	}
	return words
}

// reasonWords is why a mail was not taken.
func reasonWords(r reason.Reason) string {
	if r == "" {
		return "called spam by the reader"
	}
	return strings.ReplaceAll(string(r), "_", " ")
}

// mailsWords sums up what became of mails.
func mailsWords(n list.MailsDone, dryRun bool) string {
	verb := "unsubscribed"
	if dryRun {
		verb = "would be unsubscribed"
	}
	words := fmt.Sprintf("%s: %d %s, %d had left already", count(n.Mails, "mail"), n.Unsubscribed, verb, n.Already)
	for _, more := range []struct {
		n    int
		noun string
	}{{n.Bounces, "bounce"}, {n.Complaints, "complaint"}} {
		if more.n > 0 {
			words += ", " + count(more.n, more.noun)
		}
	}
	if n.AutoReplies > 0 {
		words += fmt.Sprintf(", %d automatic", n.AutoReplies)
	}
	return fmt.Sprintf("%s, %d left alone.", words, n.Other)
}
