package schedule_test

import (
	"testing"
	"time"

	"roundup/digest/schedule"
)

func TestDue(t *testing.T) {
	t.Parallel()
	c := calendar(t, "0 7 * * FRI", "America/New_York")
	const catchUp = 24 * time.Hour
	long := slotAt.AddDate(-1, 0, 0)
	tests := []struct {
		name      string
		now       time.Time
		notBefore time.Time
		decided   []time.Time
		slot      time.Time
		due       bool
		missed    bool
	}{
		{"before it, the one before is decided", slotAt.Add(-time.Second), long, []time.Time{slotAt.AddDate(0, 0, -7)}, time.Time{}, false, false},
		{"at the slot", slotAt, long, nil, slotAt, true, false},
		{"within the time to catch up", slotAt.Add(catchUp), long, nil, slotAt, true, false},
		{"after it", slotAt.Add(catchUp + time.Second), long, nil, slotAt, false, true},
		{"decided", slotAt.Add(time.Hour), long, []time.Time{slotAt}, time.Time{}, false, false},
		{"decided as missed", slotAt.Add(48 * time.Hour), long, []time.Time{slotAt}, time.Time{}, false, false},
		{"database made after it", slotAt.Add(time.Hour), slotAt.Add(time.Minute), nil, time.Time{}, false, false},
		{"database made at that moment", slotAt.Add(time.Hour), slotAt, nil, time.Time{}, false, false},
		{"database made just before it", slotAt.Add(time.Hour), slotAt.Add(-time.Second), nil, slotAt, true, false},
		{"asleep for weeks: only the latest", slotAt.Add(time.Hour), slotAt.AddDate(0, -2, 0), nil, slotAt, true, false},
		{"the latest is decided: older ones are history", slotAt.Add(time.Hour), slotAt.AddDate(0, -2, 0), []time.Time{slotAt}, time.Time{}, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			decided := func(at time.Time) bool {
				for _, d := range tt.decided {
					if d.Equal(at) {
						return true
					}
				}
				return false
			}
			slot, due, missed := schedule.Due(c, tt.now, tt.notBefore, decided, catchUp)
			if !slot.Equal(tt.slot) || due != tt.due || missed != tt.missed {
				t.Errorf("got %s, due %v, missed %v; want %s, %v, %v", slot, due, missed, tt.slot, tt.due, tt.missed)
			}
		})
	}
}

func TestDueWithoutSchedule(t *testing.T) {
	t.Parallel()
	decided := func(time.Time) bool { t.Error("asked for a slot of no calendar"); return false }
	if slot, due, missed := schedule.Due(schedule.Calendar{}, slotAt, time.Time{}, decided, time.Hour); due || missed || !slot.IsZero() {
		t.Errorf("got %s, due %v, missed %v; want none", slot, due, missed)
	}
}

// TestDueOnceAnOverlap runs a sender every ten minutes through the night in
// which New York's clocks go back, and the one in which they go forward.
func TestDueOnceAnOverlap(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, cron, from string }{
		{"back", "30 1 * * SUN", "2026-11-01 00:00"},
		{"forward", "30 2 * * SUN", "2027-03-14 00:00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := calendar(t, tt.cron, "America/New_York")
			start := utc(t, tt.from)
			issues := map[int64]int{}
			for now := start; now.Before(start.Add(24 * time.Hour)); now = now.Add(10 * time.Minute) {
				slot, due, _ := schedule.Due(c, now, start, func(at time.Time) bool { return issues[at.Unix()] > 0 }, 24*time.Hour)
				if due {
					issues[slot.Unix()]++
				}
			}
			if len(issues) != 1 {
				t.Errorf("%d issues went out, want 1", len(issues))
			}
		})
	}
}
