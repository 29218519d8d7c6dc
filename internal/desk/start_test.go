package desk_test

import (
	"context"
	"testing"

	"roundup/digest"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/store/storetest"
)

// What an editor changes after the next issue was chosen, be it while a person is asked, is
// in the issue: it is chosen again, and the person is asked again.
func TestEditWhileAnIssueStarts(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change digest.Change // of article 1 or the issue
		want   string        // what the reader gets
		note   string
	}{
		{name: "a note", change: digest.Change{Do: digest.DoNote, Text: "Dear all"}, want: "analysis1 opinion1", note: "Dear all"},
		{name: "a skipped article", change: digest.Change{Do: digest.DoSkip, Article: 1}, want: "opinion1"},
		{name: "a dropped article", change: digest.Change{Do: digest.DoDrop, Article: 1}, want: "opinion1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := dueChoosers(t)
			c.publishes(1, "analysis", "opinion")
			d, asked := c.open(), 0
			_, err := d.Run(t.Context(), desk.RunOptions{Confirm: func(planner.Plan, int) (bool, error) {
				if asked++; asked > 1 {
					return true, nil
				}
				_, err := d.Edit(context.WithoutCancel(t.Context()), tt.change, storetest.Anna())
				return true, err
			}})
			if err != nil {
				t.Fatal(err)
			}
			if asked != 2 {
				t.Errorf("asked %d times, want once more after the edit", asked)
			}
			if got, _ := c.sends(); got["ann@a.example"] != tt.want {
				t.Errorf("got %q, want %q", got["ann@a.example"], tt.want)
			}
			issue, err := c.store.Issue(t.Context(), 1)
			if err != nil {
				t.Fatal(err)
			}
			if issue.Note != tt.note {
				t.Errorf("the issue's note is %q, want %q", issue.Note, tt.note)
			}
		})
	}
}

// An issue that an edit leaves with nothing is not sent: the slot is skipped.
func TestEditThatLeavesNothingWhileAnIssueStarts(t *testing.T) {
	t.Parallel()
	c := dueChoosers(t)
	c.publishes(1, "analysis")
	d := c.open()
	result, err := d.Run(t.Context(), desk.RunOptions{Confirm: func(planner.Plan, int) (bool, error) {
		_, err := d.Edit(t.Context(), digest.Change{Do: digest.DoSkip, Article: 1}, storetest.Anna())
		return true, err
	}})
	if err != nil || result.Nothing.Code != desk.NoArticles || result.Slot == nil || len(c.relay.Mails()) > 0 {
		t.Errorf("got %+v, %v and %d mails, want the slot skipped", result, err, len(c.relay.Mails()))
	}
}
