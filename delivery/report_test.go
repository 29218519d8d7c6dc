package delivery_test

import (
	"testing"

	"roundup/delivery"
)

func TestExitCode(t *testing.T) {
	t.Parallel()
	tests := []struct {
		status string
		want   int
	}{
		{"sent", 0}, {"cancelled", 0}, {"skipped", 0}, {"sending", 3}, {"waiting", 3}, {"held", 1},
	}
	for _, tt := range tests {
		if got := delivery.ExitCode(delivery.Summary{Status: tt.status, Failed: 7}); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.status, got, tt.want)
		}
	}
}
