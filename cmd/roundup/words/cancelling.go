package words

import (
	"fmt"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/wording"
)

// Cancelling says whom a cancelling keeps an issue from, and what becomes of its articles.
func Cancelling(issue digest.Issue, t delivery.Tally) string {
	reached, open := t.Sent+t.Unknown+t.Sending, t.Queued+t.Deferred
	articles := wording.Count(len(issue.Articles()), "article")
	if reached == 0 {
		return fmt.Sprintf("nobody has it, and none of %s would get it; its %s would be owed again, to the next issue",
			wording.Count(open, "reader"), articles)
	}
	has := fmt.Sprintf("%d of %s %s it", reached, wording.Count(t.Audience(), "reader"), haveOrHas(reached))
	if open == 0 {
		return has + ", and it is owed to nobody else"
	}
	return fmt.Sprintf("%s; %s would never get it, nor its %s, which no later issue carries",
		has, othersOf(open, reached+open == t.Audience()), articles)
}

// othersOf is those who would miss the issue; all says that they are all the others, of
// whom none failed or left.
func othersOf(n int, all bool) string {
	switch {
	case all && n == 1:
		return "the other one"
	case all:
		return fmt.Sprintf("the other %d", n)
	case n == 1:
		return "one more"
	}
	return fmt.Sprintf("%d more", n)
}

func haveOrHas(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}
