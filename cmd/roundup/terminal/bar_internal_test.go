package terminal

import (
	"testing"

	"roundup/delivery"
	"roundup/digest"
)

func TestBarLine(t *testing.T) {
	t.Parallel()
	issue := digest.Issue{Number: 12}
	for _, tt := range []struct {
		give delivery.Progress
		want string
	}{
		{delivery.Progress{}, "issue 12  [----------------------]  0 of 0"},
		{delivery.Progress{Done: 1, Total: 1000}, "issue 12  [----------------------]  1 of 1,000"},
		{delivery.Progress{Done: 50, Total: 1000}, "issue 12  [>---------------------]  50 of 1,000"},
		{delivery.Progress{Done: 500, Total: 1000}, "issue 12  [==========>-----------]  500 of 1,000"},
		{delivery.Progress{Done: 999, Total: 1000}, "issue 12  [=====================>]  999 of 1,000"},
		{delivery.Progress{Done: 1000, Total: 1000}, "issue 12  [======================]  1,000 of 1,000"},
		{delivery.Progress{Done: 2, Total: 1}, "issue 12  [======================]  2 of 1"}, // joined meanwhile
		{delivery.Progress{Done: 1, Total: 2, State: "waits:\n421"}, "issue 12  [==========>-----------]  1 of 2, waits: 421"},
	} {
		if got := barLine(issue, tt.give); got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}
