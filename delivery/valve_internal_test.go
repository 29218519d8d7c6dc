package delivery

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// within reports whether a pause is that long, or up to a fifth longer.
func within(got, want time.Duration) bool { return got >= want && got <= want+want/5 }

func TestValveOpensWithEachAnswer(t *testing.T) {
	t.Parallel()
	v := newValve(5)
	if v.open != 1 {
		t.Fatalf("got %d at first, want 1", v.open)
	}
	for _, want := range []int{2, 4, 5, 5} {
		if v.answered(noon); v.open != want {
			t.Errorf("got %d open, want %d", v.open, want)
		}
	}
}

func TestValveProbesWithGrowingPauses(t *testing.T) {
	t.Parallel()
	v, now := newValve(4), noon
	v.answered(now)
	for _, seconds := range []int{5, 10, 20, 40, 80, 160, 300, 300} {
		want := time.Duration(seconds) * time.Second
		v.strike(now, 0, "connection refused")
		if !v.waiting || !v.pausing() || v.since != noon {
			t.Fatalf("not waiting since noon: %+v", v)
		}
		pause := v.probeAt.Sub(now)
		if !within(pause, want) {
			t.Errorf("a pause of %s, want %s and up to a fifth", pause, want)
		}
		v.strike(now, 0, "another connection")
		if got := v.probeAt.Sub(now); got != pause {
			t.Errorf("a second connection's trouble moved the probe to %s", got)
		}
		v.tick(v.probeAt.Add(-time.Millisecond))
		if v.open != 0 {
			t.Error("open before its pause is over")
		}
		now = v.probeAt
		if v.tick(now); v.open != 1 || !v.waiting {
			t.Errorf("got %d open for the probe, waiting %t, want 1 and true", v.open, v.waiting)
		}
	}
	if v.answered(now); v.waiting || v.open != 1 || v.why != "" {
		t.Errorf("after an answer: %+v", v)
	}
	v.strike(now, 0, "again")
	if pause := v.probeAt.Sub(now); !within(pause, probeFirst) {
		t.Errorf("the first pause of the next trouble is %s, want %s", pause, probeFirst)
	}
}

func TestValveLearnsHowManyWork(t *testing.T) {
	t.Parallel()
	v, now := newValve(8), noon
	for range 4 {
		v.answered(now)
	}
	for range 5 { // for one reason, at once
		v.strike(now, 3, "too many connections")
	}
	if v.open != 3 || v.waiting {
		t.Fatalf("got %d open, waiting %t, want the 3 that work", v.open, v.waiting)
	}
	if again := v.regrowAt.Sub(now); !within(again, regrowFirst) {
		t.Errorf("one more is tried after %s, want %s", again, regrowFirst)
	}
	v.answered(v.regrowAt.Add(-time.Second))
	if v.open != 3 {
		t.Errorf("got %d open before its time", v.open)
	}
	now = v.regrowAt
	if v.answered(now); v.open != 4 {
		t.Errorf("got %d open, want one more tried", v.open)
	}
	v.strike(now, 3, "too many connections")
	if again := v.regrowAt.Sub(now); v.open != 3 || !within(again, 2*regrowFirst) {
		t.Errorf("after a trial that failed: %d open, the next after %s, want 3 and %s", v.open, again, 2*regrowFirst)
	}
}

func TestValveHalvesWhereLessIsAskedFor(t *testing.T) {
	t.Parallel()
	v := newValve(8)
	for range 4 {
		v.answered(noon)
	}
	v.slow(noon, "450 rate limit exceeded")
	if !v.pausing() || v.ceiling != 4 || v.why != "450 rate limit exceeded" {
		t.Errorf("got %+v, want a pause, and half as many after it", v)
	}
}

func TestValveGoesOnWaiting(t *testing.T) {
	t.Parallel()
	v := newValve(4)
	v.resume(noon.Add(-time.Hour), "connection refused")
	if v.open != 1 || !v.waiting || v.since != noon.Add(-time.Hour) {
		t.Errorf("got %+v, want a probe at once, waiting for an hour", v)
	}
}
