package mail

import (
	"fmt"
	"strconv"
	"strings"

	"roundup/digest"
)

// IssueHeader is the field that says which issue a mail is of, and how much of it, as an
// IssueMark. Test mails have none.
const IssueHeader = "X-Roundup-Issue"

// IssueMark is how much of which issue a mail has: its reader may have turned sections off.
type IssueMark struct {
	Number   int
	Articles int // in the mail
	Of       int // in the whole issue; 0 where it is not said
}

// markOf is the mark of the mails of a variant.
func markOf(i digest.Issue, v digest.Variant) IssueMark {
	m := IssueMark{Number: i.Number, Of: len(i.Articles())}
	if m.Articles = m.Of; v.Sections != nil {
		m.Articles = len(digest.Issue{Sections: digest.Only(i.Sections, v.Sections)}.Articles())
	}
	return m
}

// String is the mark as it stands in a mail: "12 (5 of 9 articles)".
func (m IssueMark) String() string {
	number := strconv.Itoa(m.Number)
	if m.Of == 0 {
		return number
	}
	return fmt.Sprintf("%s (%d of %d articles)", number, m.Articles, m.Of)
}

// ParseIssueMark reads a mark; one of a number alone is a mark, too.
func ParseIssueMark(text string) (m IssueMark, err error) {
	number, much, said := strings.Cut(text, " ")
	if said {
		_, err = fmt.Sscanf(much, "(%d of %d articles)", &m.Articles, &m.Of)
	}
	if err == nil {
		m.Number, err = strconv.Atoi(number)
	}
	if err != nil || m.Number < 1 || m.Articles < 0 || m.Of < m.Articles {
		return m, fmt.Errorf("%q is not an issue's mark", text)
	}
	return m, nil
}
