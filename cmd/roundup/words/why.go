package words

import (
	"fmt"

	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/wording"
)

// Why words why a run does nothing, or less than was meant: on a terminal, in a
// notice, and on the record of a slot and an issue, which is kept as it was worded.
func Why(w desk.Why) string {
	switch w.Code {
	case desk.NothingDue:
		return "nothing is due"
	case desk.PassedBy:
		return fmt.Sprintf("no run started an issue within %s of it (schedule.catch_up)", wording.Span(w.CatchUp)) + refused(w.Detail)
	case desk.LeftTooLong:
		return fmt.Sprintf("nothing was sent for %s, longer than schedule.catch_up (%s)", wording.Span(w.Idle), wording.Span(w.CatchUp))
	case desk.SaidNo:
		return "you said no"
	case desk.NoArticles, desk.TooFew:
		return Shortage(w.Lacks)
	case desk.NoReaders:
		return "nobody on the list may be mailed"
	}
	return w.Detail
}

// refused says why the last run could start no issue; nothing where none tried.
func refused(why string) string {
	if why == "" {
		return ""
	}
	return "; the last one could not: " + why
}

// Shortage says how many articles there are and how many it takes: "only 2 new
// articles (minimum 3)", and how many more a person could let in.
func Shortage(s digest.Shortage) string {
	words := "no new articles"
	if s.Articles > 0 {
		words = "only " + wording.Count(s.Articles, "new article")
	}
	words += fmt.Sprintf(" (minimum %d)", s.Least)
	if s.Quarantined > 0 {
		words += ", and " + wording.Agree(s.Quarantined, "article is", "articles are") + " quarantined until somebody decides"
	}
	return words
}
