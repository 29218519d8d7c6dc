package digest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"roundup/internal/language"
)

// Candidate is an article with all that choosing needs to know of its past.
type Candidate struct {
	Article
	State      State
	Why        string // why it is dropped or quarantined
	Issue      int    // the issue that carried or reserved it; 0 for none
	PassedOver int    // how many decided slots or issues it was eligible for and not in; over 0 it is rolled over
	OwedSince  time.Time
	Sources    []string // all that gave it; Article.Source is among them, also where there are none here
}

// Rules are the configured settings that choosing obeys.
type Rules struct {
	Sections    []Section
	Unwanted    []string // keys of those that nobody gets: they stay empty
	Hide        []string // labels never printed
	Only        []string // the only labels printed; empty for any
	Rename      []Rename
	Sources     map[string]SourceRule // by Candidate.Sources; one that is not there takes everything
	MinArticles int
	MaxArticles int
	Room        int           // articles that fit into one mail, where not all do; 0 for all
	MaxAge      time.Duration // 0: no limit
	CutOff      time.Duration // before the slot
	Location    *time.Location
}

// Section is a configured part of the mail.
type Section struct {
	Title  string
	Key    string // what readers choose it by
	Labels []string
	Max    int  // 0: no cap of its own
	Rest   bool // takes what no other section has room for
	Next   bool // overflow: next; what does not fit waits for the next issue

	Compact bool // printed small
}

// Rename prints a label under another name.
type Rename struct{ From, To string }

// SourceRule narrows what a source offers. A word matches in title, dek and summary.
type SourceRule struct {
	Include Match // when not empty, only what matches is eligible
	Exclude Match
	Gone    bool `json:"-"` // the source is not configured any more: this was its rule
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

// Equal reports whether these edits say the same as others.
func (e Edits) Equal(o Edits) bool {
	return e.Subject == o.Subject && e.Preheader == o.Preheader && e.Note == o.Note && maps.Equal(e.Articles, o.Articles)
}

// ArticleEdit is what a person changed about one article in one issue.
type ArticleEdit struct {
	Pin           bool
	Position      int    // 1-based place in its section, which pins it too; 0 for none wished
	Section       string // "" for the one its labels choose
	Skip          bool   // not in this issue
	Headline      string
	Blurb         string
	UpstreamTitle string // the title and blurb when edited, to show a conflict
	UpstreamBlurb string
}

// Plain is the edit alone, without what was upstream when it was made.
func (e ArticleEdit) Plain() ArticleEdit {
	e.UpstreamTitle, e.UpstreamBlurb = "", ""
	return e
}

// Outcome is what becomes of a candidate in this choice.
type Outcome string

// The outcomes of a choice.
const (
	In      Outcome = "in"      // in this issue
	Next    Outcome = "next"    // eligible, no place: rolls over to the next issue
	Later   Outcome = "later"   // owed but not eligible now: after the cut-off, dated in the future, skipped by hand
	Out     Outcome = "out"     // not a candidate: carried, reserved, dropped, baseline, quarantined, excluded
	Off     Outcome = "off"     // in this issue, and not in the variant that is looked at
	Expired Outcome = "expired" // owed until now, older than max_age: to be dropped
)

// Fate is the outcome for one candidate and the reason in plain words.
type Fate struct {
	Candidate Candidate
	Outcome   Outcome
	Section   string // the section it is in, or would have gone to
	Reason    string // "over Opinion's cap of 3: waits"
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

// Quarantined is the number of candidates that wait for a person's decision.
func (s Selection) Quarantined() int {
	n := 0
	for _, f := range s.Fates {
		if f.Candidate.State == Quarantined {
			n++
		}
	}
	return n
}

// Shortage is what a selection lacks to be an issue; the zero value where it lacks nothing.
type Shortage struct {
	Articles    int // it has
	Least       int // it needs
	Quarantined int // a person could let in
}

// Enough reports whether a selection makes an issue: at least MinArticles of
// them, and never none.
func (r Rules) Enough(s Selection) (bool, Shortage) {
	n, least := s.Count(), max(r.MinArticles, 1)
	if n >= least {
		return true, Shortage{}
	}
	return false, Shortage{Articles: n, Least: least, Quarantined: s.Quarantined()}
}

// Choose says what becomes of every candidate in the issue made at a moment.
// It is deterministic: the order of the candidates does not matter, and nothing
// it is given is changed.
//
//   - Who may be in: see eligibility in eligible.go.
//   - Who gets a place, and where: see place in places.go.
//   - In which order a section prints them, and the issue its sections: see
//     arrange and printingOrder in arrange.go.
//
// Rules without sections are taken as one untitled section for everything.
func Choose(rules Rules, edits Edits, candidates []Candidate, at Moment) Selection {
	if len(rules.Sections) == 0 {
		rules.Sections = []Section{{Rest: true}}
	}
	c := chooser{rules: rules, at: at}
	contenders := make([]*contender, len(candidates))
	for i, candidate := range candidates {
		contenders[i] = c.newContender(candidate, edits.Articles[candidate.ID])
	}
	slices.SortFunc(contenders, newestFirst)

	var eligible []*contender
	for _, e := range contenders {
		if e.outcome, e.reason = c.eligibility(e); e.outcome == In {
			eligible = append(eligible, e)
		}
	}
	chosen := c.place(eligible)
	for i := range chosen {
		chosen[i] = arrange(chosen[i])
	}
	s := Selection{Problems: c.problems(edits, contenders)}
	for _, i := range printingOrder(chosen) {
		section := c.rules.Sections[i]
		printed := IssueSection{Title: section.Title, Key: section.Key, Compact: section.Compact}
		for _, e := range chosen[i] {
			lead := len(s.Fates) == 0
			s.Fates = append(s.Fates, c.fate(e))
			printed.Articles = append(printed.Articles, c.print(e, lead))
		}
		s.Sections = append(s.Sections, printed)
	}
	for _, e := range contenders {
		if e.outcome != In {
			s.Fates = append(s.Fates, c.fate(e))
		}
	}
	return s
}

// chooser is what every step of one choice looks at.
type chooser struct {
	rules Rules
	at    Moment
}

// contender is a candidate on its way to its fate.
type contender struct {
	Candidate
	edit    ArticleEdit
	labels  []string // keys under which its labels match, as given and as renamed
	authors []string // keys of its authors' names
	outcome Outcome
	reason  string // of every outcome but In, whose reason is made of what follows
	section string // title of the section it is in, or would have gone to
	match   string // the label that brought it there
	over    string // the section that had no room for it, and its cap
	despite string // what would have kept it out, had it not been pinned
}

func (c chooser) newContender(candidate Candidate, edit ArticleEdit) *contender {
	e := &contender{Candidate: candidate, edit: edit}
	for _, label := range candidate.Labels {
		e.labels = append(e.labels, language.Fold(label), language.Fold(c.rules.renamed(label)))
	}
	for _, author := range candidate.Authors {
		if key := language.Fold(author.Name); key != "" && !slices.Contains(e.authors, key) {
			e.authors = append(e.authors, key)
		}
	}
	return e
}

// pinned reports whether a person gave the article a place.
func (e *contender) pinned() bool { return e.edit.Pin || e.edit.Position > 0 }

// rolledOver reports whether an earlier issue had no place for the article.
func (e *contender) rolledOver() bool { return e.PassedOver > 0 }

// newestFirst orders contenders by date, the latest first. Of one moment, the
// one stored first comes first: feeds list their newest articles first. The
// rest only makes the order the same every time.
func newestFirst(a, b *contender) int {
	return cmp.Or(
		cmp.Compare(a.undated(), b.undated()),
		b.Date().Compare(a.Date()),
		cmp.Compare(a.ID, b.ID),
		cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.GUID, b.GUID),
		cmp.Compare(a.URL, b.URL),
		cmp.Compare(a.Title, b.Title),
	)
}

// undated is 1 for an article that its source gives no date, else 0. When it was
// found says nothing of how new it is: it comes after all that have one.
func (e *contender) undated() int {
	if e.Published.IsZero() {
		return 1
	}
	return 0
}

// longestOwedFirst orders contenders by when they were first owed.
func longestOwedFirst(a, b *contender) int {
	return cmp.Or(a.owedSince().Compare(b.owedSince()), newestFirst(a, b))
}

// owedSince is when the article was first owed.
func (e *contender) owedSince() time.Time {
	if e.OwedSince.IsZero() {
		return e.FirstSeen
	}
	return e.OwedSince
}
