package main

import (
	"testing"

	"roundup/digest/schedule"
)

func TestWhyForOthers(t *testing.T) {
	t.Parallel()
	const secret, elsewhere = "could not read https://feeds.example/?key=T0KEN", "No issue was started for it: `roundup schedule` says why."
	for _, c := range []struct {
		slot schedule.Slot
		want string
	}{
		{schedule.Slot{Outcome: schedule.Missed, Why: secret}, elsewhere},
		{schedule.Slot{Why: secret}, elsewhere},
		{schedule.Slot{}, ""},
		{schedule.Slot{Outcome: schedule.Skipped, Why: "2 of 3 articles"}, "2 of 3 articles"},
	} {
		if got := whyForOthers(c.slot); got != c.want {
			t.Errorf("%+v: %q, want %q", c.slot, got, c.want)
		}
	}
}
