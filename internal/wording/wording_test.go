package wording_test

import (
	"testing"
	"time"

	"roundup/internal/wording"
)

func TestCount(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		n    int
		noun string
		want string
	}{
		{1, "article", "1 article"}, {0, "article", "0 articles"}, {2, "article", "2 articles"},
		{3, "delivery", "3 deliveries"}, {2, "day", "2 days"}, {2, "address", "2 addresses"}, {1, "address", "1 address"},
	} {
		if got := wording.Count(tt.n, tt.noun); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestPercent(t *testing.T) {
	t.Parallel()
	for of, want := range map[[2]int]int{{2, 3}: 67, {1, 3}: 33, {1, 200}: 1, {1, 201}: 0, {199, 200}: 100, {3, 3}: 100, {0, 7}: 0, {0, 0}: 0} {
		if got := wording.Percent(of[0], of[1]); got != want {
			t.Errorf("%d of %d: got %d, want %d", of[0], of[1], got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]string{0: "0", 999: "999", 1204: "1,204", 1000000: "1,000,000"} {
		if got := wording.Thousands(n); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	t.Parallel()
	for want, span := range map[string]time.Duration{
		"0s": 0, "59s": 59 * time.Second, "1m": 61 * time.Second, "24h": 24 * time.Hour, "7h30m": 7*time.Hour + 30*time.Minute, "10m": 10 * time.Minute,
	} {
		if got := wording.Span(span); got != want {
			t.Errorf("%s: got %q, want %q", span, got, want)
		}
	}
}

func TestBytes(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{0: "0 KB", 1: "1 KB", 1024: "1 KB", 1025: "2 KB", 3 << 20: "3 MB", 3 << 29: "1.5 GB", 12 << 30: "12 GB"} {
		if got := wording.Bytes(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}

func TestFirst(t *testing.T) {
	t.Parallel()
	all := []string{"a", "b", "c"}
	for most, want := range map[int]string{2: "a; b; and 1 more", 3: "a; b; c", 9: "a; b; c"} {
		if got := wording.First(all, most); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]int{"Über uns": 8, "Über u…": 7, "Über…": 6, "…": 1} {
		if got := wording.Cut("Über uns", n); got != want {
			t.Errorf("at %d: got %q, want %q", n, got, want)
		}
	}
}
