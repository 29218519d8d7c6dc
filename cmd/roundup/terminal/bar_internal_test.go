package terminal

import (
	"strings"
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

// Off a terminal the reading of a file is told in a line now and then.
func TestReadingOffTerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	r := NewReading(&out)
	r.Update("1000 lines", 10, 100)
	r.printed = r.printed.Add(-DaemonEvery)
	r.Update("2000 lines", 20, 100)
	r.Update("3000 lines", 30, 100)
	r.Done()
	if want := "2000 lines so far\n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}
