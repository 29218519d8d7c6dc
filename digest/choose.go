package digest

import "time"

// Candidate is an article with all that choosing needs to know of its past.
type Candidate struct {
	Article
	State      State
	Why        string // why it is dropped or quarantined
	Issue      int    // the issue that carried or reserved it; 0 for none
	PassedOver int    // how many decided slots or issues it was eligible for and not in; over 0 it is rolled over
	OwedSince  time.Time
}

// Rules are the configured settings that choosing obeys.
type Rules struct {
	Sections    []Section
	Hide        []string // labels never printed
	Rename      []Rename
	Sources     map[string]SourceRule // by Article.Source
	MinArticles int
	MaxArticles int
	MaxAge      time.Duration // 0: no limit
	CutOff      time.Duration // before the slot
	Location    *time.Location
}

// Section is a configured part of the mail.
type Section struct {
	Title  string
	Labels []string
	Max    int  // 0: no cap of its own
	Rest   bool // takes what no other section has room for
	Next   bool // overflow: next; what does not fit waits for the next issue
}

// Rename prints a label under another name.
type Rename struct{ From, To string }

// SourceRule narrows what a source offers. A word matches in title, dek and summary.
type SourceRule struct {
	Include Match // when not empty, only what matches is eligible
	Exclude Match
}

// Match lists labels, authors and words; one hit is enough.
type Match struct{ Labels, Authors, Words []string }

// Moment is when the choice is made: the slot the issue belongs to (zero for
// an extra issue, which has no cut-off) and the clock.
type Moment struct {
	Slot time.Time
	Now  time.Time
}

// Edits are what a person changed in the next issue.
type Edits struct {
	Subject   string // "" for the template's
	Preheader string
	Note      string
	Articles  map[int64]ArticleEdit
}

// ArticleEdit is what a person changed about one article in one issue.
type ArticleEdit struct {
	Pin           bool
	Position      int    // 1-based place in its section; 0 for none wished
	Section       string // "" for the one its labels choose
	Skip          bool   // not in this issue
	Headline      string
	Blurb         string
	UpstreamTitle string // the title and blurb when edited, to show a conflict
	UpstreamBlurb string
}

// Outcome is what becomes of a candidate in this choice.
type Outcome string

const (
	In      Outcome = "in"      // in this issue
	Next    Outcome = "next"    // eligible, no place: rolls over to the next issue
	Later   Outcome = "later"   // owed but not eligible now: after the cut-off, dated in the future, skipped by hand
	Out     Outcome = "out"     // not a candidate: carried, reserved, dropped, baseline, quarantined, excluded
	Expired Outcome = "expired" // owed until now, older than max_age: to be dropped
)

// Fate is the outcome for one candidate and the reason in plain words.
type Fate struct {
	Candidate Candidate
	Outcome   Outcome
	Section   string // the section it is in, or would have gone to
	Reason    string // "over Opinion's cap of 3: next issue"
}

// Selection is the result of a choice.
type Selection struct {
	Sections []IssueSection // only those with articles, in the mail's order
	Fates    []Fate         // one for each candidate: those in, in the mail's order; then the others, newest first
	Problems []string       // edits that could not be followed, with why
}

// Count is the number of articles chosen.
func (s Selection) Count() int {
	n := 0
	for _, sec := range s.Sections {
		n += len(sec.Articles)
	}
	return n
}
