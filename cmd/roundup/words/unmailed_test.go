package words_test

import (
	"testing"
	"time"

	"roundup/cmd/roundup/words"
	"roundup/internal/list"
	"roundup/subscribers"
)

func TestUnmailed(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, time.December, 23, 23, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		of   list.Unmailed
		want string
	}{
		{list.Unmailed{}, ""},
		{list.Unmailed{Why: list.HasLeft, Day: late}, "unsubscribed since 24 December 2026"},
		{list.Unmailed{Why: list.IsSuppressed, Reason: subscribers.Manual}, "suppressed: manual"},
		{list.Unmailed{Why: list.NotConfirmed}, "has not confirmed"},
		{list.Unmailed{Why: list.IsPaused, Day: late}, "paused until 24 December 2026"},
	} {
		if got := words.Unmailed(tt.of, time.FixedZone("CET", 3600)); got != tt.want {
			t.Errorf("%+v: got %q, want %q", tt.of, got, tt.want)
		}
	}
}
