package words

import (
	"cmp"
	"fmt"
	"strings"

	"roundup/delivery/relay"
	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/oneline"
	"roundup/internal/wording"
	"roundup/store/content"
	"roundup/store/ledger"
)

// Notice puts into words what the editor is told of, by mail or by post:
// whoever reads it runs the server, or asks somebody who does.
func Notice(n desk.News) desk.Notice {
	issue := fmt.Sprintf("issue %d", n.Issue.Number)
	switch n.Kind {
	case desk.IssueWaits:
		return desk.Notice{
			Subject: issue + " is waiting for the relay",
			Text:    n.Issue.Why + "\n\nIt goes on by itself when the relay takes mail again. Nobody is missed.",
		}
	case desk.IssueHeld:
		return desk.Notice{
			Subject: issue + " is held",
			Text: fmt.Sprintf("%s\n\nIt waits for a person. When the cause is mended: roundup issues release %d",
				n.Issue.Why, n.Issue.Number),
		}
	case desk.RelayBack:
		return desk.Notice{Subject: issue + " goes on", Text: "The relay takes mail again."}
	case desk.Released:
		return desk.Notice{Subject: issue + " goes on", Text: "It was released."}
	case desk.IssueOver:
		return endWords(n)
	case desk.IssueLate:
		return desk.Notice{Subject: "the issue of " + n.Slot.Label + " is not out", Text: lateWords(n.Issue, n.Slot.Why) + "\nSee: roundup report"}
	case desk.NoIssue:
		return desk.Notice{
			Subject: "no issue on " + n.Slot.Label,
			Text: fmt.Sprintf("The slot of %s was %s: %s.\nWhat is owed stays owed. See: roundup explain",
				n.Slot.Label, n.Slot.Outcome, n.Slot.Why),
		}
	case desk.DatabaseDamaged:
		return desk.Notice{
			Subject: "the database is damaged, and nothing is sent",
			Text:    n.Err.Error() + "\n\nPut a backup in its place, then: roundup adopt",
		}
	case desk.DatabaseWhole:
		return desk.Notice{Subject: "the database is whole again", Text: "Issues go out as before."}
	case desk.SignUpsStopped:
		return desk.Notice{
			Subject: "more people sign up than may",
			Text: "So many confirmations went out within an hour (web.sign_ups_per_hour) that no more do. Whoever signs up is asked to come\n" +
				"again in an hour. If it is no attack, set a higher number. See: roundup subscribers list --status pending",
		}
	case desk.SignUpsGoOn:
		return desk.Notice{Subject: "people can sign up again", Text: "Confirmations go out as before."}
	case desk.ConfigChanged:
		return desk.Notice{
			Subject: "the configuration has changed, and is not used yet",
			Text: "roundup serve goes on with what it read when it started. To use what the file says now, restart it; roundup check tells first\n" +
				"whether it is right.",
		}
	case desk.WorkersDiffer:
		return desk.Notice{
			Subject: "workers send by other settings than the desk has",
			Text: OtherSettings(n.Differing) + "\nThey send other mails than the rest, or send them in another way. Give all machines the same roundup.yaml, and start anew what still has\n" +
				"the old one. See: roundup workers",
		}
	case desk.WorkersAgree:
		return desk.Notice{Subject: "all workers have the same settings again", Text: "What is sent, and how, is the same whoever sends it."}
	case desk.ManyGone, desk.ManyComplain, desk.ServersRefuseUs:
		return returnNews(n)
	case desk.MailboxFails, desk.MailboxReads:
		return mailboxNews(n.Kind, n.Mailbox)
	}
	return sourceNews(n.Kind, n.Source)
}

// sourceNews is what became of a source.
func sourceNews(kind desk.NewsKind, r content.SourceRecord) desk.Notice {
	switch kind {
	case desk.SourceFails:
		then := "Issues go out without it."
		if digest.SaysEmptied(r.LastError) {
			then = "What was read of it before stays owed. If it may be empty: roundup sources accept " + r.URL
		}
		return desk.Notice{Subject: "a source has been failing for a day", Text: r.URL + "\n" + r.LastError + "\n" + then}
	case desk.SourceReads:
		return desk.Notice{Subject: "a source can be read again", Text: r.URL}
	case desk.SourceDamaged:
		return desk.Notice{
			Subject: "a source has been damaged for a day",
			Text:    r.URL + "\n" + r.Damage + "\nWhat can be read of it goes out. Articles may be missing, or parts of them: tell its publisher.",
		}
	case desk.SourceWhole:
		return desk.Notice{Subject: "a source is whole again", Text: r.URL}
	case desk.Quarantined:
		return desk.Notice{
			Subject: fmt.Sprintf("%s of a source wait for a decision", wording.Count(r.Quarantined, "article")),
			Text: fmt.Sprintf(`%s
It suddenly showed %s that it dates before its last reading, and that were not known: most
likely its links or its archive have changed. They are quarantined: issues go out without
them, and with whatever is new.

Which they are:            roundup articles list --state quarantined
They are new, send them:   roundup sources accept %[1]s
They are old, never send:  roundup sources ignore %[1]s`,
				r.URL, wording.Count(r.Quarantined, "article")),
		}
	}
	return desk.Notice{Subject: string(kind)}
}

// OtherSettings names workers that have other settings, a line each with which these are.
func OtherSettings(all []ledger.Differing) string {
	text := ""
	for _, one := range all {
		text += fmt.Sprintf("%s: %s\n", one.Worker.Name, strings.Join(one.Settings, ", "))
	}
	return text
}

// OtherVersions names workers that are of another version of this program, a line each.
func OtherVersions(all []ledger.Worker) string {
	text := ""
	for _, w := range all {
		text += w.Name + ": " + w.Version + "\n"
	}
	return text
}

// lateWords say how an issue stands that is not out, and why the last run started none.
func lateWords(issue digest.Issue, refusal string) string {
	switch {
	case issue.Number == 0 && refusal != "":
		return "It has not been started; the last run could not: " + refusal
	case issue.Number == 0:
		return "It has not been started."
	}
	return cmp.Or(strings.TrimSpace(issue.Why), fmt.Sprintf("Issue %d is %s.", issue.Number, issue.Status))
}

// endWords account for an issue that is over: how many have it, and who has not,
// with the servers' words.
func endWords(n desk.News) desk.Notice {
	number := n.Issue.Number
	text := fmt.Sprintf("%s\n\n%d of %s: handed to the relay. Failed: %d. Skipped: %d. Unknown: %d.\nDetails: roundup report %d",
		n.Issue.Subject, n.Sum.Sent, wording.Count(n.Sum.Audience, "reader"), n.Sum.Failed, n.Sum.Skipped, n.Sum.Unknown, number)
	if without := Without(n.Without); without != "" {
		text += "\n\n" + strings.TrimSuffix(without, "\n")
	}
	if len(n.Reasons) > 0 {
		text += "\n\nWhy they failed:"
	}
	for _, r := range n.Reasons {
		text += fmt.Sprintf("\n%6d  %s", r.Readers, r.Words)
	}
	if n.MoreReasons > 0 {
		text += "\n        and " + wording.Count(n.MoreReasons, "other reason")
	}
	return desk.Notice{Subject: fmt.Sprintf("issue %d is %s", number, n.Issue.Status), Text: text, ByMail: failedWords(n)}
}

// Without names the sources that an issue went without, a line each; "" where it had all.
func Without(sources []string) string {
	if len(sources) == 0 {
		return ""
	}
	text := "It went without " + wording.Count(len(sources), "source") + " that could not be read:\n"
	for _, s := range sources {
		text += "  " + oneline.Plain(s) + "\n"
	}
	return text
}

// failedWords name the first readers who failed, with their servers' words.
func failedWords(n desk.News) string {
	if n.Sum.Failed == 0 {
		return ""
	}
	text := "\n\nWho they are:"
	for _, r := range n.Failed {
		reply := relay.Reply{Code: r.Code, Enhanced: r.Enhanced, Text: r.Reply}
		text += fmt.Sprintf("\n  %s: %s", cmp.Or(r.Email, "(forgotten since)"), cmp.Or(relay.Nameless(reply.String()), r.Why))
	}
	if more := n.Sum.Failed - len(n.Failed); more > 0 {
		text += fmt.Sprintf("\n  and %d more: roundup deliveries %d --state failed", more, n.Issue.Number)
	}
	return text
}
