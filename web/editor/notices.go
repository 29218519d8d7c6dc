package editor

import (
	"cmp"
	"fmt"
	"strings"

	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/wording"
)

// Whoever edits an issue sits before a browser, and often can't reach the server:
// the page says what is wrong and what to do there, and names no command.

// noticesOf words why the issue of a number would not go out; left says whether
// articles are listed that are not in it.
func noticesOf(obstacles []desk.Why, number int, left bool) []Notice {
	var all []Notice
	var unfilled []string
	for _, o := range obstacles {
		if o.Code == desk.Unfilled {
			unfilled = append(unfilled, settingWords(o.Detail))
			continue
		}
		all = append(all, noticeOf(o, number, left))
	}
	if len(unfilled) > 0 {
		missing := Notice{Text: "Settings are not filled in yet: " + strings.Join(unfilled, ", ") + ".", Do: "Ask whoever runs Roundup to fill them in."}
		all = append([]Notice{missing}, all...)
	}
	return all
}

// noticeOf words one obstacle.
func noticeOf(o desk.Why, number int, left bool) Notice {
	switch o.Code {
	case desk.Rehearsing:
		return Notice{Text: "This is a rehearsal: its clock is moved, and it may not use a mail server elsewhere."}
	case desk.NotInCharge:
		return Notice{
			Text: "This database is a copy, or was put back from a backup, and sends nothing before it is said what went out since.",
			Do:   "Ask whoever runs Roundup to adopt it.",
		}
	case desk.MovedAway:
		return Notice{
			Text: "This database was moved: another one sends in its place, and nothing can be changed here.",
			Do:   "Ask whoever runs Roundup to start this page again, with the other one.",
		}
	case desk.NoWayOut:
		return Notice{
			Text: "Readers would have no way to unsubscribe.",
			Do:   "Ask whoever runs Roundup to set newsletter.base_url or mail.unsubscribe.",
		}
	case desk.PagesAway:
		return Notice{
			Text: "Readers could not unsubscribe: their pages do not answer.",
			Do:   "Ask whoever runs Roundup to start them.",
		}
	case desk.Unread:
		return Notice{Text: "None of the sources could be read for a long time.", Do: "See below what is wrong with each, then read them again."}
	case desk.NoArticles:
		n := Notice{Text: "There is no article to print.", Do: "Read the sources again."}
		if left {
			n.Do = "Read the sources again, or take in one under “Not in this issue”."
		}
		return n
	case desk.TooFew:
		n := Notice{Text: "There are too few articles: " + shortageWords(o.Lacks) + ".", Do: "Wait for new ones, or read the sources again."}
		if left {
			n.Do = "Take in or restore one that is listed under “Not in this issue”, or wait for new ones."
		}
		return n
	case desk.NoReaders:
		return Notice{Text: "Nobody has subscribed yet."}
	case desk.HeldBefore:
		return Notice{
			Text: fmt.Sprintf("Issue %d is held and waits for a person: %s.", o.Issue, o.Detail),
			Do:   fmt.Sprintf("Ask whoever runs Roundup to look at it; issue %d is not affected.", number),
			Mild: true,
		}
	}
	return Notice{Text: o.Detail}
}

// shortageWords say how many articles there are and how many it takes.
func shortageWords(s digest.Shortage) string {
	words := fmt.Sprintf("only %s (minimum %d)", wording.Count(s.Articles, "new article"), s.Least)
	if s.Quarantined > 0 {
		words += ", and " + wording.Agree(s.Quarantined, "article is", "articles are") + " quarantined until somebody decides"
	}
	return words
}

// settingWords is what a setting that a send needs says, in words.
func settingWords(key string) string {
	words := map[string]string{
		"newsletter.name":           "the newsletter’s name",
		"newsletter.postal_address": "the postal address",
		"mail.from":                 "who the mail is from",
		"smtp.host":                 "the server that takes the mail",
	}
	if strings.HasPrefix(key, "sources") {
		return "where the articles come from"
	}
	return cmp.Or(words[key], key)
}
