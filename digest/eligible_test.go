package digest_test

import (
	"testing"
	"time"

	"roundup/digest"
)

// TestChooseSaysWhy is the table of who may be in, and of every reason why not.
func TestChooseSaysWhy(t *testing.T) {
	t.Parallel()
	state := func(s digest.State, why string, issue int) func(*digest.Candidate) {
		return func(c *digest.Candidate) { c.State, c.Why, c.Issue = s, why, issue }
	}
	published := func(at time.Time) func(*digest.Candidate) {
		return func(c *digest.Candidate) { c.Published, c.FirstSeen = at, at }
	}
	firstSeen := func(at time.Time) func(*digest.Candidate) {
		return func(c *digest.Candidate) { c.Published, c.FirstSeen = time.Time{}, at }
	}
	old := func(days, passedOver int) func(*digest.Candidate) {
		return func(c *digest.Candidate) {
			c.PassedOver, c.FirstSeen = passedOver, slotAt.AddDate(0, 0, -days)
			c.OwedSince = c.FirstSeen
		}
	}
	const h = time.Hour
	tests := []struct {
		name    string
		of      func(*digest.Candidate)
		rule    digest.SourceRule
		edit    digest.ArticleEdit
		cutOff  time.Duration
		extra   bool // no slot
		outcome digest.Outcome
		reason  string
	}{
		{name: "new", outcome: digest.In, reason: "new, label Analysis"},
		{name: "not by its first label", of: func(c *digest.Candidate) { c.Labels = []string{"Sport", "op-ed"} }, outcome: digest.In, reason: "new, label op-ed"},
		{name: "no label of a section", of: func(c *digest.Candidate) { c.Labels = nil }, outcome: digest.In, reason: "new"},
		{name: "no link", of: func(c *digest.Candidate) { c.URL = "" }, outcome: digest.In, reason: "new, label Analysis, no link"},
		{name: "pinned", edit: digest.ArticleEdit{Pin: true}, outcome: digest.In, reason: "pinned by hand, label Analysis"},
		{name: "moved", edit: digest.ArticleEdit{Section: "opinion"}, outcome: digest.In, reason: "new, moved here by hand"},
		{name: "rolled over", of: old(10, 1), outcome: digest.In, reason: "rolled over, owed since 10 November 2026, label Analysis"},

		{name: "carried", of: state(digest.Carried, "", 7), outcome: digest.Out, reason: "already in issue 7"},
		{name: "reserved", of: state(digest.Reserved, "", 12), outcome: digest.Out, reason: "in issue 12, under way"},
		{name: "dropped", of: state(digest.Dropped, "", 0), outcome: digest.Out, reason: "dropped by hand"},
		{name: "dropped with a reason", of: state(digest.Dropped, "a duplicate", 0), outcome: digest.Out, reason: "dropped: a duplicate"},
		{name: "dropped for its age", of: state(digest.Dropped, "older than 21 days and passed over: dropped", 0), outcome: digest.Out, reason: "older than 21 days and passed over: dropped"},
		{name: "baseline", of: state(digest.Baseline, "", 0), outcome: digest.Out, reason: "older than the first window"},
		{name: "baseline with a reason", of: state(digest.Baseline, "older than the first window of 7 days", 0), outcome: digest.Out, reason: "older than the first window of 7 days"},
		{name: "quarantined", of: state(digest.Quarantined, "7 of 8 unknown", 0), outcome: digest.Out, reason: "quarantined: 7 of 8 unknown"},
		{name: "quarantined, no reason kept", of: state(digest.Quarantined, "", 0), outcome: digest.Out, reason: "quarantined with others of its source"},
		{name: "state of a later program", of: state("lent", "", 0), outcome: digest.Out, reason: `not owed: state "lent"`},
		{name: "a pin can't carry twice", of: state(digest.Carried, "", 7), edit: digest.ArticleEdit{Pin: true}, outcome: digest.Out, reason: "already in issue 7"},

		{name: "excluded label", of: func(c *digest.Candidate) { c.Labels = []string{"SPONSORED"} },
			rule: digest.SourceRule{Exclude: digest.Match{Labels: []string{"sponsored"}}}, outcome: digest.Out, reason: "excluded: label sponsored"},
		{name: "excluded label by its new name", of: func(c *digest.Candidate) { c.Labels = []string{"op-ed"} },
			rule: digest.SourceRule{Exclude: digest.Match{Labels: []string{"Opinion"}}}, outcome: digest.Out, reason: "excluded: label Opinion"},
		{name: "excluded author", of: func(c *digest.Candidate) { c.Authors = []digest.Author{{Name: "Zoë Writer"}} },
			rule: digest.SourceRule{Exclude: digest.Match{Authors: []string{"zoe writer"}}}, outcome: digest.Out, reason: "excluded: author zoe writer"},
		{name: "excluded word", of: func(c *digest.Candidate) { c.Summary = "This is an Advertorial." },
			rule: digest.SourceRule{Exclude: digest.Match{Words: []string{"advertorial"}}}, outcome: digest.Out, reason: "excluded: word advertorial"},
		{name: "a pin does not override an exclusion", rule: digest.SourceRule{Exclude: digest.Match{Labels: []string{"analysis"}}},
			edit: digest.ArticleEdit{Pin: true}, outcome: digest.Out, reason: "excluded: label analysis"},
		{name: "included", rule: digest.SourceRule{Include: digest.Match{Labels: []string{"sport", "analysis"}}}, outcome: digest.In, reason: "new, label Analysis"},
		{name: "not included", rule: digest.SourceRule{Include: digest.Match{Labels: []string{"sport", "Culture"}}}, outcome: digest.Out, reason: "not included: none of the labels sport, Culture"},
		{name: "not included by anything", rule: digest.SourceRule{Include: digest.Match{Labels: []string{"sport"}, Words: []string{"a", "b"}}},
			outcome: digest.Out, reason: "not included: not the label sport; none of the words a, b"},
		{name: "excluded before included", rule: digest.SourceRule{
			Include: digest.Match{Labels: []string{"sport"}}, Exclude: digest.Match{Labels: []string{"Analysis"}},
		}, outcome: digest.Out, reason: "excluded: label Analysis"},

		{name: "left out by hand", edit: digest.ArticleEdit{Skip: true}, outcome: digest.Later, reason: "left out by hand: next issue"},
		{name: "left out and too old", of: old(30, 2), edit: digest.ArticleEdit{Skip: true}, outcome: digest.Later, reason: "left out by hand: next issue"},
		{name: "in the future", of: published(slotAt.Add(2 * h)), outcome: digest.Later, reason: "dated in the future: waits"},
		{name: "a pin can't lift an embargo", of: published(slotAt.Add(2 * h)), edit: digest.ArticleEdit{Pin: true}, outcome: digest.Later, reason: "dated in the future: waits"},

		{name: "at the cut-off", of: published(slotAt.Add(-12 * h)), cutOff: 12 * h, outcome: digest.In, reason: "new, label Analysis"},
		{name: "after the cut-off", of: published(slotAt.Add(-11 * h)), cutOff: 12 * h, outcome: digest.Later, reason: "published after Thursday's cut-off"},
		{name: "after the cut-off, in local days", of: published(slotAt.Add(-5 * h)), cutOff: 6 * h, outcome: digest.Later, reason: "published after Friday's cut-off"},
		{name: "pinned after the cut-off", of: published(slotAt.Add(-11 * h)), cutOff: 12 * h, edit: digest.ArticleEdit{Position: 1}, outcome: digest.In,
			reason: "placed by hand, label Analysis, although published after Thursday's cut-off"},
		{name: "after the slot", of: published(slotAt.Add(30 * time.Second)), outcome: digest.Later, reason: "published after the slot"},
		{name: "undated, seen by the fetch at the slot", of: firstSeen(slotAt.Add(30 * time.Second)), outcome: digest.In, reason: "new, label Analysis, no date: taken as found on 20 Nov 2026"},
		{name: "undated, seen after the cut-off", of: firstSeen(slotAt.Add(-h)), cutOff: 12 * h, outcome: digest.Later, reason: "no date, and first seen after Thursday's cut-off"},
		{name: "an extra issue has no cut-off", of: published(slotAt), cutOff: 12 * h, extra: true, outcome: digest.In, reason: "new, label Analysis"},

		{name: "old and passed over", of: old(22, 1), outcome: digest.Expired, reason: "older than 21 days and passed over: dropped"},
		{name: "old and never eligible before", of: old(22, 0), outcome: digest.In, reason: "new, label Analysis"},
		{name: "passed over and not too old", of: old(20, 4), outcome: digest.In, reason: "rolled over, owed since 31 October 2026, label Analysis"},
		{name: "pinned at the last moment", of: old(22, 1), edit: digest.ArticleEdit{Pin: true}, outcome: digest.In,
			reason: "pinned by hand, label Analysis, although older than 21 days and passed over"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			candidate := owed(1, "Analysis")
			if tt.of != nil {
				tt.of(&candidate)
			}
			rules := houseRules(t)
			rules.CutOff = tt.cutOff
			rules.Sources = map[string]digest.SourceRule{feedName: tt.rule}
			at := onSlot()
			if tt.extra {
				at.Slot = time.Time{}
			}
			s := digest.Choose(rules, edits(map[int64]digest.ArticleEdit{1: tt.edit}), []digest.Candidate{candidate}, at)
			got := fateOf(t, s, 1)
			if got.Outcome != tt.outcome || got.Reason != tt.reason {
				t.Errorf("got  %s: %s\nwant %s: %s", got.Outcome, got.Reason, tt.outcome, tt.reason)
			}
			if in := s.Count() == 1; in != (tt.outcome == digest.In) {
				t.Errorf("printed: %v, fate %s", in, got.Outcome)
			}
		})
	}
}

func TestChooseMaxAgeOff(t *testing.T) {
	t.Parallel()
	rules := houseRules(t)
	rules.MaxAge = 0
	s := digest.Choose(rules, digest.Edits{}, []digest.Candidate{rolled(1, 900)}, onSlot())
	if got := fateOf(t, s, 1); got.Outcome != digest.In {
		t.Errorf("got %s: %s, want in", got.Outcome, got.Reason)
	}
}

func TestMatchWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, word string
		want             bool
	}{
		{"whole word", "An ad for soap", "AD", true},
		{"part of a word", "An adventure", "ad", false},
		{"phrase over a line break and punctuation", "A press\nrelease.", "press release", true},
		{"phrase torn apart", "Press the release", "press release", false},
		{"accents", "Élection présidentielle", "election", true},
		{"punctuation around", "“Sponsored”: buy", "sponsored", true},
		{"hyphens", "an op-ed page", "op ed", true},
		{"script without spaces", "国際連合安全保障理事会", "安全保障", true},
		{"nothing", "anything", " - ", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rules := digest.Rules{Sources: map[string]digest.SourceRule{feedName: {Exclude: digest.Match{Words: []string{tt.word}}}}}
			for _, field := range []func(*digest.Candidate){
				func(c *digest.Candidate) { c.Title = tt.text },
				func(c *digest.Candidate) { c.Dek = tt.text },
				func(c *digest.Candidate) { c.Summary = tt.text },
			} {
				s := digest.Choose(rules, digest.Edits{}, []digest.Candidate{with(owed(1), field)}, onSlot())
				if got := s.Count() == 0; got != tt.want {
					t.Errorf("%q in %q: got %v, want %v", tt.word, tt.text, got, tt.want)
				}
			}
		})
	}
}
