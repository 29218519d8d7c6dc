package storetest

import (
	"testing"
	"time"
)

func (e suite) TestNextNumber(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 1, 3)
	number := func(want int) {
		t.Helper()
		if got, err := s.NextNumber(t.Context()); got != want || err != nil {
			t.Errorf("next number = %d, %v, want %d", got, err, want)
		}
	}
	number(1)
	s.Must(s.SetNextNumber(t.Context(), 12))
	number(12)
	if got := s.Start(1).Number; got != 12 {
		t.Errorf("issue's number = %d, want 12", got)
	}
	number(13)
	if err := s.SetNextNumber(t.Context(), 12); err == nil {
		t.Error("a number that is taken was accepted")
	}
	number(13)
}

func (e suite) TestAlreadySentUntilSettlesOlderArticles(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 3)
	Exec(t, s.Base, `UPDATE articles SET published = NULL WHERE id = 2`) // counts from first seen, 01:00
	Exec(t, s.Base, `UPDATE articles SET published = '2026-11-18T00:30:00.001Z' WHERE id = 3`)
	until := time.Date(2026, time.November, 18, 0, 30, 0, 0, time.UTC)
	s.Must(s.SetAlreadySentUntil(t.Context(), until))
	for id, want := range map[int64]string{1: "baseline", 2: "owed", 3: "owed"} {
		if got := string(s.ArticleState(id)); got != want {
			t.Errorf("article %d is %s, want %s", id, got, want)
		}
	}
	s.Must(s.SetAlreadySentUntil(t.Context(), time.Time{}))
	if got, err := s.AlreadySentUntil(t.Context()); !got.IsZero() || err != nil {
		t.Errorf("already sent until %v, %v, want none", got, err)
	}
}

func (e suite) TestSeenSchedule(t *testing.T) {
	t.Parallel()
	st := e.open(t)
	seen := func(schedule string, want time.Time) {
		t.Helper()
		if got, err := st.SeenSchedule(t.Context(), schedule); !got.Equal(want) || err != nil {
			t.Errorf("%s seen since %v, %v, want %v", schedule, got, err, want)
		}
	}
	seen("fridays", begin())
	st.clock.Forward(time.Hour)
	seen("fridays", begin())
	seen("mondays", begin().Add(time.Hour))
	st.clock.Forward(time.Hour)
	seen("fridays", begin().Add(2*time.Hour)) // changed back: slots in between were not its
	if err := st.SetAlreadySentUntil(t.Context(), begin().Add(5*time.Hour)); err != nil {
		t.Fatal(err)
	}
	seen("fridays", begin().Add(5*time.Hour))
}
