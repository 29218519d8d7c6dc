package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/digest"
	"roundup/digest/schedule"
	"roundup/store/content"
)

// Kept is the last refusal, of one slot.
func (e suite) TestRefusalOfASlot(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 0)
	next := begin().AddDate(0, 0, 7)
	want := func(slot time.Time, want string) {
		t.Helper()
		if got, err := s.Refusal(t.Context(), slot); err != nil || got != want {
			t.Errorf("refused at %s: %q, %v, want %q", slot, got, err, want)
		}
	}
	want(begin(), "")
	s.Must(s.NoteRefusal(t.Context(), begin(), "no source"))
	s.Must(s.NoteRefusal(t.Context(), begin(), "no pages"))
	want(begin(), "no pages")
	want(next, "")
	s.Must(s.NoteRefusal(t.Context(), next, "no source"))
	want(next.In(time.FixedZone("east", 9*3600)), "no source")
	want(begin(), "")
}

func (e suite) TestSlotsAreDecidedOnce(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 2)
	first := schedule.Slot{At: begin(), Label: "Thursday", Outcome: schedule.Missed, Why: "asleep"}
	second := schedule.Slot{At: begin().AddDate(0, 0, 7), Label: "Thursday after", Outcome: schedule.Skipped, Why: "only 1 article"}
	s.Must(s.DecideSlot(t.Context(), second, []int64{1}, []digest.Fate{{Candidate: digest.Candidate{Article: digest.Article{ID: 2}}}}, Anna()))
	s.clock.Forward(time.Hour)
	s.Must(s.DecideSlot(t.Context(), first, nil, nil, Anna()))

	// The same instant in another zone is the same slot.
	again := second
	again.At = again.At.In(time.FixedZone("east", 9*3600))
	again.Outcome = schedule.Missed
	s.MustFail(s.DecideSlot(t.Context(), again, []int64{1}, nil, Anna()), content.ErrSlotDecided)

	got, err := s.Slots(t.Context(), 0)
	s.Must(err)
	first.Decided, second.Decided = begin().Add(time.Hour), begin()
	if diff := cmp.Diff([]schedule.Slot{first, second}, got); diff != "" {
		t.Errorf("slots differ:\n%s", diff)
	}
	if got, err = s.Slots(t.Context(), 1); len(got) != 1 || !got[0].At.Equal(second.At) || err != nil {
		t.Errorf("the last slot = %+v, %v, want %+v", got, err, second)
	}
	if n := One[int](t, s.Base, `SELECT passed_over FROM article_states WHERE article_id = 1`); n != 1 {
		t.Errorf("article 1 passed over %d times, want 1: a refused decision counts for nothing", n)
	}
	if got := s.ArticleState(2); got != digest.Dropped {
		t.Errorf("article 2 is %s, want dropped", got)
	}
	for at, want := range map[time.Time]bool{begin(): true, begin().Add(time.Minute): false} {
		if got, err := s.SlotDecided(t.Context(), at); got != want || err != nil {
			t.Errorf("SlotDecided(%v) = %v, %v, want %v", at, got, err, want)
		}
	}
}

func (e suite) TestOnlyAnIssueTakesASlot(t *testing.T) {
	t.Parallel()
	s := e.newScene(t, 0, 0)
	if err := s.DecideSlot(t.Context(), schedule.Slot{At: begin(), Outcome: schedule.Taken}, nil, nil, Anna()); err == nil {
		t.Error("DecideSlot took a slot without an issue")
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
	take := func(schedule string) {
		t.Helper()
		if err := st.TakeSchedule(t.Context(), schedule); err != nil {
			t.Fatal(err)
		}
	}
	at := func(hours int) time.Time { return begin().Add(time.Duration(hours) * time.Hour) }
	hourLater := func() { st.clock.Forward(time.Hour) }

	seen("fridays", at(0))
	hourLater()
	seen("fridays", at(0))
	take("fridays")
	seen("fridays", at(0))

	// Another one is looked at, which leaves the one that runs go by as it is.
	seen("mondays", at(1))
	hourLater()
	seen("mondays", at(1))
	seen("fridays", at(0))
	take("mondays")
	seen("mondays", at(1))
	hourLater()
	seen("fridays", at(3)) // changed back: slots in between were not its
	hourLater()
	take("mondays") // and back before a run went by it
	seen("fridays", at(4))
	take("fridays")
	seen("fridays", at(4))

	hourLater()
	take("sundays") // not looked at before
	seen("sundays", at(5))
	take("fridays")
	if err := st.SetAlreadySentUntil(t.Context(), at(9)); err != nil {
		t.Fatal(err)
	}
	seen("fridays", at(9))
}

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
	if err := s.SetNextNumber(t.Context(), content.MaxNumber+1); err == nil {
		t.Error("a number of more digits than the mark has room for was accepted")
	}
	if err := s.SetNextNumber(t.Context(), 12); err == nil {
		t.Error("a number that is taken was accepted")
	}
	number(13)
}
