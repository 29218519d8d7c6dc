package digest

import (
	"cmp"
	"fmt"
	"strings"
	"time"
)

// eligibility says whether a candidate may be in the issue: In, or the outcome that
// keeps it out with the reason. The first of these to apply decides:
//
//   - its state: only what is owed is a candidate;
//   - the include and exclude of its sources (see refusal), and for good once it is
//     older than max_age;
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
	old := c.rules.MaxAge > 0 && c.at.Now.Sub(e.FirstSeen) > c.rules.MaxAge
	if why := c.refusal(e); why != "" && old {
		return Expired, why + "; older than " + inDays(c.rules.MaxAge) + ": dropped"
	} else if why != "" {
		return Out, why
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
	} else if old && e.rolledOver() {
		outcome, reason = Expired, "older than "+inDays(c.rules.MaxAge)+" and passed over: dropped"
	}
	if outcome != In && e.pinned() {
		e.despite, _, _ = strings.Cut(reason, ":")
		return In, ""
	}
	return outcome, reason
}

// refusal says why no source of an article takes it: for the one that gave it
// first, by whose rule; "" where one takes it. So an article that two sources gave
// is in whichever was read first. A source that is not configured any more counts,
// by its last rule, where no other source gave the article: what it kept out stays out.
func (c chooser) refusal(e *contender) string {
	for _, gone := range []bool{false, true} {
		first := ""
		for _, name := range append([]string{e.Source}, e.Sources...) {
			rule := c.rules.Sources[name]
			if rule.Gone != gone {
				continue
			}
			why := rule.refusal(e)
			if why == "" {
				return ""
			}
			first = cmp.Or(first, why)
		}
		if first != "" {
			return first
		}
	}
	return ""
}

// refusal says why a source does not take an article; "" where it does.
func (r SourceRule) refusal(e *contender) string {
	if hit := r.Exclude.firstMatch(e); hit != "" {
		return "excluded: " + hit
	}
	if !r.Include.empty() && r.Include.firstMatch(e) == "" {
		return "not included: " + r.Include.noMatch()
	}
	return ""
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
