package words

import (
	"fmt"
	"io"
	"strings"

	"roundup/cmd/roundup/terminal"
	"roundup/delivery/inbox"
	"roundup/delivery/reason"
	"roundup/internal/desk"
	"roundup/internal/list"
	"roundup/internal/oneline"
	"roundup/internal/wording"
)

// Taken says what a mail says of one recipient.
func Taken(t list.Taken) string {
	who := oneline.Plain(t.Recipient)
	if t.Sub.ID > 0 {
		who = oneline.Plain(t.Sub.Email)
	}
	if who == "" {
		who = "nobody named"
	}
	switch t.Kind {
	case inbox.Unsubscribe:
		if t.Proof != inbox.ByToken {
			return "left alone: it asks to be unsubscribed, but holds no token of ours"
		}
		if t.Effect == list.Known {
			who += "; " + effectWords(t)
		}
		return "unsubscribe: " + who
	case inbox.AutoReply:
		return "an automatic answer of " + who
	case inbox.Nothing:
		if t.Effect == list.Replied {
			return fmt.Sprintf("an answer of %s to issue %d, which was counted", who, t.Issue.Number)
		}
		if t.Effect == list.Known {
			return fmt.Sprintf("an answer of %s to issue %d; %s", who, t.Issue.Number, effectWords(t))
		}
		if t.Reason == reason.Delivered {
			return "left alone: it says that the mail arrived"
		}
		return "left alone: ordinary mail, or about no reader"
	}
	words := fmt.Sprintf("%s: %s: %s", t.Kind, who, reasonWords(t.Reason))
	if t.Words != "" {
		words += " (" + wording.Cut(oneline.Plain(t.Words), 120) + ")"
	}
	return words + "; " + effectWords(t)
}

// effectWords says what follows.
func effectWords(t list.Taken) string {
	words := map[list.Effect]string{
		list.Nothing:    "none",
		list.Unproven:   "ignored: it does not prove itself",
		list.Unlisted:   "not on the list",
		list.Known:      "read already: changes nothing",
		list.Noted:      "noted",
		list.Suppressed: "suppressed",
		list.Left:       "left",
		list.LeftBefore: "had left already",
		list.Replied:    "counted as an answer to the issue, and left for a person to read",
	}[t.Effect]
	if t.Ground != "" {
		words += ": " + t.Ground
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

// Mails sums up what became of mails.
func Mails(n list.MailsDone, dryRun bool) string {
	verb := "unsubscribed"
	if dryRun {
		verb = "would be unsubscribed"
	}
	words := fmt.Sprintf("%s: %d %s, %d had left already", wording.Count(n.Mails, "mail"), n.Unsubscribed, verb, n.Already)
	if n.Suppressed > 0 {
		verb = "suppressed"
		if dryRun {
			verb = "would be suppressed"
		}
		words += fmt.Sprintf(", %d %s", n.Suppressed, verb)
	}
	for _, more := range []struct {
		n    int
		noun string
	}{{n.Bounces, "bounce"}, {n.Complaints, "complaint"}} {
		if more.n > 0 {
			words += ", " + wording.Count(more.n, more.noun)
		}
	}
	if n.AutoReplies > 0 {
		words += fmt.Sprintf(", %d automatic", n.AutoReplies)
	}
	if n.Replies > 0 {
		words += fmt.Sprintf(", %d to issues", n.Replies)
	}
	return fmt.Sprintf("%s, %d left alone.", words, n.Other)
}

// WriteTaken prints all that a mail says of one recipient.
func WriteTaken(w io.Writer, b list.Taken) error {
	t := terminal.NewTable(w, "", "")
	row := func(name, value string) {
		if value != "" {
			t.Row(name, value)
		}
	}
	row("kind", kindWords(b.Kind))
	row("recipient", oneline.Plain(b.Recipient))
	row("written to", oneline.Plain(b.Original))
	if b.Reason != "" {
		row("reason", reasonWords(b.Reason)+", "+groupWords(b.Reason.Group()))
	}
	row("status", b.Status)
	if b.Code > 0 {
		row("reply", fmt.Sprint(b.Code))
	}
	row("words", oneline.Plain(b.Words))
	if b.Sub.ID > 0 {
		row("reader", oneline.Plain(b.Sub.Email))
	}
	row("named by", proofWords(b.Proof))
	if b.Issue.Number > 0 {
		row("issue", fmt.Sprint(b.Issue.Number))
	}
	row("effect", effectWords(b))
	return t.Flush()
}

func kindWords(k inbox.Kind) string {
	return map[inbox.Kind]string{
		inbox.Hard:        "hard: the reader is gone",
		inbox.Soft:        "soft: not taken",
		inbox.Complaint:   "complaint: called spam",
		inbox.Unsubscribe: "unsubscribe: a reader leaves",
		inbox.AutoReply:   "auto-reply: an absence note or another automatic answer",
		inbox.Nothing:     "none: ordinary mail, or about no reader",
	}[k]
}

func groupWords(g reason.Group) string {
	return map[reason.Group]string{
		reason.Gone:    "so the reader is gone",
		reason.Mailbox: "which is the reader's mailbox",
		reason.Us:      "which is about us: nobody is blamed for it",
		reason.Between: "which says nothing about the reader",
		reason.None:    "which is no bounce",
	}[g]
}

func proofWords(p inbox.Proof) string {
	return map[inbox.Proof]string{
		inbox.ByToken:     "a token of ours, which can't be forged",
		inbox.ByMessageID: "our Message-ID in what it returns",
		inbox.ByAddress:   "the address alone, which anybody can write",
	}[p]
}

// WriteReturns prints of how many readers something came back of an issue: by kind and reason,
// and the domains that most of their mail came back from.
func WriteReturns(w io.Writer, r desk.Returned) error {
	if len(r.Counts) == 0 {
		return nil
	}
	fmt.Fprintln(w, "What came back:")
	type line struct{ kind, why string }
	var order []line
	sums := map[line]int{}
	for _, c := range r.Counts {
		l := line{c.Kind, ""}
		if c.Reason != "" {
			l.why = reasonWords(c.Reason)
		}
		if sums[l] == 0 {
			order = append(order, l)
		}
		sums[l] += c.N
	}
	t := terminal.NewTable(w, "  READERS", "KIND", "REASON")
	for _, l := range order {
		t.Row(fmt.Sprintf("  %d", sums[l]), l.kind, l.why)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if at := Domains(r); at != "" {
		fmt.Fprintf(w, "Readers whose mail came back, by domain: %s.\n", at)
	}
	return nil
}

// domainsTold is how many domains are named of those that something came back from.
const domainsTold = 5

// Domains lists those that most came back from, with of how many readers; "" where none is known.
func Domains(r desk.Returned) string {
	top, others := r.Domains(domainsTold)
	var all []string
	for _, d := range top {
		all = append(all, fmt.Sprintf("%s %d", oneline.Plain(d.Name), d.N))
	}
	if others > 0 && len(top) > 0 {
		all = append(all, fmt.Sprintf("others %d", others))
	}
	return strings.Join(all, ", ")
}
