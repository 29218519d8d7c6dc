package words

import (
	"fmt"

	"roundup/delivery"
	"roundup/digest"
	"roundup/internal/wording"
)

// Cancelling says whom a cancelling keeps an issue from, and what becomes of its articles,
// of which so many are carried: where readers choose sections, somebody has got these.
func Cancelling(issue digest.Issue, t delivery.Tally, carried int) string {
	reached, open := t.Sent+t.Unknown+t.Sending, t.Queued+t.Deferred
	all := len(issue.Articles())
	articles := wording.Count(all, "article")
	if reached == 0 {
		return fmt.Sprintf("nobody has it, and none of %s would get it; its %s would be owed again, to the next issue",
			wording.Count(open, "reader"), articles)
	}
	has := fmt.Sprintf("%d of %s %s it", reached, wording.Count(t.Audience(), "reader"), haveOrHas(reached))
	if open == 0 {
		return has + ", and it is owed to nobody else"
	}
	others := othersOf(open, reached+open == t.Audience())
	if carried == 0 || carried == all { // with the first mail still on the wire none is carried yet
		return fmt.Sprintf("%s; %s would never get it, nor its %s, which no later issue carries", has, others, articles)
	}
	return fmt.Sprintf("%s; %s would never get it, nor %d of its %s, which no later issue carries; what nobody has got would be owed again",
		has, others, carried, articles)
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
