package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"roundup/store"
	"roundup/subscribers"
)

func (e suite) TestSuppressAndLift(t *testing.T) {
	t.Parallel()
	for _, reason := range subscribers.Reasons() {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			s := e.newShelf(t)
			hash := s.hash("ann@example.com")
			_, err := s.Suppressed(t.Context(), hash)
			s.mustBe(err, store.ErrNotFound)
			s.must(s.Suppress(t.Context(), hash, "Ann@example.com", reason, Anna()))
			want := subscribers.Suppression{Hash: hash, Email: "Ann@example.com", Reason: reason, At: begin()}
			if reason == subscribers.Erased {
				want.Email = ""
			}
			got, err := s.Suppressed(t.Context(), hash)
			s.must(err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("suppression (-want +got):\n%s", diff)
			}
			s.clock.Forward(time.Hour)
			s.must(s.Suppress(t.Context(), hash, "other@example.com", subscribers.Manual, Anna()))
			if got, err = s.Suppressed(t.Context(), hash); err != nil || got.Reason != reason || got.At != begin() {
				t.Errorf("after another = %+v, %v, want the first kept", got, err)
			}
			s.must(s.Lift(t.Context(), hash, Anna()))
			_, err = s.Suppressed(t.Context(), hash)
			s.mustBe(err, store.ErrNotFound)
			s.mustBe(s.Lift(t.Context(), hash, Anna()), store.ErrNotFound)
		})
	}
}

func (e suite) TestSuppressionIsOnASubscribersRecord(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	sub := s.add("ann@example.com")
	hash := s.hash("ann@example.com")
	s.must(s.Suppress(t.Context(), hash, "ann@example.com", subscribers.HardBounce, Anna()))
	s.must(s.Suppress(t.Context(), hash, "ann@example.com", subscribers.HardBounce, Anna())) // no news
	s.must(s.Lift(t.Context(), hash, Anna()))
	Equal(t, "events", s.events(sub.ID), []string{
		"subscribed (anna)", "suppressed (anna)", "suppression lifted (anna)",
	})
	if got := s.get("ann@example.com").Status; got != subscribers.Active {
		t.Errorf("status = %s, want the subscription left alone", got)
	}
}

func (e suite) TestSuppressionsInOrder(t *testing.T) {
	t.Parallel()
	s := e.newShelf(t)
	const n = 2100 // more than two pages
	tx, err := Raw(t, s.Base).Begin()
	s.must(err)
	for i := range n {
		_, err := tx.Exec(`INSERT INTO suppressions (hash, email, reason, at) VALUES (unhex(?), ?, 'manual', '2026-11-19T12:00:00.000Z')`,
			fmt.Sprintf("%064x", (i*7919)%n), fmt.Sprintf("%d@example.com", i))
		s.must(err)
	}
	s.must(tx.Commit())
	i := 0
	for p, err := range s.Suppressions(t.Context()) {
		s.must(err)
		if want := fmt.Sprintf("%d@example.com", i); p.Email != want {
			t.Fatalf("suppression %d = %s, want %s", i, p.Email, want)
		}
		i++
	}
	if i != n {
		t.Errorf("listed = %d, want %d", i, n)
	}
}
