package editor

import (
	"fmt"
	"slices"
	"time"

	"roundup/internal/wording"
)

// checkList is the checks as the page lists them: those of this issue, then those
// of the installation, in each the worst first.
type checkList struct {
	Parts   []checkPart
	Failed  int
	Warned  int
	Passed  int
	Can     bool   // the full list can be had
	Done    bool   // and was
	When    string // it was; "" where it could not be
	Stale   bool   // before the issue changed to what it is now
	Old     bool   // too long ago to say how relay, DNS and links are now
	Problem string // why it could not be had
}

// checkPart is the checks of one part.
type checkPart struct {
	Name    string
	Key     string        // for its elements
	Results []CheckResult // what failed, or is worth a look
	Quiet   []CheckResult // what passed, or was not looked at
}

// checksHold is for how long the checks say how things are.
const checksHold = 10 * time.Minute

func checksOf(of compiled, seen checked, can bool, now time.Time) checkList {
	p := of.preview
	c := checkList{Can: can, Done: seen.done}
	if seen.done {
		c.Stale, c.Old = seen.stamp != of.stamp, now.Sub(seen.at) >= checksHold
		c.When = p.in(seen.at).Format("Monday 2 January, 15:04")
	}
	if seen.err != nil {
		c.Problem, c.When = seen.err.Error(), ""
	}
	all := joinChecks(p.Checks, seen.results)
	for _, part := range []struct {
		name, key string
		system    bool
	}{{"This issue", "issue", false}, {"The installation", "system", true}} {
		of := slices.DeleteFunc(slices.Clone(all), func(r CheckResult) bool { return r.System != part.system })
		if len(of) > 0 {
			c.Parts = append(c.Parts, partOf(part.name, part.key, of))
		}
	}
	c.Failed, c.Warned, c.Passed = tally(all, CheckFailed), tally(all, CheckWarned), tally(all, CheckPassed)
	return c
}

func partOf(name, key string, all []CheckResult) checkPart {
	part := checkPart{Name: name, Key: key}
	for _, state := range []CheckState{CheckFailed, CheckWarned, CheckSkipped, CheckPassed} {
		for _, r := range all {
			switch {
			case r.State != state:
			case state == CheckFailed || state == CheckWarned:
				part.Results = append(part.Results, r)
			default:
				part.Quiet = append(part.Quiet, r)
			}
		}
	}
	return part
}

// joinChecks puts the mail's own checks, which are of now, in the place of those
// of the full list; but for what only the full list could look at.
func joinChecks(now, full []CheckResult) []CheckResult {
	kind := func(r CheckResult) string { return r.Group + "\x00" + r.What }
	looked, anew := map[string]bool{}, map[string]bool{}
	for _, r := range full {
		looked[kind(r)] = looked[kind(r)] || r.State != CheckSkipped
	}
	var all []CheckResult
	for _, r := range now {
		if r.State != CheckSkipped || !looked[kind(r)] {
			all = append(all, r)
			anew[kind(r)] = true
		}
	}
	for _, r := range full {
		if !anew[kind(r)] {
			all = append(all, r)
		}
	}
	return all
}

// Sum is "14 passed, 2 skipped".
func (c checkPart) Sum() string {
	passed, skipped := tally(c.Quiet, CheckPassed), tally(c.Quiet, CheckSkipped)
	if skipped == 0 {
		return fmt.Sprintf("%d passed", passed)
	}
	return fmt.Sprintf("%d passed, %d not looked at", passed, skipped)
}

func tally(results []CheckResult, state CheckState) int {
	n := 0
	for _, r := range results {
		if r.State == state {
			n++
		}
	}
	return n
}

// Word is the list in a word or two.
func (c checkList) Word() string {
	switch {
	case c.Problem != "":
		return "not done"
	case c.Failed > 0:
		return fmt.Sprintf("%d failed", c.Failed)
	case c.Warned > 0:
		return fmt.Sprintf("%d to look at", c.Warned)
	case c.Passed > 0 && c.Can && (!c.Done || c.Old):
		return "mail well" // the relay, the links and the rest were not looked at lately
	case c.Passed > 0:
		return "all well"
	}
	return "not done yet"
}

// Mark is the class of the word.
func (c checkList) Mark() CheckState {
	switch {
	case c.Failed > 0 || c.Problem != "":
		return CheckFailed
	case c.Warned > 0:
		return CheckWarned
	case c.Passed > 0:
		return CheckPassed
	}
	return CheckSkipped
}

func checksSaid(results []CheckResult) string {
	return fmt.Sprintf("%s: %d failed, %d to look at.", wording.Count(len(results), "check"),
		tally(results, CheckFailed), tally(results, CheckWarned))
}

// Checked is a check of this page, with the headlines of the articles it is about.
func (p page) Checked(r CheckResult) checkOnPage {
	c := checkOnPage{CheckResult: r}
	switch r.What {
	case "subject", "preheader", "note":
		c.Links = append(c.Links, checkLink{To: r.What, Name: "the " + r.What})
	case "sources", "source":
		c.Links = append(c.Links, checkLink{To: "fetch", Name: "where they are read again"})
	}
	for _, id := range r.Articles {
		if s := p.Preview.spot(id); s.headline != "" {
			c.Links = append(c.Links, checkLink{To: "article-" + numbered(id), Name: s.headline})
		}
	}
	return c
}

// checkOnPage is a check with links to what it is about.
type checkOnPage struct {
	CheckResult
	Links []checkLink
}

type checkLink struct{ To, Name string }
