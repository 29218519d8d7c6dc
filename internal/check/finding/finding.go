// Package finding owns what a check says: one thing that was looked at, how it
// stands, and what to do about it.
//
// It must not look at anything itself, and knows no other room, nor by which
// command something is done: that is named by a code (remedy.Remedy).
//
// Start reading with Finding; List collects them.
package finding

import (
	"slices"

	"roundup/internal/remedy"
)

// Outcome is how one check ended.
type Outcome string

const (
	Passed  Outcome = "passed"
	Warned  Outcome = "warned"  // worth a look; a send goes out all the same
	Failed  Outcome = "failed"  // a send would not go out, or not go well
	Skipped Outcome = "skipped" // not looked at, and why
)

// Group is the part of a send that a finding is about.
type Group string

// The groups of `roundup check`, in the order a send meets them.
const (
	Settings Group = "settings"
	Database Group = "database"
	Sources  Group = "sources"
	Issue    Group = "issue"
	Mail     Group = "mail"
	Readers  Group = "readers"
	Relay    Group = "relay"
	Domain   Group = "domain"
	Returns  Group = "returns"
)

// The groups of `roundup check --received`, in their order.
const (
	Received Group = "received" // whose mail it is, and the way it came
	Signed   Group = "signed"   // what SPF, DKIM and DMARC made of it
	Changed  Group = "changed"  // what was changed on the way
)

// Title is the group's heading for people.
func (g Group) Title() string {
	titles := map[Group]string{
		Settings: "Settings",
		Database: "The database and its machine",
		Sources:  "The sources",
		Issue:    "The next issue",
		Mail:     "The mail",
		Readers:  "The readers and their way out",
		Relay:    "The relay",
		Domain:   "What DNS says of the sender",
		Returns:  "What comes back",
		Received: "The mail as it arrived",
		Signed:   "Whether receivers can trust the sender",
		Changed:  "What was changed on the way",
	}
	if title, ok := titles[g]; ok {
		return title
	}
	return string(g)
}

// Finding is the result of one check.
type Finding struct {
	Group    Group
	Outcome  Outcome
	What     string
	Detail   string
	Hint     string        // what to do
	Do       remedy.Remedy // more of it, which whoever shows the finding words
	InDetail remedy.Remedy // more of Detail, likewise
	Publish  []Record      // DNS records to publish, where that is what to do
	Articles []int64       // the articles it is about
}

// Record is a DNS record as it is to be published.
type Record struct {
	Name  string // without the dot at its end
	Type  string // "TXT"
	Value string
}

// List is findings of one group.
type List struct {
	group Group
	all   []Finding
}

// Of begins a list of findings of a group.
func Of(g Group) *List { return &List{group: g} }

// Add adds a finding; hint is "" where there is nothing to do.
func (l *List) Add(outcome Outcome, what, detail, hint string) {
	l.all = append(l.all, Finding{Group: l.group, Outcome: outcome, What: what, Detail: detail, Hint: hint})
}

// Pass adds what is well.
func (l *List) Pass(what, detail string) { l.Add(Passed, what, detail, "") }

// Warn adds what is worth a look.
func (l *List) Warn(what, detail, hint string) { l.Add(Warned, what, detail, hint) }

// Fail adds what keeps a send from going out, or going well.
func (l *List) Fail(what, detail, hint string) { l.Add(Failed, what, detail, hint) }

// Skip adds what was not looked at.
func (l *List) Skip(what, why, hint string) { l.Add(Skipped, what, why, hint) }

// Join adds the findings of other lists, in their order, as ones of this group.
func (l *List) Join(others ...*List) {
	for _, other := range others {
		for _, f := range other.all {
			f.Group = l.group
			l.all = append(l.all, f)
		}
	}
}

// Do says what to do about the finding added last, after what its hint says.
func (l *List) Do(r remedy.Remedy) {
	if n := len(l.all); n > 0 {
		l.all[n-1].Do = r
	}
}

// InDetail adds to the detail of the finding added last what whoever shows it words.
func (l *List) InDetail(code remedy.Code) {
	if n := len(l.all); n > 0 {
		l.all[n-1].InDetail = remedy.Remedy{Code: code}
	}
}

// Publish adds DNS records to the finding added last.
func (l *List) Publish(records ...Record) {
	if n := len(l.all); n > 0 {
		l.all[n-1].Publish = append(l.all[n-1].Publish, records...)
	}
}

// About says which articles the finding added last is about.
func (l *List) About(articles ...int64) {
	if n := len(l.all); n > 0 {
		l.all[n-1].Articles = append(l.all[n-1].Articles, articles...)
	}
}

// OfIssue reports whether a group is about the next issue, and not about what
// sends it.
func (g Group) OfIssue() bool { return g == Issue || g == Mail }

// Findings are those added, the worst first, and else in the order they came.
func (l *List) Findings() []Finding {
	rank := map[Outcome]int{Failed: 0, Warned: 1, Passed: 2, Skipped: 3}
	sorted := slices.Clone(l.all)
	slices.SortStableFunc(sorted, func(a, b Finding) int { return rank[a.Outcome] - rank[b.Outcome] })
	return sorted
}

// Count is how many findings ended so.
func Count(all []Finding, outcome Outcome) int {
	n := 0
	for _, f := range all {
		if f.Outcome == outcome {
			n++
		}
	}
	return n
}
