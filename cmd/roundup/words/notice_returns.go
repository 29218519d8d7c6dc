package words

import (
	"fmt"
	"strings"

	"roundup/internal/desk"
	"roundup/internal/wording"
)

// returnNews says that more came back of an issue than should, and what to do.
func returnNews(n desk.News) desk.Notice {
	number := n.Issue.Number
	switch n.Kind {
	case desk.ManyGone:
		return desk.Notice{
			Subject: fmt.Sprintf("many readers of issue %d are gone", number),
			Text: fmt.Sprintf(`Mail to %s came back because there is no such reader: more than bounces.notify_hard, %g %%.
%s
They are not mailed any more. Providers take many such addresses for an old or a bought list, and trust its sender less:
see how those came to the list who joined lately, and before an old list is mailed again, have it confirmed.
See: roundup report %d, roundup suppressions review`,
				ofSent(n.Returned.Hard, n.Returned.Sent), n.Bound, mostOf(n.Returned.Gone()), number),
		}
	case desk.ManyComplain:
		return desk.Notice{
			Subject: fmt.Sprintf("readers call issue %d spam", number),
			Text: fmt.Sprintf(`%s called it spam: more than bounces.notify_complaints, %g %%. Gmail wants less than 0.1 %%, and refuses mail
from 0.3 %% on, to everybody.

They are not mailed any more. What helps: to mail only who asked for it and confirmed; a sender's name and a subject that say
at once who writes; the way out easily seen; no issue more often than was promised.
See: roundup report %d, roundup subscribers stats`,
				ofSent(n.Returned.Complained, n.Returned.Sent), n.Bound, number),
		}
	}
	about := n.Returned.AboutUs()
	reasons := map[string]bool{}
	var words []string
	for _, c := range about.Counts {
		if why := reasonWords(c.Reason); !reasons[why] {
			reasons[why] = true
			words = append(words, why)
		}
	}
	return desk.Notice{
		Subject: fmt.Sprintf("servers refuse issue %d because of its sender", number),
		Text: fmt.Sprintf(`Servers of several domains sent it back for a reason that is ours and not the readers': %s.
%s
Nobody is suppressed for it. Look at what they say (roundup report %d), at SPF, DKIM, DMARC and the server's name
(roundup check), and whether the address that mail goes out from is on a block list; if a relay sends for you, ask there.
Until it is mended the next issue meets the same: roundup issues hold N stops one.`,
			strings.Join(words, ", "), mostOf(about), number),
	}
}

// ofSent is how many of those who were sent an issue, with their share.
func ofSent(n, sent int) string {
	return fmt.Sprintf("%d of %s (%s)", n, wording.Count(sent, "reader"), percent(n, sent))
}

// mostOf is a line about where most of it came from; "" where that is not known.
func mostOf(r desk.Returned) string {
	if at := Domains(r); at != "" {
		return "By domain: " + at + ".\n"
	}
	return ""
}
