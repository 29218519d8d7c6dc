package desk_test

import (
	"strings"
	"testing"
	"time"

	"roundup/internal/desk"
)

// Who looks at what a changed schedule brings makes no slot of the one that runs go by vanish.
func TestLookingAtAnotherScheduleDecidesNothing(t *testing.T) {
	t.Parallel()
	c := newChoosers(t, time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	c.joins("ann@a.example", false)
	daemon := c.open()
	if _, err := daemon.Run(t.Context(), desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	c.publishes(1, "analysis")
	c.now = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC) // the slot of seven is due
	c.configure(c.cfg.Path, strings.Replace(choosing, "FRI", "MON", 1))
	if s, err := c.open().Schedule(t.Context(), 1, 1); err != nil || !s.Due.IsZero() {
		t.Errorf("the new schedule: %+v, %v, want nothing due", s, err)
	}
	c.now = c.now.Add(3 * time.Second)
	if s, err := daemon.Schedule(t.Context(), 1, 1); err != nil || s.Due.Hour() != 7 {
		t.Errorf("the old schedule: %+v, %v, want the slot due", s, err)
	}
	result, err := daemon.Run(t.Context(), desk.RunOptions{})
	if err != nil || len(result.Sent) != 1 {
		t.Errorf("got %+v, %v, want the slot's issue sent", result, err)
	}
}

// A new schedule counts from when it was first seen, be it by who looked: a weekly job, whose
// first run is at the slot, would else lose that one.
func TestANewScheduleCountsFromTheFirstLook(t *testing.T) {
	t.Parallel()
	c := newChoosers(t, time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	c.joins("ann@a.example", false)
	if _, err := c.open().Run(t.Context(), desk.RunOptions{}); err != nil {
		t.Fatal(err)
	}
	c.publishes(1, "analysis")
	c.configure(c.cfg.Path, strings.Replace(choosing, "FRI", "THU", 1))
	c.now = c.now.Add(time.Hour)
	if _, err := c.open().Schedule(t.Context(), 1, 1); err != nil {
		t.Fatal(err)
	}
	c.now = time.Date(2026, 11, 26, 7, 0, 1, 0, time.UTC)
	result, err := c.open().Run(t.Context(), desk.RunOptions{})
	if err != nil || len(result.Sent) != 1 {
		t.Errorf("got %+v, %v, want the slot's issue sent", result, err)
	}
}
