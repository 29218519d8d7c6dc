package digest

import (
	"fmt"
	"strings"
	"time"
)

// eligibility says whether a candidate may be in the issue: In, or the outcome that
// keeps it out with the reason. The first of these to apply decides:
//
//   - its state: only what is owed is a candidate;
//   - its source's include and exclude;
//   - a person left it out of this issue;
//   - it is dated in the future;
//   - it was published after the cut-off;
//   - it is older than max_age (from first seen) and was passed over before.
//
// A pin overrides the last two: a person wants it now. It never overrides what
// protects readers (a state, a rule of the source, an embargo), and Choose names
// such pins among the problems.
func (c chooser) eligibility(e *contender) (Outcome, string) {
	if e.State != Owed {
		return Out, e.whyNotOwed()
	}
	rule := c.rules.Sources[e.Source]
	if hit := rule.Exclude.firstMatch(e); hit != "" {
		return Out, "excluded: " + hit
	}
	if !rule.Include.empty() && rule.Include.firstMatch(e) == "" {
		return Out, "not included: " + rule.Include.noMatch()
	}
	if e.edit.Skip {
		return Later, "left out by hand: next issue"
	}
	if e.Published.After(c.at.Now) {
		return Later, "dated in the future: waits"
	}
	outcome, reason := In, ""
	if late := c.lateness(e); late != "" {
		outcome, reason = Later, late
	} else if old := c.rules.MaxAge; old > 0 && e.rolledOver() && c.at.Now.Sub(e.FirstSeen) > old {
		outcome, reason = Expired, "older than "+inDays(old)+" and passed over: dropped"
	}
	if outcome != In && e.pinned() {
		e.despite, _, _ = strings.Cut(reason, ":")
		return In, ""
	}
	return outcome, reason
}

// whyNotOwed says why an article in any state but owed is no candidate.
func (e *contender) whyNotOwed() string {
	switch e.State {
	case Carried:
		return fmt.Sprintf("already in issue %d", e.Issue)
	case Reserved:
		return fmt.Sprintf("in issue %d, under way", e.Issue)
	case Dropped:
		switch {
		case e.Why == "" || e.Why == "by hand":
			return "dropped by hand"
		case strings.Contains(e.Why, "dropped"):
			return e.Why
		}
		return "dropped: " + e.Why
	case Baseline:
		if e.Why == "" {
			return "older than the first window"
		}
		return e.Why
	case Quarantined:
		if e.Why == "" {
			return "quarantined with others of its source"
		}
		return "quarantined: " + e.Why
	}
	return fmt.Sprintf("not owed: state %q", e.State)
}

// lateness says how an article came after the cut-off; "" when it did not, or when
// the issue belongs to no slot.
//
// An article without a date counts from when it was first seen, but only
// against a real cut-off. Where that is the slot itself, the article may well
// be older than the fetch that found it: one just before sending would
// otherwise put off every undated article by an issue.
func (c chooser) lateness(e *contender) string {
	if c.at.Slot.IsZero() {
		return ""
	}
	limit := c.at.Slot.Add(-c.rules.CutOff)
	if !e.Date().After(limit) || e.Published.IsZero() && c.rules.CutOff <= 0 {
		return ""
	}
	what := "published after "
	if e.Published.IsZero() {
		what = "no date, and first seen after "
	}
	if c.rules.CutOff <= 0 {
		return what + "the slot"
	}
	return what + limit.In(c.location()).Weekday().String() + "'s cut-off"
}

func (c chooser) location() *time.Location {
	if c.rules.Location == nil {
		return time.UTC
	}
	return c.rules.Location
}
