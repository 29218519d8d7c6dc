package delivery

import (
	"testing"
	"time"
)

func TestPaceSpreadsPlaces(t *testing.T) {
	t.Parallel()
	p := newPace(10, 0)
	if got := p.take(noon, 5); len(got) != 1 || got[0] != noon {
		t.Fatalf("got %v at the beginning, want one place at once", got)
	}
	if got := p.next(noon); got != 100*time.Millisecond {
		t.Errorf("the next in %s, want 100 ms", got)
	}
	if got := p.take(noon.Add(99*time.Millisecond), 5); len(got) != 0 {
		t.Errorf("got %v too soon", got)
	}
	// Nobody was there to take places: few are made up for.
	late := noon.Add(time.Minute)
	if got := p.take(late, 100); len(got) != 1 {
		t.Errorf("got %d places after a minute, want 1 and no burst", len(got))
	}
}

func TestPaceTakesAheadOfASlowExchange(t *testing.T) {
	t.Parallel()
	p := newPace(10, 0)
	p.take(noon, 1)
	p.exchanged(250 * time.Millisecond)
	got := p.take(noon, 10)
	if len(got) != 2 {
		t.Fatalf("got %d places for an exchange of 250 ms, want the 2 that fall due meanwhile", len(got))
	}
	if wait := p.until(got[1], noon.Add(50*time.Millisecond)); wait != 150*time.Millisecond {
		t.Errorf("its message waits %s, want until its place", wait)
	}
	if wait := p.until(got[1], noon.Add(time.Second)); wait != 0 {
		t.Errorf("its message waits %s after its place, want 0", wait)
	}
	if p.exchanged(time.Hour); p.ahead != paceAhead {
		t.Errorf("places are taken %s ahead, want %s at most", p.ahead, paceAhead)
	}
}

func TestPaceOfAClockThatWentBack(t *testing.T) {
	t.Parallel()
	p := newPace(1, 0)
	p.take(noon, 1)
	if got := p.wait(noon.Add(-time.Hour)); got != time.Second {
		t.Errorf("waits %s, want a second", got)
	}
}

func TestPaceGoesOnFromAnotherRun(t *testing.T) {
	t.Parallel()
	p := newPace(0, 60)
	p.resume(noon, []Begun{{At: noon.Add(-30 * time.Minute), Count: 58}, {At: noon.Add(-20 * time.Second), Count: 1}})
	if got := p.next(noon); got != 50*time.Second {
		t.Errorf("the first message in %s, want a minute after the last tick", got)
	}
	now := noon.Add(50 * time.Second)
	if got := p.take(now, 5); len(got) != 1 {
		t.Fatalf("got %d places, want the one that is left", len(got))
	}
	if got, want := p.spent(now), 30*time.Minute+quotaTick-50*time.Second; got != want {
		t.Errorf("used up for %s, want %s: until the 58 are an hour old", got, want)
	}
}

// Where others send to the relay too, a message begins in a place that was granted, and in
// no other.
func TestPaceOfPlacesGranted(t *testing.T) {
	t.Parallel()
	p := newPace(10, 0)
	p.share()
	if got := p.take(noon, 5); len(got) != 0 || !p.wants(noon) {
		t.Fatalf("got %d places before any was granted, wants %t", len(got), p.wants(noon))
	}
	p.granted(noon, Places{Count: 3, In: 50 * time.Millisecond})
	if p.wants(noon) || p.next(noon) != 50*time.Millisecond {
		t.Errorf("wants %t, the next in %s, want 50 ms", p.wants(noon), p.next(noon))
	}
	now := noon.Add(160 * time.Millisecond)
	if got := p.take(now, 5); len(got) != 1 {
		t.Errorf("got %d places after 160 ms, want the second: the first was left for too long", len(got))
	}
	if got := p.take(noon.Add(time.Second), 5); len(got) != 0 || !p.wants(noon.Add(time.Second)) {
		t.Errorf("got %d places after a second, want none: nobody took them", len(got))
	}
	p.granted(now, Places{In: time.Minute})
	if p.wants(now) || p.wait(now) != time.Minute || p.spent(now) != time.Minute {
		t.Errorf("wants %t, waits %s, spent %s, want to ask again in a minute", p.wants(now), p.wait(now), p.spent(now))
	}
}

func TestQuota(t *testing.T) {
	t.Parallel()
	q := quota{most: 3}
	for i := range 3 {
		if got := q.next(noon); got != 0 {
			t.Fatalf("message %d waits %s", i, got)
		}
		q.add(noon.Add(time.Duration(i)*time.Minute), 1)
	}
	now := noon.Add(10 * time.Minute)
	if got, want := q.next(now), 50*time.Minute+quotaTick; got != want {
		t.Errorf("the fourth in %s, want %s", got, want)
	}
	if got := q.next(now.Add(50*time.Minute + quotaTick)); got != 0 {
		t.Errorf("an hour and a tick after the first: waits %s", got)
	}
	q.add(noon.Add(time.Hour+quotaTick), 5) // of other runs
	if got, want := q.next(noon.Add(time.Hour+quotaTick)), time.Hour+quotaTick; got != want {
		t.Errorf("with more than an hour may have: %s, want %s", got, want)
	}
}
