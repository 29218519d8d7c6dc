package delivery

import (
	"testing"
	"time"
)

func TestGathering(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	tests := []struct {
		name              string
		exchange, message time.Duration
		wait              time.Duration
		share             int
	}{
		{"at the beginning", 0, 0, 0, 1},
		{"a quick disk", ms, 10 * ms, ms / 2, 1},
		{"a disk as slow as messages", 40 * ms, 40 * ms, gatherMost, 1},
		{"a disk far slower than messages", 40 * ms, ms, 20 * ms, 0},
		{"a disk that hangs", 10 * time.Second, ms, gatherSlow, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			g := gathering{exchange: tt.exchange, message: tt.message}
			if wait, share := g.most(); wait != tt.wait || share != tt.share {
				t.Errorf("got %s and a share of %d, want %s and %d", wait, share, tt.wait, tt.share)
			}
		})
	}
}
