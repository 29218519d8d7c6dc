package storetest

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/store"
	"roundup/subscribers"
)

// Who joined, was imported, left, was asked and has confirmed, each in the week it
// happened in; who never was a reader has not left, nor has who took it back.
func (e suite) TestGrowth(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	leave := func(email string) {
		t.Helper()
		_, err := s.Unsubscribe(t.Context(), s.get(email).PublicID, reader())
		s.must(err)
	}
	week := 7 * 24 * time.Hour
	s.add("before@x.example")
	s.clock.Forward(week)
	first := s.clock.Now()
	s.take(s.file("email,status\na@x.example,\nb@x.example,\nc@x.example,unsubscribed\n"), subscribers.ImportPolicy{})
	s.add("d@x.example")
	s.add("e@x.example")
	for _, email := range []string{"f@x.example", "g@x.example", "h@x.example"} {
		s.asks(email)
	}
	asked := s.clock.Now()
	s.clock.Forward(time.Hour)
	s.asks("g@x.example") // once more
	_, err := s.confirm(s.get("f@x.example").PublicID, asked)
	s.must(err)
	leave("h@x.example") // who had not confirmed
	leave("d@x.example")
	leave("e@x.example")
	_, err = s.UndoLeave(t.Context(), s.get("e@x.example").PublicID, first, reader())
	s.must(err)

	s.clock.Forward(week - time.Hour)
	second := s.clock.Now()
	_, err = s.confirm(s.get("g@x.example").PublicID, asked.Add(time.Hour))
	s.must(err)
	leave("e@x.example")
	s.must(s.Forget(t.Context(), "a@x.example", Anna()))
	s.must(s.Forget(t.Context(), "c@x.example", Anna()))
	s.must(s.Forget(t.Context(), "d@x.example", Anna()))

	got, err := s.Growth(t.Context(), []time.Time{first, second})
	s.must(err)
	want := []store.Growth{
		{Joined: 3, Imported: 2, Left: 1, Asked: 3, Confirmed: 2},
		{Joined: 1, Left: 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("growth (-want +got):\n%s", diff)
	}

	from, err := s.JoinedFrom(t.Context())
	s.must(err)
	places := map[string]int{}
	for _, j := range from {
		places[j.How+" "+j.From] = 10*j.All + j.Active
	}
	wantPlaces := map[string]int{"import list.csv": 11, "confirmation the page": 22, "form https://mag.example/join": 11}
	if diff := cmp.Diff(wantPlaces, places); diff != "" {
		t.Errorf("joined from, ten times all and the active (-want +got):\n%s", diff)
	}
}

// A list is counted a portion of ids at a time: who is in the next but one counts with the rest.
func (e suite) TestCountsOfSeveralPortions(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	s.add("near@x.example")
	near := s.get("near@x.example")
	db := Raw(t, s.Base)
	for _, insert := range []string{
		`INSERT INTO subscribers (id, public_id, email, key, hash, created_at)
		 SELECT id + 120000, $1, 'far@x.example', 'far@x.example', $2, created_at FROM subscribers`,
		`INSERT INTO subscriptions (newsletter_id, subscriber_id, status, consent_how, consent_from, joined_at, changed_at)
		 SELECT newsletter_id, subscriber_id + 120000, status, consent_how, consent_from, joined_at, changed_at FROM subscriptions`,
	} {
		args := []any{bytes.Repeat([]byte{1}, 16), bytes.Repeat([]byte{1}, 32)}
		_, err := db.Exec(insert, args[:strings.Count(insert, "$")]...)
		s.must(err)
	}
	from, err := s.JoinedFrom(t.Context())
	s.must(err)
	if want := []store.JoinedFrom{{How: near.Consent.How, From: near.Consent.From, All: 2, Active: 2}}; !cmp.Equal(from, want) {
		t.Errorf("joined from = %+v, want %+v", from, want)
	}
	stats, _, err := s.StatsOf(t.Context(), subscribers.Filter{})
	s.must(err)
	if stats.Active != 2 {
		t.Errorf("active = %d, want 2", stats.Active)
	}
}
