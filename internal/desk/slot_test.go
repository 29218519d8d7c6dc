package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/internal/desk"
	"roundup/store/content"
	"roundup/store/storetest"
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

// A slot that passes though a timer ran, or the daemon, is told and recorded with why each run
// started nothing.
func TestWhyASlotPassed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		ill  func(*bundle)
		want string
	}{
		{"the pages are away", func(b *bundle) { b.broken.Store(true) }, "readers would have no way out: "},
		{"no source can be read", func(b *bundle) { b.down.Store(true) }, "no source could be read in the last 24h; "},
		{"settings are missing", func(b *bundle) { b.cfg.Newsletter.PostalAddress = "" }, "newsletter.postal_address"},
	}
	for _, tt := range tests {
		for _, daemon := range []bool{false, true} {
			name := tt.name + ", with a timer"
			if daemon {
				name = tt.name + ", with the daemon"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := setup(t)
				b.subscribe(t, "anna@readers.example")
				slot := time.Date(2026, 11, 27, 7, 0, 0, 0, time.UTC)
				var late string
				run := func(at time.Time) (r desk.Result) {
					b.now = at
					b.open(t, func(o *desk.Options) {
						o.Because = func(w desk.Why) string { return string(w.Code) + ": " + w.Detail }
						o.Words = func(n desk.News) desk.Notice {
							if n.Kind == desk.IssueLate {
								late = n.Slot.Why
							}
							return desk.Notice{Subject: string(n.Kind)}
						}
					})
					if daemon {
						desk.NewDaemon(b.desk, desk.RunOptions{}, func(did desk.Result, _ error) { r = did }).Turn(t.Context())
						return r
					}
					r, _ = b.desk.Run(t.Context(), desk.RunOptions{}) // refused, or not
					if err := b.desk.Tell(t.Context()); err != nil {
						t.Fatal(err)
					}
					return r
				}
				run(slot.Add(-26 * time.Hour))
				tt.ill(b)
				run(slot.Add(time.Minute))
				run(slot.Add(40 * time.Minute))
				if daemon {
					run(slot.Add(50 * time.Minute)) // it tells before it runs
				}
				if !strings.Contains(late, tt.want) {
					t.Errorf("the notice says %q, want %q", late, tt.want)
				}
				if s, err := b.desk.Schedule(t.Context(), 1, 1); err != nil || !s.Due.Equal(slot) || !strings.Contains(s.Why, tt.want) {
					t.Errorf("the schedule says %v, %q, %v, want %q of the slot", s.Due, s.Why, err, tt.want)
				}
				b.broken.Store(false)
				b.down.Store(false)
				b.cfg.Newsletter.PostalAddress = "1 Main St"
				r := run(slot.Add(25 * time.Hour))
				if r.Slot == nil || !strings.HasPrefix(r.Slot.Why, "passed by: ") || !strings.Contains(r.Slot.Why, tt.want) {
					t.Errorf("the slot is %+v, want it missed for %q", r.Slot, tt.want)
				}
			})
		}
	}
}

// A place is one among the articles that are looked at, whichever slot's issue that is.
func TestMoveCountsInTheSlotShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.desk.Schedule(t.Context(), 1, 1); err != nil { // from now on its slots count
		t.Fatal(err)
	}
	slot := time.Date(2026, 11, 27, 7, 0, 0, 0, time.UTC)
	b.now = slot.Add(time.Hour)
	reading := digest.Reading{Source: b.cfg.Sources[0].URL, At: b.now, FirstWindow: b.cfg.Digest.FirstWindow}
	for name, published := range map[string]time.Time{"before": slot.Add(-time.Hour), "after": slot.Add(30 * time.Minute)} {
		url := "https://m.example/" + name
		reading.Articles = append(reading.Articles, digest.Article{Title: name, URL: url, Canonical: url, Source: reading.Source, Published: published, FirstSeen: b.now})
	}
	if _, err := b.store.SaveReading(t.Context(), content.SourceReading{Reading: reading, By: storetest.Anna()}); err != nil {
		t.Fatal(err)
	}
	next := slot.AddDate(0, 0, 7)
	order := func(at time.Time) (names []string, first int64) {
		t.Helper()
		p, err := b.desk.Preview(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range p.Issue.Articles() {
			names = append(names, a.Title)
		}
		return names, p.Issue.Articles()[0].ID
	}
	if due, _ := order(time.Time{}); !slices.Equal(due, []string{"before"}) {
		t.Fatalf("the issue that is due prints %q", due)
	}
	shown, first := order(next)
	if !slices.Equal(shown, []string{"after", "before"}) {
		t.Fatalf("the next but one prints %q", shown)
	}
	if _, err := b.desk.Edit(t.Context(), digest.Change{Do: digest.DoMove, Article: first, Place: 2, Slot: next}, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	if shown, _ = order(next); !slices.Equal(shown, []string{"before", "after"}) {
		t.Errorf("after the move to the second place it prints %q", shown)
	}
}
