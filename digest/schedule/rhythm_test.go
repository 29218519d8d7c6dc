package schedule_test

import (
	"testing"
	"time"

	"roundup/digest/schedule"
)

func TestRhythm(t *testing.T) {
	t.Parallel()
	friday := schedule.Rhythm{Pace: schedule.Weekly, Day: time.Friday}
	sunday := schedule.Rhythm{Pace: schedule.Weekly, Day: time.Sunday}
	daily, often, monthly := schedule.Rhythm{Pace: schedule.Daily}, schedule.Rhythm{Pace: schedule.Often}, schedule.Rhythm{Pace: schedule.Monthly}
	for _, tt := range []struct {
		cron  string
		weeks int
		want  schedule.Rhythm
	}{
		{"0 7 * * FRI", 0, friday},
		{"0 7 * * fri", 1, friday},
		{"0 7 * * 5", 1, friday},
		{"0 7 * * 7", 1, sunday},
		{"0 7 * * 0,7", 1, sunday},
		{"0 7 * * *", 1, daily},
		{"0 7 ? * SUN-SAT", 1, daily},
		{"0 7 * * 1-5", 1, often},
		{"0 7 * * MON,THU", 1, often},
		{"0 7 * * FRI", 2, schedule.Rhythm{Pace: schedule.Weeks, Weeks: 2}},
		{"0 7 1 * *", 1, monthly},
		{"0 7 L * *", 1, monthly},
		{"0 7 * * 5#2", 1, monthly},
		{"0 7 * * 5L", 1, monthly},
		{"0 7 1 * FRI", 1, schedule.Rhythm{}},
		{"0 7 1,15 * *", 1, schedule.Rhythm{}},
		{"0 7 * * 5#1,5#3", 1, schedule.Rhythm{}},
		{"0 7 * 9-12 FRI", 1, schedule.Rhythm{}},
		{"0 */6 * * *", 1, schedule.Rhythm{}},
		{"0 7 * * 1-5", 2, schedule.Rhythm{}},
		{"0 7 1 * *", 2, schedule.Rhythm{}},
		{"", 1, schedule.Rhythm{}},
	} {
		if got := schedule.RhythmOf(tt.cron, tt.weeks); got != tt.want {
			t.Errorf("%q every %d weeks: got %+v, want %+v", tt.cron, tt.weeks, got, tt.want)
		}
	}
}
